/** Check-ins by person and calendar week of the cycle: dates counted, nothing judged. */
import { rowsOf } from '../scores/scoretree';
import type { Scores } from '../scores/types';

export interface StripCell {
  made: number;
  of: number;
}
export interface StripRow {
  person: string;
  cells: (StripCell | null)[];
}

/** `bounds`: where each week begins, then where the last one ends; a week yet to come is null. */
export const strip = (scores: Scores, bounds: number[], now: number): StripRow[] => {
  const people = new Map<string, { key: string; at: number[] }[]>();
  for (const row of rowsOf(scores)) {
    if (!row.keyResult) continue;
    const owner = row.ownerId ?? '';
    const at = (row.keyResult.trend ?? []).map((point) => Date.parse(point.at));
    people.set(owner, [...(people.get(owner) ?? []), { key: row.key, at }]);
  }
  return [...people].map(([person, krs]) => ({
    person,
    cells: bounds.slice(0, -1).map((start, week) => {
      if (start > now) return null;
      return {
        made: krs.filter((kr) => kr.at.some((at) => at >= start && at < bounds[week + 1]!)).length,
        of: krs.length,
      };
    }),
  }));
};
