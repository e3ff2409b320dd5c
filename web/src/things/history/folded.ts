/** Facts by day, and within a day a person's round of check-ins as one line. */
import { localDay } from '../../lib/time';
import type { HistoryItem } from './types';

/** One fact, or the facts of one round, the newest first. */
export interface Line {
  key: number;
  items: HistoryItem[];
}
export interface Day {
  day: string;
  at: string;
  lines: Line[];
}

export const daysOf = (items: HistoryItem[], zone: string): Day[] => {
  const days = new Map<string, Day>();
  const rounds = new Map<string, Line>();
  for (const item of items) {
    const day = localDay(Date.parse(item.at), zone);
    const here = days.get(day) ?? { day, at: item.at, lines: [] };
    days.set(day, here);
    const key = item.round ? `${day} ${item.round}` : '';
    const open = rounds.get(key);
    if (open) open.items.push(item);
    else {
      const line = { key: item.position, items: [item] };
      here.lines.push(line);
      if (key) rounds.set(key, line);
    }
  }
  return [...days.values()];
};
