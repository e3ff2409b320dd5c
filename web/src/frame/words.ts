/** Words of the frame: navigation, header, dialogs that every page has. */
import { plural } from '../lib/plural';

export const skip = 'Skip to content';

export const nav = {
  label: 'Main',
  quick: 'Quick',
  open: 'Open the menu',
  fold: 'Fold the sidebar',
  unfold: 'Unfold the sidebar',
  search: 'Search',
  groups: {
    me: 'Me',
    goals: 'Goals',
    improve: 'Improve',
    quarter: 'Quarter',
    proof: 'Proof',
    organisation: 'Organisation',
  },
  home: 'Home',
  board: 'Board',
  actions: 'Actions',
  scores: 'Scores',
  cycle: 'Cycle',
  checkIn: 'Check-in',
  obstacles: 'Obstacles',
  history: 'History',
  organisation: 'Organisation',
  objective: 'Objective',
  start: 'First steps',
  obstacle: 'Obstacle',
  action: 'Action',
  notFound: 'Page not found',
};

export const shell = {
  cycle: 'Cycle',
  person: 'Acting as',
  local: 'Nobody (local)',
  nobody: 'Not signed in',
  you: (name: string) => `You: ${name}`,
  demo: 'Demo data',
  demoHint: 'A made-up company, played in simulated time. Nothing here is real history.',
  offline: 'Server not reachable. Trying again.',
  live: 'Live',
  reconnecting: 'Reconnecting…',
  past: (day: string) => `Past · ${day}`,
  othersChanged: (n: number) => `${plural(n, 'change', 'changes')} by others`,
};

export const signIn = {
  title: 'Sign in',
  key: 'API key',
  hint: 'An administrator creates keys with “truenorth token create”. It stays in this tab only.',
  go: 'Sign in',
  out: 'Sign out',
};

export const settings = {
  title: 'Settings',
  theme: 'Appearance',
  themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  language: 'Language',
  classic: 'Classic traffic-light colours',
  letters: 'Single-letter shortcuts',
};

export const help = {
  title: 'Keyboard shortcuts',
  api: 'API',
  searchKeys: 'Ctrl K',
  /** What keys do beside `g` and the letter of a page. */
  keys: {
    back: 'One event back',
    forward: 'One event forward',
    now: 'Now',
    help: 'This help',
    search: 'Search and commands',
  },
};

export const palette = {
  title: 'Search and commands',
  placeholder: 'A person, a key result, a page, a command…',
  none: 'Nothing found. Try fewer letters.',
  searching: 'Searching…',
  count: (n: number) => `${plural(n, 'result', 'results')}`,
  page: 'Page',
  command: 'Command',
  commands: { dark: 'Switch to dark', light: 'Switch to light' },
};

export const print = {
  footer: (position: string, at: string) => `True North · as of ${at} · position ${position}`,
};
