/** Words of the company overview. */
import { plural } from '../../lib/plural';

export const overview = {
  title: 'Overview',
  company: 'Whole company',
  score: 'Score',
  health: 'How objectives stand',
  objectives: (n: number) => plural(n, 'objective', 'objectives'),
  share: (n: number, word: string) => `${n} ${word.toLowerCase()}`,
  worst: 'Furthest behind',
  noWorst: 'Nothing is off track.',
  movers: 'Moved this week',
  noMovers: 'No objective moved in the last seven days.',
  fromTo: (from: string, to: string) => `${from} → ${to}`,
  overdue: 'Overdue',
  noOverdue: 'Nobody owes anything that is overdue.',
  blocked: 'Blocked',
  noBlocked: 'Nothing is blocked.',
  streaks: 'Weeks in a row with every check-in',
  noStreaks: 'No team has a whole week of check-ins yet.',
  weeks: (n: number) => plural(n, 'week', 'weeks'),
  more: (n: number) => `and ${n} more`,
  days: (n: number) => plural(n, 'day', 'days'),
};
