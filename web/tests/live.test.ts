/** The live stream: what a piece of it says, and which questions it touches. */
import { describe, expect, it } from 'vitest';
import { factsOf, parser } from '../src/lib/sse';
import { touches } from '../src/lib/topics';

const event = (position: number, more: object) =>
  `id: ${position}\ndata: ${JSON.stringify({ position, type: 'x', ...more })}\n\n`;

describe('a piece of the stream', () => {
  it('says the newest position, everything touched, and what people did', () => {
    const text =
      event(7, { actorkind: 'person', topics: ['team/1', 'teams'] }) +
      event(8, { actorkind: 'workflow', topics: ['cycle/2', 'teams'] });
    expect(factsOf(parser()(text))).toEqual({
      kind: 'facts',
      position: 8,
      topics: [
        ['team/1', 'teams'],
        ['cycle/2', 'teams'],
      ],
      byPeople: [7],
      reset: false,
    });
  });

  it('tells of a log that is another one', () => {
    const facts = factsOf(parser()('event: reset\nid: 3\ndata: {"position":3}\n\n'));
    expect(facts).toMatchObject({ position: 3, reset: true, byPeople: [] });
  });

  it('says nothing while only a heartbeat came', () => {
    expect(factsOf(parser()(': still here\n\n'))).toBeNull();
  });
});

describe('what a fact touches', () => {
  const moved = [
    'action/a1',
    'team/t1',
    'actions',
    'boards/actions',
    'boards',
    'obligations',
    'history',
    'timeline',
  ];

  it.each([
    '/boards/actions',
    '/actions/a1',
    '/teams/t1',
    '/actions',
    '/history',
    '/cycles/c1',
    '/cycles/c1/status',
  ])('asks %s again', (path) => expect(touches(path, {}, moved)).toBe(true));
  it.each([
    '/actions/a2',
    '/objectives/o1',
    '/objectives',
    '/scores',
    '/boards/objectives',
    '/people',
    '/bootstrap',
    '/system',
  ])('leaves %s alone', (path) => expect(touches(path, {}, moved)).toBe(false));
  it('leaves the list of another team alone, not that of its own', () => {
    expect(touches('/boards/actions', { team_id: 't1' }, moved)).toBe(true);
    expect(touches('/boards/actions', { team_id: 't2' }, moved)).toBe(false);
    expect(touches('/boards/actions', { cycle_id: 'c1' }, moved)).toBe(true);
  });
  it('asks again whatever it does not know', () => {
    expect(touches('/something-new', {}, moved)).toBe(true);
  });
});
