/** Addresses and the page behind each, and how the sidebar groups them; a page is loaded when it is first opened. */
import type { Drawing } from './frame/Icon.svelte';
import { loc } from './lib/loc.svelte';
import type { Org } from './lib/org.svelte';
import type { View } from './lib/query';
import type { Params } from './lib/url';
import { words } from './words';

export interface Route {
  name: string;
  pattern: RegExp;
  /** A function, for the language is chosen after this module has loaded. */
  title: () => string;
  /** Whether the page can be seen as of another moment, so that the time rail belongs on it. */
  rail: boolean;
  /** The page of the sidebar that this one belongs to, if it has no place there itself. */
  under?: string;
  load: () => Promise<{ default: unknown }>;
  /** What the page asks first, word for word: it is asked while the page still comes. */
  asks?: (id: string, org: Org) => View[];
}

/** Of the cycle and team that are looked at; nothing while there is no cycle. */
const ofCycle = (org: Org, path: View['path'], more: Params = {}): View[] =>
  org.cycle ? [{ path, query: { cycle_id: org.cycle.id, team_id: loc.get('team'), ...more } }] : [];

export const routes: Route[] = [
  {
    name: 'home',
    pattern: /^\/$/,
    title: () => words.nav.home,
    rail: false,
    load: () => import('./things/home/HomePage.svelte'),
    asks: (_id, org) => (org.me ? [{ path: '/me/home', at: null }] : []),
  },
  {
    name: 'notifications',
    pattern: /^\/notifications$/,
    title: () => words.notification.title,
    rail: false,
    under: 'home',
    load: () => import('./things/notification/NotificationsPage.svelte'),
  },
  {
    name: 'board',
    pattern: /^\/board$/,
    title: () => words.nav.board,
    rail: true,
    load: () => import('./things/board/ObjectiveBoardPage.svelte'),
    asks: (_id, org) => ofCycle(org, '/boards/objectives', { effective_at: loc.effectiveAt }),
  },
  {
    name: 'actions',
    pattern: /^\/actions$/,
    title: () => words.nav.actions,
    rail: true,
    load: () => import('./things/board/ActionBoardPage.svelte'),
  },
  {
    name: 'overview',
    pattern: /^\/overview$/,
    title: () => words.overview.title,
    rail: true,
    load: () => import('./things/overview/OverviewPage.svelte'),
    asks: (_id, org) => ofCycle(org, '/overview'),
  },
  {
    name: 'scores',
    pattern: /^\/scores$/,
    title: () => words.nav.scores,
    rail: true,
    load: () => import('./things/scores/ScoresPage.svelte'),
    asks: (_id, org) => [
      ...ofCycle(org, '/scores', { effective_at: loc.effectiveAt }),
      ...ofCycle(org, '/scores/trend'),
    ],
  },
  {
    name: 'cycle',
    pattern: /^\/cycle$/,
    title: () => words.nav.cycle,
    rail: true,
    load: () => import('./things/cycle/CyclePage.svelte'),
    asks: (_id, org) => (org.cycle ? [{ path: `/cycles/${org.cycle.id}` }] : []),
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
    under: 'board',
    load: () => import('./things/objective/ObjectivePage.svelte'),
    asks: (id) => [{ path: `/objectives/${id}`, query: { effective_at: loc.effectiveAt } }],
  },
  {
    name: 'key-result',
    pattern: /^\/key-results\/([^/]+)$/,
    title: () => words.kind.key_result ?? '',
    rail: true,
    under: 'board',
    load: () => import('./things/keyresult/KeyResultPage.svelte'),
    asks: (id) => [{ path: `/key-results/${id}` }, { path: `/key-results/${id}/series` }],
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
    under: 'obstacles',
    load: () => import('./things/obstacle/ObstaclePage.svelte'),
    asks: (id) => [{ path: `/obstacles/${id}` }],
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
    under: 'actions',
    load: () => import('./things/action/ActionPage.svelte'),
    asks: (id) => [{ path: `/actions/${id}` }],
  },
  {
    name: 'organisation',
    pattern: /^\/organisation$/,
    title: () => words.nav.organisation,
    rail: false,
    load: () => import('./things/organisation/OrganisationPage.svelte'),
  },
  {
    name: 'person',
    pattern: /^\/people\/([^/]+)$/,
    title: () => words.kind['person'] ?? '',
    rail: false,
    under: 'organisation',
    load: () => import('./things/person/PersonPage.svelte'),
    asks: (id) => [{ path: `/people/${id}` }, { path: `/people/${id}/owns`, at: null }],
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

export const GROUPS = ['me', 'goals', 'improve', 'quarter', 'proof', 'organisation'] as const;

export interface Entry {
  name: string;
  path: string;
  group: (typeof GROUPS)[number];
  icon: Drawing;
  /** Opens the page after `g`. */
  letter: string;
}

/** The sidebar, in order. A page that does not exist yet has no place in it. */
export const navigation: Entry[] = [
  { name: 'home', path: '/', group: 'me', icon: 'home', letter: 'm' },
  { name: 'check-in', path: '/check-in', group: 'me', icon: 'check-in', letter: 'i' },
  { name: 'overview', path: '/overview', group: 'goals', icon: 'overview', letter: 'w' },
  { name: 'board', path: '/board', group: 'goals', icon: 'board', letter: 'b' },
  { name: 'scores', path: '/scores', group: 'goals', icon: 'scores', letter: 's' },
  { name: 'actions', path: '/actions', group: 'improve', icon: 'actions', letter: 'a' },
  { name: 'obstacles', path: '/obstacles', group: 'improve', icon: 'obstacles', letter: 'o' },
  { name: 'cycle', path: '/cycle', group: 'quarter', icon: 'cycle', letter: 'c' },
  { name: 'history', path: '/history', group: 'proof', icon: 'history', letter: 'h' },
  { name: 'organisation', path: '/organisation', group: 'organisation', icon: 'organisation', letter: 'p' },
];
