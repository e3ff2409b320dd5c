/** What is drawn of a key result on the page of its objective: the readings that count, over time. */
import { unitOf, withUnit } from '../../lib/format';
import type { CheckIn } from '../checkin/types';
import type { KeyResult, Measure } from './types';
import { words } from '../../words';

/** Where its values are no numbers, what is drawn is how far it came. */
export const drawsProgress = (measure: Measure): boolean =>
  measure.kind === 'milestones' || measure.kind === 'binary';

/** Levels to reach or to stay within, as the measure names them now. */
export const levels = (measure: Measure): number[] => {
  if (measure.kind === 'percentage') return [100];
  if (measure.kind === 'binary') return [1];
  if (measure.kind === 'milestones') return [measure.milestones.length];
  const found = [
    'target' in measure ? measure.target : null,
    'lower' in measure ? measure.lower : null,
    'upper' in measure ? measure.upper : null,
  ];
  return found.filter((each): each is number => each !== null && each !== undefined);
};

/** Bounds of the drawing, where the measure has its own. */
export const boundsOf = (measure: Measure): [number, number] | undefined =>
  drawsProgress(measure) ? [0, levels(measure)[0] ?? 1] : undefined;

/** A number of the drawing in words. */
export const shownOf = (measure: Measure, value: number): string => {
  if (measure.kind === 'binary') return value >= 1 ? words.measure.done : words.measure.notDone;
  if (measure.kind === 'milestones') return `${value}/${measure.milestones.length}`;
  return withUnit(value, unitOf(measure));
};

const numberOf = ({ reading }: CheckIn): number | null => {
  if (reading?.value !== undefined && reading.value !== null) return reading.value;
  if (reading?.done !== undefined && reading.done !== null) return reading.done ? 1 : 0;
  return reading?.milestone_ids?.length ?? null;
};

export const valuesOf = (kr: KeyResult): { at: number; value: number }[] =>
  (kr.check_ins ?? [])
    .filter((each) => !each.corrected_by && !each.withdrawn)
    .map((each) => ({ at: Date.parse(each.effective_at), value: numberOf(each) }))
    .filter((each): each is { at: number; value: number } => each.value !== null)
    .sort((a, b) => a.at - b.at);
