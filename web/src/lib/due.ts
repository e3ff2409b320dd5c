/** When something is due, in words: "due in 7 days, Thu 3 Dec". */
import { clock, daysTo, weekDay } from './time';
import { words } from '../words';

export const dueWords = (due: string, now: number, zone: string): string => {
  const at = Date.parse(due);
  const days = daysTo(at, now, zone);
  const day = weekDay(at, zone);
  if (at >= now) {
    if (days === 0) return words.due.today(clock(at, zone));
    return days === 1 ? words.due.tomorrow(day) : words.due.inDays(days, day);
  }
  if (days === 0) return words.due.lateToday(clock(at, zone));
  return days === -1 ? words.due.lateYesterday(day) : words.due.lateDays(-days, day);
};
