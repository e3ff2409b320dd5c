/** A board with a held card: shown state = fold(what the server said, where the hand holds the card). */
import type { Health } from '../../lib/types';
import type { Board, Card, Column } from './types';

/** A place on the board; `index` counts the column's cards without the held one. `verb` when several lead there. */
export interface Spot {
  column: string;
  index: number;
  verb?: string | undefined;
}
export interface Held {
  id: string;
  spot: Spot;
}

export const cardOf = (columns: Column[], id: string): Card | undefined => {
  for (const column of columns) {
    const found = column.cards.find((card) => card.id === id);
    if (found) return found;
  }
  return undefined;
};

export const spotOf = (columns: Column[], id: string): Spot | null => {
  for (const column of columns) {
    const index = column.cards.findIndex((card) => card.id === id);
    if (index >= 0) return { column: column.key, index };
  }
  return null;
};

/** The board as it looks with the card at its spot; a card or column that is gone changes nothing. */
export const place = (columns: Column[], held: Held | null): Column[] => {
  const card = held ? cardOf(columns, held.id) : undefined;
  if (!held || !card || !columns.some((column) => column.key === held.spot.column)) return columns;
  const from = spotOf(columns, held.id)?.column;
  return columns.map((column) => {
    const rest = column.cards.filter((each) => each.id !== held.id);
    const here = column.key === held.spot.column;
    if (here) rest.splice(Math.min(held.spot.index, rest.length), 0, card);
    const delta = (here ? 1 : 0) - (column.key === from ? 1 : 0);
    return delta === 0 && !here ? column : { ...column, count: column.count + delta, cards: rest };
  });
};

/** The card that will stand right after the spot, for `before_id`; null is the end. */
export const beforeId = (columns: Column[], id: string, spot: Spot): string | null =>
  columns.find((c) => c.key === spot.column)?.cards.filter((card) => card.id !== id)[spot.index]?.id ?? null;

export const sameSpot = (a: Spot | null, b: Spot | null): boolean =>
  a?.column === b?.column && a?.index === b?.index;

/** Next column to the left (-1) or right (+1) that the card may stand in (or any); null when there is none. */
export const neighbour = (
  columns: Column[],
  card: Card,
  home: string,
  at: string,
  step: 1 | -1,
  anywhere = false,
): string | null => {
  const open = new Set(
    anywhere ? columns.map((column) => column.key) : [home, ...(card.moves ?? []).map((move) => move.column)],
  );
  const order = columns.map((column) => column.key);
  for (let i = order.indexOf(at) + step; i >= 0 && i < order.length; i += step) {
    const key = order[i];
    if (key !== undefined && open.has(key)) return key;
  }
  return null;
};

export interface CardChange {
  from?: string;
  to?: string;
  progress?: number;
  health?: { from: Health; to: Health };
  added?: boolean;
}
export interface BoardChanges {
  cards: Map<string, CardChange>;
  removed: Map<string, Card[]>;
}

/** What differs between two moments of one board: moved, gained, new and gone. */
export const compareBoards = (then: Board, now: Board): BoardChanges => {
  const cards = new Map<string, CardChange>();
  const removed = new Map<string, Card[]>();
  const titles = new Map([...then.columns, ...now.columns].map((column) => [column.key, column.title]));
  for (const column of now.columns) {
    for (const card of column.cards) {
      const before = cardOf(then.columns, card.id);
      const was = spotOf(then.columns, card.id);
      if (!before || !was) {
        cards.set(card.id, { added: true });
        continue;
      }
      const change: CardChange = {};
      if (was.column !== column.key) {
        change.from = titles.get(was.column) ?? was.column;
        change.to = column.title;
      }
      const gain = (card.progress ?? 0) - (before.progress ?? 0);
      if (Math.abs(gain) >= 0.005) change.progress = gain;
      if (before.health && card.health && before.health !== card.health)
        change.health = { from: before.health, to: card.health };
      if (change.from || change.health || change.progress !== undefined) cards.set(card.id, change);
    }
  }
  for (const column of then.columns) {
    const gone = column.cards.filter((card) => !cardOf(now.columns, card.id));
    if (gone.length) removed.set(column.key, gone);
  }
  return { cards, removed };
};

/** A board of several teams: moves lead to its own columns, and name the column of the card's team as verb. */
export const onMerged = (board: Board): Board => ({
  ...board,
  columns: board.columns.map((column) => ({
    ...column,
    cards: column.cards.map((card) => ({
      ...card,
      moves: (card.moves ?? []).map((move) => ({
        ...move,
        column: move.in ?? move.column,
        verb: move.column,
      })),
    })),
  })),
});
