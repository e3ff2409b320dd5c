import { describe, expect, it } from 'vitest';
import { boxOf, dayTicks, nearest, pathOf, timeScale, valueScale } from '../src/charts/plot';
import type { KeyResult, Series } from '../src/things/keyresult/types';
import { percentNumber } from '../src/lib/format';
import { blank, draftOf, measureOf, sentenceOf } from '../src/things/keyresult/measure';
import { draw } from '../src/things/keyresult/series';

const at = (day: string) => Date.parse(`${day}T10:00:00Z`);

describe('the plot', () => {
  const box = boxOf(400, 200);

  it('rounds its bounds, and stands a single value in the middle', () => {
    expect(valueScale([3, 97], box).domain()).toEqual([0, 100]);
    const middle = (box.top + box.height - box.bottom) / 2;
    expect(valueScale([5], box)(5)).toBeCloseTo(middle, 0);
  });

  it('breaks a line where a value is missing', () => {
    const points = [1, null, 3, 4].map((value, i) => ({ at: i, value }));
    const path = pathOf({ look: 'main', points }, timeScale(0, 3, box), valueScale([0, 4], box));
    expect(path.match(/M/g)).toHaveLength(2);
  });

  it('has as many days along the axis as there is room for, at local midnights', () => {
    const ticks = dayTicks(at('2026-10-01'), at('2026-12-30'), 'Europe/Berlin', 7);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.every((tick) => new Date(tick.at).getUTCHours() >= 22)).toBe(true);
  });

  it('finds the stop that is nearest', () => {
    const stops = [10, 20, 40].map((each) => ({ at: each, title: '', cells: [], notes: [] }));
    expect(nearest(stops, 29)).toBe(1);
    expect(nearest([], 29)).toBe(-1);
  });
});

describe('the course of a key result', () => {
  const kr = { measure: { kind: 'decrease', baseline: 40, target: 20, unit: 'min' } } as KeyResult;
  const point = (day: string, value: number, more: object = {}) => ({
    at: `${day}T10:00:00Z`,
    value,
    progress: 0.5,
    expected: 0.5,
    confidence: 0.7,
    note: null,
    check_in_id: day,
    actor: { kind: 'person', id: 'p', name: 'Ana' },
    corrected: false,
    withdrawn: false,
    late: false,
    ...more,
  });
  const series: Series = {
    position: 9,
    points: [point('2026-10-08', 35), point('2026-10-15', 99, { withdrawn: true }), point('2026-10-22', 30)],
    targets: [{ from: '2026-10-01T00:00:00Z', target: 20, baseline: 40 }],
    marks: [{ at: '2026-10-16T10:00:00Z', kind: 'retarget', event_id: 'e', sentence: 'Moved.' }],
  };
  const drawing = draw(series, kr, at('2026-12-31'), 'UTC');

  it('leaves what counts no more out of the line, and shows it hollow', () => {
    const main = drawing.lines.find((each) => each.look === 'main');
    expect(main?.points.map((each) => each.value)).toEqual([35, 30]);
    expect(drawing.dots.map((each) => each.hollow)).toEqual([false, true, false]);
  });

  it('lays what was expected on the axis of the values', () => {
    const expected = drawing.lines.find((each) => each.look === 'expected');
    expect(expected?.points.map((each) => each.value)).toEqual([30, 30]);
  });

  it('tells check-ins and marks in the order of time', () => {
    expect(drawing.stops.map((each) => each.title)).toEqual([
      '8 Oct 2026',
      '15 Oct 2026',
      '16 Oct 2026',
      '22 Oct 2026',
    ]);
    expect(drawing.stops[0]?.cells).toEqual(['35 min', '30 min', '20 min', '7/10']);
  });
});

describe('a measure in the making', () => {
  it('is read back as a sentence once it says enough', () => {
    const draft = { ...blank(), kind: 'decrease' as const, unit: 'min' };
    expect(sentenceOf(draft)).toBeNull();
    expect(sentenceOf({ ...draft, baseline: 42, target: 15 })).toContain('From 42 min to 15 min');
    expect(sentenceOf({ ...blank(), kind: 'binary' })).toContain('100 %');
  });

  it('comes back from a measure as it went in', () => {
    const measure = { kind: 'stay_below' as const, upper: 12, method: 'hit_rate' as const, unit: 'a week' };
    expect(measureOf(draftOf({ ...measure, lower: null, tolerance: null }))).toEqual(measure);
  });
});

describe('a baseline that nobody knows', () => {
  const draft = { ...blank(), target: 20 };

  it('is left empty and said to be unknown', () => {
    expect(measureOf(draft)).toEqual({ kind: 'increase', baseline: null, target: 20 });
    expect(sentenceOf(draft)).toContain('until somebody says where it starts');
  });

  it('is no field of what starts at zero', () => {
    expect(measureOf({ ...draft, kind: 'reach' })).toEqual({ kind: 'reach', target: 20 });
  });
});

describe('whole per cent', () => {
  it('hide no miss', () => {
    expect([0.9999, 0.0001, -0.0001, 1, 0, 1.004].map((each) => percentNumber(each))).toEqual([
      '99',
      '1',
      '-1',
      '100',
      '0',
      '100',
    ]);
  });
});
