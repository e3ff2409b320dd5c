/** Check-ins by person and calendar week of the cycle: dates counted, nothing judged. */
import type { KeyResult } from '../keyresult/types';
import type { Scores, ScoreTeam } from '../scores/types';

export interface StripCell {
  made: number;
  of: number;
}
export interface StripRow {
  person: string;
  cells: (StripCell | null)[];
}

interface Owned {
  kr: KeyResult;
  owner: string;
}
/** Every key result with whose it is: its own owner's, or its objective's. */
const owned = ({ objectives, teams }: Pick<ScoreTeam, 'objectives' | 'teams'>): Owned[] => [
  ...objectives.flatMap((objective) =>
    objective.key_results.map((kr) => ({ kr, owner: kr.owner_id ?? objective.owner_id })),
  ),
  ...teams.flatMap(owned),
];

/** `bounds`: where each week begins, then where the last one ends; a week yet to come is null. */
export const strip = (scores: Scores, bounds: number[], now: number): StripRow[] => {
  const people = new Map<string, { at: number[] }[]>();
  for (const { kr, owner } of owned(scores)) {
    const at = (kr.trend ?? []).map((point) => Date.parse(point.at));
    people.set(owner, [...(people.get(owner) ?? []), { at }]);
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
