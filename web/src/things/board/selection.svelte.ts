/** The cards that somebody picked to do one thing with all of them. */
import type { Card } from './types';

export interface Selection {
  readonly cards: Card[];
  has: (id: string) => boolean;
  toggle: (card: Card) => void;
  clear: () => void;
}

export const newSelection = (): Selection => {
  let picked = $state.raw<ReadonlyMap<string, Card>>(new Map());
  return {
    get cards() {
      return [...picked.values()];
    },
    has: (id) => picked.has(id),
    toggle(card) {
      const next = new Map(picked);
      if (!next.delete(card.id)) next.set(card.id, card);
      picked = next;
    },
    clear() {
      picked = new Map();
    },
  };
};
