/** The keyboard map. Single letters can be switched off and never act inside a field (WCAG 2.1.4). */
import { navigation } from '../routes';
import { loc } from '../lib/loc.svelte';
import { step } from '../things/time/moments.svelte';
import type { Org } from '../lib/org.svelte';
import { settings } from '../lib/settings.svelte';

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('input:not([type=range], [type=radio], [type=checkbox]), select, textarea'));

export const keyboard = (org: Org, show: (dialog: 'help' | 'palette') => void) => {
  let leader = 0;
  const listen = (event: KeyboardEvent) => {
    if (document.querySelector('dialog[open]') || event.defaultPrevented) return;
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      show('palette');
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || !settings.letters) return;
    if (Date.now() - leader < 1200) {
      leader = 0;
      const target = navigation.find((entry) => entry.letter === event.key);
      if (target) {
        event.preventDefault();
        loc.open(target.path);
      }
      return;
    }
    switch (event.key) {
      case 'g':
        leader = Date.now();
        break;
      case '[':
        void step('previous', org);
        break;
      case ']':
        void step('next', org);
        break;
      case 'n':
        loc.set({ as_of: null, effective_at: null });
        break;
      case 'c':
        loc.open('/check-in');
        break;
      case '?':
        show('help');
        break;
    }
  };
  addEventListener('keydown', listen);
  return () => removeEventListener('keydown', listen);
};
