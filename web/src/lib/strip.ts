/** Check-ins by person and calendar week of the cycle: dates counted, nothing judged. */
import { rowsOf } from './scoretree';
import { DAY } from './time';
import type { Scores } from './types';

export interface StripCell { made: number; of: number }
export interface StripRow { person: string; cells: (StripCell | null)[] }

/** Weeks are counted from the first day of the cycle; a week that has not begun at `now` is null. */
export const strip = (scores: Scores, from: number, to: number, now: number): StripRow[] => {
  const weeks = Math.max(1, Math.ceil((to - from) / (7 * DAY)));
  const people = new Map<string, { key: string; at: number[] }[]>();
  for (const row of rowsOf(scores)) {
    if (!row.keyResult) continue;
    const owner = row.ownerId ?? '';
    const at = (row.keyResult.trend ?? []).map((point) => Date.parse(point.at));
    people.set(owner, [...(people.get(owner) ?? []), { key: row.key, at }]);
  }
  return [...people].map(([person, krs]) => ({
    person,
    cells: Array.from({ length: weeks }, (_, week) => {
      const start = from + week * 7 * DAY;
      if (start > now) return null;
      return { made: krs.filter((kr) => kr.at.some((at) => at >= start && at < start + 7 * DAY)).length, of: krs.length };
    }),
  }));
};
