/** What the palette can do beside finding things: open pages, make things, set preferences. */
import { loc } from '../lib/loc.svelte';
import type { Org } from '../lib/org.svelte';
import { applySettings, settings } from '../lib/settings.svelte';
import type { What } from '../things/create/CreateForm.svelte';
import { mayCreate, nameOfNew } from '../things/create/new';
import { tour } from '../things/tour/tour.svelte';
import { navigation, routes } from '../routes';
import { words } from '../words';

export interface Command {
  id: string;
  title: string;
  kind: string;
  run: () => void;
}
/** What the shell opens on a command's behalf. */
export interface Opens {
  create: (what: What) => void;
  help: () => void;
  signIn: () => void;
}

const NEW: What[] = ['objective', 'action', 'obstacle', 'person', 'team', 'cycle'];

const dark = () =>
  settings.theme === 'dark' ||
  (settings.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);

export const commands = (org: Org, opens: Opens): Command[] => {
  const { page, command, commands: named } = words.palette;
  const pages = navigation
    .filter(({ name }) => (name !== 'history' || org.may('audit')) && (name !== 'home' || org.me !== null))
    .map(({ name, path }) => ({
      id: `page-${name}`,
      title: routes.find((route) => route.name === name)!.title(),
      kind: page,
      run: () => loc.open(path),
    }));
  const made = NEW.filter((what) => mayCreate(what, org)).map((what) => ({
    id: `new-${what}`,
    title: nameOfNew(what),
    kind: command,
    run: () => opens.create(what),
  }));
  const set = (change: () => void) => () => {
    change();
    applySettings();
  };
  const others: Omit<Command, 'kind'>[] = [
    { id: 'start', title: words.nav.start, run: () => loc.open('/start') },
    ...(org.me
      ? [{ id: 'told', title: words.notification.title, run: () => loc.open('/notifications') }]
      : []),
    dark()
      ? { id: 'light', title: named.light, run: set(() => (settings.theme = 'light')) }
      : { id: 'dark', title: named.dark, run: set(() => (settings.theme = 'dark')) },
    {
      id: 'sidebar',
      title: settings.narrow ? words.nav.unfold : words.nav.fold,
      run: set(() => (settings.narrow = !settings.narrow)),
    },
    ...(loc.past
      ? [{ id: 'now', title: words.rail.back, run: () => loc.set({ as_of: null, effective_at: null }) }]
      : []),
    ...(org.system?.simulated ? [{ id: 'tour', title: words.tour.offer, run: () => tour.goTo(0) }] : []),
    ...(org.system?.mode === 'keys' ? [{ id: 'sign-in', title: words.signIn.title, run: opens.signIn }] : []),
    { id: 'help', title: words.help.title, run: opens.help },
  ];
  return [...pages, ...made, ...others.map((each) => ({ ...each, kind: command }))];
};

/** Those whose title holds every word of the text, at a word's beginning. */
export const matching = <Titled extends { title: string }>(all: Titled[], text: string): Titled[] => {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ title }) => {
    const has = title.toLowerCase().split(/[\s-]+/);
    return wanted.every((word) => has.some((each) => each.startsWith(word)));
  });
};
