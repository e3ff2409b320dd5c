/** Words of cycles, their phases and what they wait for. */
import { plural } from '../../lib/plural';

export const phase = {
  draft: 'Draft',
  align: 'Agree',
  commit: 'Commit',
  run: 'Run',
  grade: 'Score',
  learn: 'Learn',
} as Record<string, string>;

export const cycle = {
  title: (name: string) => name,
  waiting: 'Waiting for',
  nothingWaiting: 'Nobody is being waited for.',
  owes: 'Who owes what',
  nothingOwed: 'Nobody owes anything right now.',
  who: 'Who',
  today: 'Today',
  phase: 'Phase',
  phases: 'Phases',
  overdue: (v: string) => `${v} overdue`,
  dueIn: (v: string) => `due in ${v}`,
  paused: (v: string) => `Paused since ${v}. Nothing is asked until it is resumed.`,
  slots: (n: number) => plural(n, 'check-in slot', 'check-in slots'),
  newEnd: 'New end of the phase',
  reschedule: 'Reschedule a phase',
  strip: 'Check-ins by week',
  empty: 'No cycle yet. A cycle is a stretch of time, usually a quarter, that True North runs for you.',
  interval: (a: string, b: string) => `${a} – ${b}`,
  everyone: 'Everyone',
  starts: 'Started by hand; from then on the phases run by themselves.',
  startsOn: 'Starts on',
  ends: 'Ends on',
  timezone: 'Time zone',
  coordinator: 'Coordinator',
  policy: 'Check-in weekday',
  weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  newCycle: 'New cycle',
};
