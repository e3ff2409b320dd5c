/** What the series of a key result looks like on paper: lines, dots, marks, and what each moment says. */
import type { Dot, Line, Mark, Point, Stop } from '../../charts/plot';
import { percent, unitOf, withUnit } from '../../lib/format';
import { fullDay } from '../../lib/time';
import type { KeyResult, Series } from './types';
import { words } from '../../words';
import { drawsProgress, levels } from './values';

const SIGNS: Record<Series['marks'][number]['kind'], string> = {
  retarget: '↺',
  reweight: '⇅',
  drop: '✕',
  reinstate: '+',
  correction: '✎',
  conversion: '⇄',
};

export interface Drawing {
  lines: Line[];
  dots: Dot[];
  marks: Mark[];
  stops: Stop[];
  columns: string[];
  confidence: Point[];
  format: (value: number) => string;
  bounds?: [number, number];
}

export const draw = (series: Series, kr: KeyResult, to: number, zone: string): Drawing => {
  const share = drawsProgress(kr.measure);
  const unit = unitOf(kr.measure);
  const format = (value: number) => (share ? percent(value) : withUnit(value, unit));
  const points = series.points.map((each) => ({
    ...each,
    at: Date.parse(each.at),
    value: share ? each.progress : each.value,
    counts: !each.corrected && !each.withdrawn,
  }));
  const steps = series.targets.map((each) => ({ ...each, at: Date.parse(each.from) }));
  const aimedAt = (at: number) => steps.filter((each) => each.at <= at).at(-1) ?? steps[0];
  /** The expected share of the way, laid on the axis of the values. */
  const expectedAt = (point: (typeof points)[number]): number | null => {
    if (share) return point.expected;
    const aim = kr.measure.kind === 'percentage' ? { baseline: 0, target: 100 } : aimedAt(point.at);
    if (point.expected === null || !aim || aim.target === null || aim.baseline === null) return null;
    return aim.baseline + point.expected * (aim.target - aim.baseline);
  };
  const counting = points.filter((each) => each.counts);
  const target = steps.map((each) => ({ at: each.at, value: each.target }));
  const last = target.at(-1);
  const fixed = share || target.some((each) => each.value !== null) ? [] : levels(kr.measure);
  const shown = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : format(value);
  /** Nobody expects to the fourth digit. */
  const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(3)));
  const stops: Stop[] = [
    ...points.map((each) => ({
      at: each.at,
      title: fullDay(each.at, zone),
      cells: [
        shown(each.value),
        shown(rounded(expectedAt(each))),
        share ? '' : shown(aimedAt(each.at)?.target),
        each.confidence === null ? '' : `${Math.round(each.confidence * 10)}/10`,
      ],
      notes: [
        ...(each.note ? [each.note] : []),
        ...(each.corrected ? [words.checkIn.corrected] : []),
        ...(each.withdrawn ? [words.keyResult.withdrawn] : []),
        ...(each.late ? [words.checkIn.lateFlag] : []),
        ...(each.after_due ? [words.checkIn.afterDue] : []),
        ...(each.actor.name ? [words.keyResult.by(each.actor.name)] : []),
      ],
    })),
    ...series.marks.map((each) => ({
      at: Date.parse(each.at),
      title: fullDay(each.at, zone),
      cells: ['', '', '', ''],
      notes: [`${SIGNS[each.kind]} ${each.sentence}`],
    })),
  ].sort((a, b) => a.at - b.at);
  return {
    lines: [
      ...(share || !last
        ? []
        : [{ look: 'target' as const, points: [...target, { at: to, value: last.value }] }]),
      ...fixed.map((value) => ({
        look: 'target' as const,
        points: [
          { at: 0, value },
          { at: to, value },
        ],
      })),
      {
        look: 'expected',
        points: counting.map((each) => ({ at: each.at, value: expectedAt(each) })),
      },
      { look: 'main', points: counting.map(({ at, value }) => ({ at, value })) },
    ],
    dots: points.map(({ at, value, counts }) => ({ at, value, hollow: !counts })),
    marks: series.marks.map((each) => ({ at: Date.parse(each.at), sign: SIGNS[each.kind] })),
    stops,
    columns: [
      words.keyResult.value,
      words.keyResult.expected,
      words.keyResult.target,
      words.keyResult.confidence,
    ],
    confidence: counting.map(({ at, confidence }) => ({
      at,
      value: confidence === null ? null : confidence * 10,
    })),
    format,
    ...(share ? { bounds: [0, 1] as [number, number] } : {}),
  };
};
