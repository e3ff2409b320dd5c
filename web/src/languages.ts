/** The languages on offer and which one is wanted; another one is one more line here and a file per thing. */
import { settings } from './lib/settings.svelte';
import { words, type Words } from './words';

interface Language {
  name: string;
  /** BCP 47, for the document and for screen readers. */
  tag: string;
  /** For finding faults, not for people. */
  trial?: boolean;
  load: () => Promise<Words>;
}

export const languages: Record<string, Language> = {
  en: { name: 'English', tag: 'en', load: () => Promise.resolve(words) },
  pseudo: {
    name: 'Pseudo',
    tag: 'en',
    trial: true,
    load: () => import('./lib/pseudo').then(({ pseudo }) => pseudo(words)),
  },
};

/** What the address asks for, else what was chosen on this device. */
export const chosenLanguage = (): string => {
  const asked = new URLSearchParams(location.search).get('locale') ?? settings.language;
  return asked in languages ? asked : 'en';
};
