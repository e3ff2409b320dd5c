import { describe, expect, it } from 'vitest';
import { changesOf } from '../src/things/history/changes';
import { baseOf, bodyOf, fold } from '../src/things/checkin/draft';
import { goal, initials, percent, points } from '../src/lib/format';
import { blank, fieldsOf, measureOf, MEASURES } from '../src/things/keyresult/measure';
import { compareScores, rowsOf, visible } from '../src/things/scores/scoretree';
import { parser } from '../src/lib/sse';
import { strip } from '../src/things/cycle/strip';
import { DAY } from '../src/lib/time';
import type { KeyResult } from '../src/things/keyresult/types';
import type { Objective } from '../src/things/objective/types';
import type { Scores } from '../src/things/scores/types';
import { keptParams, withParams } from '../src/lib/url';
import { bones, flat, lines, tree } from '../src/things/obstacle/why';

const kr = (more: Partial<KeyResult> = {}): KeyResult => ({
  id: 'k',
  title: 'KR',
  measure: { kind: 'increase', baseline: 20, target: 40, unit: 'min' },
  weight: 1,
  value: 25,
  raw: 0.25,
  progress: 0.25,
  expected: 0.5,
  health: 'at_risk',
  confidence: 0.6,
  last_check_in_at: '2026-10-08T09:00:00Z',
  ...more,
});
const objective = (more: Partial<Objective> = {}): Objective => ({
  id: 'o',
  cycle_id: 'c',
  team_id: 't',
  owner_id: 'p',
  title: 'O',
  ambition: 'committed',
  state: 'active',
  progress: 0.25,
  expected: 0.5,
  health: 'at_risk',
  confidence: null,
  coverage: 1,
  key_results: [kr()],
  version: 1,
  ...more,
});
const scores = (progress: number, ...objectives: Objective[]): Scores => ({
  position: 1,
  score: progress,
  expected: 0.5,
  health: 'at_risk',
  coverage: 1,
  score_if_nothing_dropped: null,
  objectives: [],
  teams: [
    {
      id: 't',
      name: 'Team',
      kind: 'team',
      score: progress,
      expected: 0.5,
      health: 'at_risk',
      coverage: 1,
      teams: [],
      objectives,
    },
  ],
});

describe('the URL', () => {
  it('drops empty values and keeps moments readable', () => {
    expect(withParams('?q=x', { as_of: '2026-11-14T22:59:59Z', q: null, lanes: '' })).toBe(
      '?as_of=2026-11-14T22:59:59Z',
    );
    expect(withParams('', { as_of: '@120' })).toBe('?as_of=@120');
  });
  it('carries moment, cycle and team to the next page, and nothing else', () => {
    expect(keptParams('?as_of=@1&q=x&team=t&kr=9')).toBe('?as_of=@1&team=t');
  });
});

describe('the event stream', () => {
  it('yields whole events, however the bytes were cut', () => {
    const text = ': hello\n\nid: 7\nevent: fact\ndata: {"a":\ndata: 1}\n\nid: 8\r\ndata: x\r\n\r\n';
    for (const size of [1, 3, 7, 1000]) {
      const parse = parser();
      const events = [];
      for (let i = 0; i < text.length; i += size) events.push(...parse(text.slice(i, i + size)));
      expect(events).toEqual([
        { id: '7', event: 'fact', data: '{"a":\n1}' },
        { id: '8', event: 'message', data: 'x' },
      ]);
    }
  });
});

describe('a check-in in the making', () => {
  it('starts from the last value and folds the draft over fresh server data', () => {
    expect(baseOf(kr())).toMatchObject({ value: '25', confidence: 6 });
    expect(fold(baseOf(kr({ value: 31 })), { note: 'kept' })).toMatchObject({ value: '31', note: 'kept' });
  });
  it('starts empty without a check-in', () =>
    expect(baseOf(kr({ last_check_in_at: null, value: 20 })).value).toBe(''));
  it('sends exactly the reading that the measure takes', () => {
    const draft = { ...baseOf(kr()), value: '26,5', confidence: 7, note: ' n ' };
    expect(bodyOf(kr().measure, draft, null)).toEqual({ value: 26.5, confidence: 0.7, note: 'n' });
    expect(bodyOf({ kind: 'binary' }, { ...draft, done: true }, null)).toMatchObject({ done: true });
    expect(
      bodyOf({ kind: 'milestones', milestones: [] }, { ...draft, milestone_ids: ['m'] }, null),
    ).toMatchObject({ milestone_ids: ['m'] });
  });
  it('is not sent while nothing sensible was entered', () => {
    for (const value of ['', ' ', 'many', '1e999'])
      expect(bodyOf(kr().measure, { ...baseOf(kr()), value }, null)).toBeNull();
    expect(bodyOf({ kind: 'binary' }, { ...baseOf(kr()), done: null }, null)).toBeNull();
  });
});

describe('measures', () => {
  it('are sent with their own fields only', () => {
    const draft = { ...blank(), baseline: 1, target: 2, lower: 3, unit: 'h' };
    expect(measureOf({ ...draft, kind: 'increase' })).toEqual({
      kind: 'increase',
      baseline: 1,
      target: 2,
      unit: 'h',
    });
    expect(measureOf({ ...draft, kind: 'reach' })).toEqual({ kind: 'reach', target: 2, unit: 'h' });
    expect(measureOf({ ...draft, kind: 'binary' })).toEqual({ kind: 'binary' });
    expect(measureOf({ ...draft, kind: 'milestones', milestones: 'a\n\n b ' })).toEqual({
      kind: 'milestones',
      milestones: [{ title: 'a' }, { title: 'b' }],
    });
  });
  it('have a form for every kind', () => {
    expect(MEASURES).toHaveLength(11);
    for (const kind of MEASURES) expect(fieldsOf(kind)).toBeInstanceOf(Array);
  });
  it('are said in a few words', () => {
    expect(goal({ kind: 'decrease', baseline: 42, target: 15, unit: 'min' })).toBe('42 → 15 min');
    expect(goal({ kind: 'stay_below', upper: 2, method: 'hit_rate', unit: 'd' })).toBe('at most 2 d');
  });
});

describe('the score tree', () => {
  it('lists company to key result, depth first', () => {
    expect(rowsOf(scores(0.2, objective())).map((row) => [row.kind, row.level])).toEqual([
      ['team', 0],
      ['objective', 1],
      ['key_result', 2],
    ]);
  });
  it('hides what is inside a closed row', () => {
    expect(visible(rowsOf(scores(0.2, objective())), new Set(['t'])).map((row) => row.kind)).toEqual([
      'team',
    ]);
  });
  it('tells what changed between two moments', () => {
    const changes = compareScores(
      scores(0.2, objective()),
      scores(0.3, objective({ id: 'o2' }), objective()),
    );
    expect(changes.get('t')?.points).toBeCloseTo(0.1);
    expect(changes.get('o2')).toEqual({ points: null, added: true });
    expect(changes.has('o')).toBe(false);
  });
});

it('the strip counts check-ins by week and leaves the future open', () => {
  const from = Date.parse('2026-10-01T00:00:00Z');
  const data = scores(
    0.2,
    objective({
      key_results: [
        kr({ owner_id: 'p', trend: [{ at: '2026-10-08T09:00:00Z', score: 0.1 }] }),
        kr({ id: 'k2', owner_id: 'p', trend: [] }),
      ],
    }),
  );
  expect(
    strip(
      data,
      [0, 7, 14, 21, 28].map((days) => from + days * DAY),
      from + 15 * DAY,
    ),
  ).toEqual([{ person: 'p', cells: [{ made: 0, of: 2 }, { made: 1, of: 2 }, { made: 0, of: 2 }, null] }]);
});

describe('five whys', () => {
  it('branch under any answer, and no answer is lost', () => {
    const whys = [
      { id: '1', answer: 'a' },
      { id: '2', under: '1', answer: 'b' },
      { id: '3', under: '1', answer: 'c' },
      { id: '4', under: 'unknown', answer: 'd' },
    ];
    expect(flat(tree(whys)).map((branch) => [branch.why.id, branch.depth])).toEqual([
      ['1', 1],
      ['2', 2],
      ['3', 2],
      ['4', 1],
    ]);
  });
  it('lay three bones above the spine and three below', () => {
    const drawn = bones([{ id: 'c', category: 'people', text: 'x' }]);
    expect(drawn.map((bone) => bone.top)).toEqual([true, true, true, false, false, false]);
    expect(drawn[0]?.labels).toHaveLength(1);
  });
  it('break headings into three lines at most', () =>
    expect(lines('one two three four five six seven eight nine ten').length).toBeLessThanOrEqual(3));
});

describe('numbers and names', () => {
  it('are worded for people', () => {
    expect(percent(0.464)).toBe('46 %');
    expect(percent(null)).toBe('–');
    expect(points(0.38)).toBe('+38 pp');
    expect(points(-0.05)).toBe('-5 pp');
    expect(initials('Teresa  van der Kovač')).toBe('TK');
    expect(initials('')).toBe('?');
  });
});

it('only fields that differ are shown as changes', () => {
  expect(
    changesOf(
      { state: 'draft', title: 'same', team_id: 'x' },
      { state: 'proposed', title: 'same', team_id: 'y' },
    ),
  ).toEqual([{ field: 'state', before: 'Draft', after: 'Proposed' }]);
});
it('changes read as people say them: days, steps of a checklist, and who is mentioned', () => {
  const nameOf = () => 'Ana Ruiz';
  const id = '019ec9a8-9c80-7996-9383-929e49b76563';
  const before = { due_on: '2026-11-26', text: '', checklist: [{ text: 'Ask', done: false }] };
  const after = { due_on: '2026-12-03', text: `@${id}, please`, checklist: [{ text: 'Ask', done: true }] };
  expect(changesOf(before, after, undefined, '', nameOf).map((each) => [each.before, each.after])).toEqual([
    ['26 Nov 2026', '3 Dec 2026'],
    ['', '@Ana Ruiz, please'],
    ['☐ Ask', '☑ Ask'],
  ]);
});
