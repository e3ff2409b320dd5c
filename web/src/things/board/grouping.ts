/** Cards of a board arranged by something other than its own columns: health, team, owner, theme. */
import type { Health } from '../../lib/types';
import type { Card, Column } from './types';

export const GROUPINGS = ['state', 'health', 'team', 'owner', 'tag'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const isGrouping = (value: string | null): value is Grouping =>
  (GROUPINGS as readonly (string | null)[]).includes(value);

/** Worst first: what needs somebody stands where the eye begins. */
const HEALTHS: Health[] = [
  ...(['missed', 'at_risk', 'outdated', 'lagging', 'pending', 'on_track'] as const),
  ...(['achieved_late', 'achieved', 'closed'] as const),
];

export interface Names {
  health: (health: Health) => string;
  team: (id: string | null) => string;
  person: (id: string | null) => string;
  none: string;
}

const keysOf = (card: Card, by: Grouping): string[] => {
  switch (by) {
    case 'health':
      return [card.health ?? 'pending'];
    case 'team':
      return [card.team_id ?? ''];
    case 'owner':
      return [card.owner_id ?? ''];
    case 'tag':
      return card.tags?.length ? card.tags : [''];
    default:
      return [card.state ?? ''];
  }
};

/** Columns by `by`. A card with several themes stands under each; a group without cards is left out. */
export const regroup = (columns: Column[], by: Grouping, names: Names): Column[] => {
  const groups = new Map<string, Card[]>();
  for (const card of columns.flatMap((column) => column.cards))
    for (const key of keysOf(card, by)) groups.set(key, [...(groups.get(key) ?? []), card]);
  const title = (key: string) => {
    if (by === 'health') return names.health(key as Health);
    if (by === 'team') return key ? names.team(key) : names.none;
    if (by === 'owner') return key ? names.person(key) : names.none;
    return key || names.none;
  };
  const found = [...groups].map(([key, cards]) => ({ key, title: title(key), count: cards.length, cards }));
  return by === 'health'
    ? found.sort((a, b) => HEALTHS.indexOf(a.key as Health) - HEALTHS.indexOf(b.key as Health))
    : found.sort((a, b) => Number(!a.key) - Number(!b.key) || a.title.localeCompare(b.title));
};

/** Keeps the cards that `keep` wants; a column's count stays its own, for its limit counts all of them. */
export const only = (columns: Column[], keep: (card: Card) => boolean): Column[] =>
  columns.map((column) => ({ ...column, cards: column.cards.filter(keep) }));

/** A test whether a card is meant by some words: its title, owner, team, or one of its key results. */
export const wanted = (
  text: string,
  names: Pick<Names, 'team' | 'person'>,
  alsoFound: ReadonlySet<string>,
): ((card: Card) => boolean) => {
  const wishes = folded(text).split(/\s+/).filter(Boolean);
  if (!wishes.length) return () => true;
  return (card) => {
    const about = folded([card.title, names.person(card.owner_id), names.team(card.team_id)].join(' '));
    return wishes.every((wish) => about.includes(wish)) || alsoFound.has(card.id);
  };
};

/** Without case and accents, so that "tomas" finds Tomáš. */
const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
