import { describe, expect, it } from 'vitest';
import { beforeId, compareBoards, neighbour, onMerged, place, spotOf } from '../src/things/board/board';
import type { Board, Card, Column } from '../src/things/board/types';

const card = (id: string, more: Partial<Card> = {}): Card => ({
  id,
  kind: 'kaizen',
  title: `Card ${id}`,
  owner_id: null,
  team_id: 't',
  ...more,
});
const column = (key: string, ...cards: Card[]): Column => ({
  key,
  title: key.toUpperCase(),
  count: cards.length,
  cards,
});
const ids = (columns: Column[]) => columns.map((c) => c.cards.map((each) => each.id).join(''));

describe('a held card', () => {
  const columns = [column('todo', card('a'), card('b')), column('doing', card('c')), column('done')];

  it('is shown where the hand holds it, and the counts follow', () => {
    const shown = place(columns, { id: 'a', spot: { column: 'doing', index: 1 } });
    expect(ids(shown)).toEqual(['b', 'ca', '']);
    expect(shown.map((c) => c.count)).toEqual([1, 2, 0]);
  });

  it('survives a live refetch that brings new cards', () => {
    const refetched = [
      column('todo', card('a'), card('b'), card('x')),
      column('doing', card('c'), card('y')),
      column('done'),
    ];
    expect(ids(place(refetched, { id: 'a', spot: { column: 'doing', index: 1 } }))).toEqual([
      'bx',
      'cay',
      '',
    ]);
  });

  it('changes nothing when somebody took the card away', () => {
    expect(place(columns, { id: 'gone', spot: { column: 'done', index: 0 } })).toBe(columns);
  });

  it('stays at the end when its column shrank meanwhile', () => {
    expect(ids(place(columns, { id: 'a', spot: { column: 'doing', index: 9 } }))).toEqual(['b', 'ca', '']);
  });

  it('leaves the given columns as they were', () => {
    const before = JSON.stringify(columns);
    place(columns, { id: 'a', spot: { column: 'done', index: 0 } });
    expect(JSON.stringify(columns)).toBe(before);
  });

  it('names the card that follows it, or nothing at the end', () => {
    expect(beforeId(columns, 'a', { column: 'doing', index: 0 })).toBe('c');
    expect(beforeId(columns, 'a', { column: 'doing', index: 1 })).toBeNull();
    expect(beforeId(columns, 'a', { column: 'todo', index: 1 })).toBeNull();
  });

  it('knows where it stands', () => {
    expect(spotOf(columns, 'b')).toEqual({ column: 'todo', index: 1 });
    expect(spotOf(columns, 'nowhere')).toBeNull();
  });
});

describe('arrow keys', () => {
  const columns = ['a', 'b', 'c', 'd'].map((key) => column(key));
  const limited = card('x', { moves: [{ column: 'd' }] });

  it('skip the columns that the API does not allow', () => {
    expect(neighbour(columns, limited, 'b', 'b', 1)).toBe('d');
    expect(neighbour(columns, limited, 'b', 'd', -1)).toBe('b');
  });

  it('stop at the edge', () => {
    expect(neighbour(columns, limited, 'b', 'd', 1)).toBeNull();
    expect(neighbour(columns, limited, 'b', 'b', -1)).toBeNull();
  });
});

describe('two moments of a board', () => {
  const board = (...columns: Column[]): Board => ({ position: 1, columns });
  const then = board(
    column('todo', card('a', { progress: 0.1 }), card('gone')),
    column('doing', card('same')),
  );
  const now = board(
    column('todo', card('new')),
    column('doing', card('same'), card('a', { progress: 0.48 })),
  );
  const { cards, removed } = compareBoards(then, now);

  it('tell what moved and by how much', () => {
    expect(cards.get('a')).toMatchObject({ from: 'TODO', to: 'DOING' });
    expect(cards.get('a')?.progress).toBeCloseTo(0.38);
  });
  it('tell which status was another', () => {
    const [was, is] = [card('a', { health: 'on_track' }), card('a', { health: 'at_risk' })];
    const changed = compareBoards(
      { position: 1, columns: [column('todo', was)] },
      {
        position: 2,
        columns: [column('todo', is)],
      },
    ).cards.get('a');
    expect(changed).toEqual({ health: { from: 'on_track', to: 'at_risk' } });
  });
  it('tell what is new and what is gone, and keep silent on the rest', () => {
    expect(cards.get('new')).toEqual({ added: true });
    expect(removed.get('todo')?.map((each) => each.id)).toEqual(['gone']);
    expect(cards.has('same')).toBe(false);
  });
});

describe('a board of several teams', () => {
  it('moves a card within its own columns, and names the column of its team', () => {
    const moves = [
      { column: 'wip', label: 'In work', in: 'doing' },
      { column: 'done', label: 'Done', in: 'done' },
    ];
    const board: Board = { position: 1, columns: [column('todo', card('a', { moves }))] };
    expect(onMerged(board).columns[0]?.cards[0]?.moves).toMatchObject([
      { column: 'doing', verb: 'wip', label: 'In work' },
      { column: 'done', verb: 'done', label: 'Done' },
    ]);
  });
});
