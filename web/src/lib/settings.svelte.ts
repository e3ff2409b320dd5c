/** Personal choices, kept on this device: appearance, language, status colours, single-letter keys. */
const stored = JSON.parse(localStorage.getItem('settings') ?? '{}') as Partial<Settings>;
export interface Settings {
  theme: 'auto' | 'light' | 'dark';
  classic: boolean;
  letters: boolean;
  language: string;
}

export const settings = $state<Settings>({
  theme: 'auto',
  classic: false,
  letters: true,
  language: 'en',
  ...stored,
});

export const applySettings = () => {
  localStorage.setItem('settings', JSON.stringify(settings));
  document.documentElement.dataset['theme'] = settings.theme;
  document.documentElement.dataset['status'] = settings.classic ? 'classic' : 'standard';
};
