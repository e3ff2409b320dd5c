/** Personal choices, kept on this device: appearance, language, status colours, sidebar, single-letter keys. */
const stored = JSON.parse(localStorage.getItem('settings') ?? '{}') as Partial<Settings>;
export interface Settings {
  theme: 'auto' | 'light' | 'dark';
  classic: boolean;
  letters: boolean;
  language: string;
  /** The sidebar shows icons alone. */
  narrow: boolean;
}

export const settings = $state<Settings>({
  theme: 'auto',
  classic: false,
  letters: true,
  language: 'en',
  narrow: false,
  ...stored,
});

export const keepSettings = () => localStorage.setItem('settings', JSON.stringify(settings));

/** Puts appearance and colours into effect, and keeps every choice. */
export const applySettings = () => {
  keepSettings();
  document.documentElement.dataset['theme'] = settings.theme;
  document.documentElement.dataset['status'] = settings.classic ? 'classic' : 'standard';
};
