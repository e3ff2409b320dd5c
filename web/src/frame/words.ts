/** Words of the frame: navigation, header, dialogs that every page has. */
import { plural } from '../lib/plural';

export const skip = 'Skip to content';

export const nav = {
  label: 'Main',
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
  demo: 'Demo data',
  demoHint: 'A made-up company, played in simulated time. Nothing here is real history.',
  help: 'Keyboard and settings',
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
};

export const help = {
  title: 'Keyboard and settings',
  keys: 'Keyboard',
  settings: 'Settings',
  theme: 'Appearance',
  themes: { auto: 'As the system', light: 'Light', dark: 'Dark' } as Record<string, string>,
  letters: 'Single-letter shortcuts',
  status: 'Classic traffic-light colours',
  map: [
    ['g b', 'Objective board'],
    ['g a', 'Action board'],
    ['g s', 'Scores'],
    ['g c', 'Cycle'],
    ['g o', 'Obstacles'],
    ['g h', 'History'],
    ['c', 'Check-in'],
    ['[', 'One event back'],
    [']', 'One event forward'],
    ['n', 'Now'],
    ['?', 'This help'],
    ['Ctrl K', 'Go to anything'],
  ] as [string, string][],
};

export const palette = {
  title: 'Go to anything',
  placeholder: 'Page, objective, team…',
  none: 'Nothing found.',
  page: 'Page',
};

export const print = {
  footer: (position: string, at: string) => `True North · as of ${at} · position ${position}`,
};
