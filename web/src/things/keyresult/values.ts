/** What is drawn of a key result on the page of its objective: the readings that count, over time. */
import type { CheckIn, KeyResult, Measure } from '../../lib/types';

/** Where its values are no numbers, what is drawn is how far it came. */
export const drawsProgress = (measure: Measure): boolean =>
  measure.kind === 'milestones' || measure.kind === 'binary';

/** Levels to reach or to stay within, as the measure names them now. */
export const levels = (measure: Measure): number[] => {
  if (measure.kind === 'percentage') return [100];
  const found = [
    'target' in measure ? measure.target : null,
    'lower' in measure ? measure.lower : null,
    'upper' in measure ? measure.upper : null,
  ];
  return found.filter((each): each is number => each !== null && each !== undefined);
};

const numberOf = ({ reading }: CheckIn, measure: Measure): number | null => {
  if (reading?.value !== undefined && reading.value !== null) return reading.value;
  if (reading?.done !== undefined && reading.done !== null) return reading.done ? 1 : 0;
  if (reading?.milestone_ids && measure.kind === 'milestones' && measure.milestones.length)
    return reading.milestone_ids.length / measure.milestones.length;
  return null;
};

export const valuesOf = (kr: KeyResult): { at: number; value: number }[] =>
  (kr.check_ins ?? [])
    .filter((each) => !each.corrected_by && !each.withdrawn)
    .map((each) => ({ at: Date.parse(each.effective_at), value: numberOf(each, kr.measure) }))
    .filter((each): each is { at: number; value: number } => each.value !== null)
    .sort((a, b) => a.at - b.at);
