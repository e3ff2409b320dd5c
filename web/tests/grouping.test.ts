import { describe, expect, it } from 'vitest';
import type { Card, Column } from '../src/things/board/types';
import { only, regroup, wanted, type Names } from '../src/things/board/grouping';

const card = (id: string, more: Partial<Card> = {}): Card => ({
  id,
  kind: 'objective',
  title: `Card ${id}`,
  owner_id: null,
  team_id: null,
  ...more,
});
const column = (key: string, ...cards: Card[]): Column => ({ key, title: key, count: cards.length, cards });
const names: Names = {
  health: (health) => health,
  team: (id) => (id === 't' ? 'Assembly' : ''),
  person: (id) => (id === 'p' ? 'Tomáš Král' : ''),
  none: 'None',
};
const shape = (columns: Column[]) => columns.map((c) => [c.title, c.cards.map((each) => each.id)]);

describe('grouping a board', () => {
  it('puts the worst health first', () => {
    const columns = [
      column('active', card('a', { health: 'on_track' }), card('b', { health: 'at_risk' })),
      column('draft', card('c', { health: 'lagging' })),
    ];
    expect(shape(regroup(columns, 'health', names))).toEqual([
      ['at_risk', ['b']],
      ['lagging', ['c']],
      ['on_track', ['a']],
    ]);
  });

  it('puts what has no owner last', () => {
    const columns = [column('active', card('a'), card('b', { owner_id: 'p' }))];
    expect(shape(regroup(columns, 'owner', names))).toEqual([
      ['Tomáš Král', ['b']],
      ['None', ['a']],
    ]);
  });

  it('shows a card under each of its themes', () => {
    const columns = [column('active', card('a', { tags: ['quality', 'cost'] }))];
    expect(shape(regroup(columns, 'tag', names))).toEqual([
      ['cost', ['a']],
      ['quality', ['a']],
    ]);
  });
});

describe('finding a card', () => {
  const all = [
    column(
      'active',
      card('a', { title: 'Kanban for packing' }),
      card('b', { title: 'Packing line', owner_id: 'p', team_id: 't' }),
    ),
  ];
  const found = (text: string, also: string[] = []) =>
    only(all, wanted(text, names, new Set(also))).flatMap((c) => c.cards.map((each) => each.id));

  it.each([
    ['packing KANBAN', ['a']],
    ['tomas', ['b']],
    ['assembly packing', ['b']],
    ['  ', ['a', 'b']],
    ['nothing like it', []],
  ])('%j finds %j', (text, ids) => expect(found(text)).toEqual(ids));

  it('finds a card by a key result that the search knows', () => {
    expect(found('changeover', ['a'])).toEqual(['a']);
  });

  it("leaves a column's count alone, for its limit counts all of them", () => {
    expect(only(all, () => false)[0]?.count).toBe(2);
  });
});
