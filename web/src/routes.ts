/** Addresses and the view behind each; every view is loaded when it is first opened. */
import { words } from './words';

export interface Route {
  name: string;
  pattern: RegExp;
  /** A function, for the language is chosen after this module has loaded. */
  title: () => string;
  rail: boolean;
  load: () => Promise<{ default: unknown }>;
}

export const routes: Route[] = [
  {
    name: 'board',
    pattern: /^\/(?:board)?$/,
    title: () => words.nav.board,
    rail: true,
    load: () => import('./things/board/ObjectiveBoardPage.svelte'),
  },
  {
    name: 'actions',
    pattern: /^\/actions$/,
    title: () => words.nav.actions,
    rail: true,
    load: () => import('./things/board/ActionBoardPage.svelte'),
  },
  {
    name: 'scores',
    pattern: /^\/scores$/,
    title: () => words.nav.scores,
    rail: true,
    load: () => import('./things/scores/ScoresPage.svelte'),
  },
  {
    name: 'cycle',
    pattern: /^\/cycle$/,
    title: () => words.nav.cycle,
    rail: true,
    load: () => import('./things/cycle/CyclePage.svelte'),
  },
  {
    name: 'check-in',
    pattern: /^\/check-in$/,
    title: () => words.nav.checkIn,
    rail: true,
    load: () => import('./things/checkin/CheckInPage.svelte'),
  },
  {
    name: 'objective',
    pattern: /^\/objectives\/([^/]+)$/,
    title: () => words.nav.objective,
    rail: true,
    load: () => import('./things/objective/ObjectivePage.svelte'),
  },
  {
    name: 'obstacles',
    pattern: /^\/obstacles$/,
    title: () => words.nav.obstacles,
    rail: true,
    load: () => import('./things/obstacle/ObstaclesPage.svelte'),
  },
  {
    name: 'obstacle',
    pattern: /^\/obstacles\/([^/]+)$/,
    title: () => words.nav.obstacle,
    rail: true,
    load: () => import('./things/obstacle/ObstaclePage.svelte'),
  },
  {
    name: 'history',
    pattern: /^\/history$/,
    title: () => words.nav.history,
    rail: true,
    load: () => import('./things/history/HistoryPage.svelte'),
  },
  {
    name: 'action',
    pattern: /^\/actions\/([^/]+)$/,
    title: () => words.nav.action,
    rail: true,
    load: () => import('./things/action/ActionPage.svelte'),
  },
  {
    name: 'organisation',
    pattern: /^\/organisation$/,
    title: () => words.nav.organisation,
    rail: false,
    load: () => import('./things/organisation/OrganisationPage.svelte'),
  },
  {
    name: 'start',
    pattern: /^\/start$/,
    title: () => words.nav.start,
    rail: false,
    load: () => import('./things/start/StartPage.svelte'),
  },
];

const notFound: Route = {
  name: 'not-found',
  pattern: /.*/,
  title: () => words.nav.notFound,
  rail: false,
  load: () => import('./frame/NotFoundPage.svelte'),
};

export const match = (path: string): { route: Route; id: string } => {
  for (const route of routes) {
    const found = route.pattern.exec(path);
    if (found) return { route, id: decodeURIComponent(found[1] ?? '') };
  }
  return { route: notFound, id: '' };
};

/** The main navigation, in order, with its keyboard letter after `g`. */
export const navigation = [
  { name: 'board', path: '/board', letter: 'b' },
  { name: 'actions', path: '/actions', letter: 'a' },
  { name: 'scores', path: '/scores', letter: 's' },
  { name: 'cycle', path: '/cycle', letter: 'c' },
  { name: 'check-in', path: '/check-in', letter: 'i' },
  { name: 'obstacles', path: '/obstacles', letter: 'o' },
  { name: 'history', path: '/history', letter: 'h' },
  { name: 'organisation', path: '/organisation', letter: 'p' },
] as const;
