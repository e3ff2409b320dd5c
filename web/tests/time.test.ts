import { describe, expect, it } from 'vitest';
import {
  age,
  daysTo,
  weekBounds,
  endOfDay,
  fromLocalInput,
  instantOf,
  isoSeconds,
  localDay,
  moment,
  ruler,
  share,
  stepOf,
  toLocalInput,
  DAY,
} from '../src/lib/time';
import { counted, differences } from '../src/things/time/differences';
import { placed } from '../src/things/time/labels';

describe('wall-clock time', () => {
  it('round-trips through the zone of the organisation', () => {
    for (const local of ['2026-01-15T09:00', '2026-07-15T09:00', '2026-10-25T12:00']) {
      expect(toLocalInput(fromLocalInput(local, 'Europe/Berlin'), 'Europe/Berlin')).toBe(local);
    }
    expect(isoSeconds(fromLocalInput('2026-07-15T09:00', 'Europe/Berlin'))).toBe('2026-07-15T07:00:00Z');
  });
  it('takes the first of two instants when the clock goes back', () => {
    expect(isoSeconds(fromLocalInput('2026-10-25T02:30', 'Europe/Berlin'))).toBe('2026-10-25T00:30:00Z');
  });
  it('moves on when the clock jumps over it', () => {
    expect(isoSeconds(fromLocalInput('2026-03-29T02:30', 'Europe/Berlin'))).toBe('2026-03-29T01:30:00Z');
  });
  it('ends a day one second before the next begins, whatever its length', () => {
    expect(isoSeconds(endOfDay('2026-10-25', 'Europe/Berlin'))).toBe('2026-10-25T22:59:59Z');
    expect(isoSeconds(endOfDay('2026-03-29', 'Europe/Berlin'))).toBe('2026-03-29T21:59:59Z');
  });
  it('knows the day in the zone, not in UTC', () => {
    expect(localDay(Date.parse('2026-11-14T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-15');
  });
});

it('a quarter of thirteen weeks has thirteen, whichever way its clock is changed', () => {
  for (const [first, last] of [
    ['2026-10-05', '2027-01-03'],
    ['2026-01-05', '2026-04-05'],
  ] as const) {
    const bounds = weekBounds(first, last, 'Europe/Berlin');
    expect(bounds).toHaveLength(14);
    expect(bounds.map((at) => toLocalInput(at, 'Europe/Berlin').slice(11))).toEqual(Array(14).fill('00:00'));
  }
});

describe('the rail', () => {
  const r = ruler('2026-09-30T22:00:00Z', '2026-12-31T23:00:00Z', 'Europe/Berlin');
  it('has one step a day', () => expect(r.days).toBe(92));
  it('steps and instants agree', () => {
    for (const step of [0, 1, 45, 91]) expect(stepOf(r, instantOf(r, step))).toBe(step);
  });
  it('steps to the end of a local day on either side of a change of the clock', () => {
    expect(isoSeconds(instantOf(r, 0))).toBe('2026-10-01T21:59:59Z');
    expect(isoSeconds(instantOf(r, 24))).toBe('2026-10-25T22:59:59Z');
    expect(isoSeconds(instantOf(r, 91))).toBe('2026-12-31T22:59:59Z');
  });
  it('clamps what lies outside', () => {
    expect(stepOf(r, r.from - DAY)).toBe(0);
    expect(stepOf(r, r.to + DAY)).toBe(91);
    expect(share(r, r.from - 1)).toBe(0);
    expect(share(r, r.to + 1)).toBe(1);
  });
});

it('says ages in the coarsest unit that still tells', () => {
  const now = Date.parse('2026-11-14T12:00:00Z');
  expect(age(now - 5 * 60_000, now)).toBe('5 min');
  expect(age(now - 3 * 3_600_000, now)).toBe('3 h');
  expect(age(now - 2.9 * DAY, now)).toBe('2 d');
  expect(age(now - 30 * DAY, now)).toBe('4 wk');
});

it('names the year of a moment only where it is another one', () => {
  const now = Date.parse('2026-11-14T12:00:00Z');
  expect(moment('2026-03-02T09:05:00Z', 'UTC', now)).toBe('2 Mar, 09:05');
  expect(moment('2027-03-02T09:05:00Z', 'UTC', now)).toBe('2 Mar 2027, 09:05');
  expect(moment('2026-12-31T23:30:00Z', 'Europe/Berlin', now)).toBe('1 Jan 2027, 00:30');
});

describe('the names of the phases', () => {
  const labels = [
    { at: 0, width: 40 },
    { at: 10, width: 40 },
    { at: 12, width: 60 },
    { at: 90, width: 30 },
    { at: 290, width: 40 },
    { at: 298, width: 40 },
  ];
  it('stand in their order, none over another and none cut off', () => {
    const lefts = placed(labels, 300);
    lefts.forEach((left, i) => {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + labels[i]!.width).toBeLessThanOrEqual(lefts[i + 1] ?? 300);
    });
  });
  it('stay where their phase begins when there is room', () => {
    expect(placed([{ at: 100, width: 40 }], 300)).toEqual([100]);
  });
});

describe('what differs between two moments', () => {
  const thing = { id: 'o', kind: 'objective', title: 'Earn the reorder' };
  const all = differences({
    moved: [{ ...thing, from: { title: 'Draft' }, to: { title: 'Active' } }],
    added: [{ id: 'n', kind: 'objective', title: 'New' }],
    removed: [],
    changed: [
      { ...thing, field: 'progress', from: 0.2, to: 0.4 },
      { ...thing, field: 'health', from: 'on_track', to: 'lagging' },
      { ...thing, field: 'expected', from: 0.2, to: 0.5 },
    ],
  });
  it('is gathered by thing', () => {
    expect(all.map((each) => each.id)).toEqual(['o', 'n']);
    expect(all[0]).toMatchObject({ score: { from: 0.2, to: 0.4 }, health: { to: 'lagging' } });
  });
  it('is counted by what people ask for', () => {
    expect(counted(all)).toEqual({ moved: 1, came: 1, went: 0, up: 1, down: 0, better: 0, worse: 1 });
  });
});

describe('days until something is due', () => {
  it('are counted on the calendar of the place', () => {
    const now = Date.parse('2026-11-26T22:30:00Z');
    expect(daysTo(Date.parse('2026-11-26T23:30:00Z'), now, 'UTC')).toBe(0);
    expect(daysTo(Date.parse('2026-11-26T23:30:00Z'), now, 'Europe/Berlin')).toBe(1);
    expect(daysTo(Date.parse('2026-11-25T08:00:00Z'), now, 'UTC')).toBe(-1);
  });
});
