/** Words of the time rail, its banner and its comparison. */
import { plural } from '../../lib/plural';

export const rail = {
  label: 'Time',
  asOf: 'As of',
  now: 'Now',
  slider: 'As of, day of the cycle',
  compareSlider: 'Compare with, day of the cycle',
  compare: 'Compare',
  versus: (day: string) => `vs ${day}`,
  stopCompare: 'Stop comparing',
  back: 'Back to now',
  previous: 'Previous event',
  next: 'Next event',
  dateTime: 'Date and time',
  versusTime: 'Compare with',
  effective: 'Effective at (scores)',
  effectiveHint: 'What was true then, as known at the moment above.',
  apply: 'Go there',
  copyLink: 'Copy link as of now',
  copied: 'Link copied',
  pick: 'Choose a moment',
  events: (n: number) => (n === 0 ? 'nothing happened' : plural(n, 'event', 'events')),
  range: (from: string, to: string) => `Compare ${from} with ${to}`,
  compareHint: 'Compare with two weeks before. Or drag over the rail from one day to another.',
};

export const banner = {
  past: (what: string) => `Read-only. You are looking at ${what}.`,
  stood: (at: string) => `things as they stood on ${at}`,
  position: (n: string) => `things as they stood at event ${n}`,
  effective: (day: string, known: string) => `what was true on ${day}, as known ${known}`,
  compared: (at: string) => `compared with ${at}`,
  knownNow: 'now',
  knownOn: (at: string) => `on ${at}`,
  legend: 'Dashed outline: moved. Struck out: no longer there.',
};

/** What differs between the two moments, counted and walked through. */
export const comparison = {
  label: 'What changed between the two moments',
  moved: (n: number) => `${n} moved`,
  came: (n: number) => `${n} new`,
  went: (n: number) => `${n} gone`,
  up: (n: number) => plural(n, 'score up', 'scores up'),
  down: (n: number) => plural(n, 'score down', 'scores down'),
  better: (n: number) => plural(n, 'status better', 'statuses better'),
  worse: (n: number) => plural(n, 'status worse', 'statuses worse'),
  nothing: 'Nothing differs.',
  previous: 'Previous change',
  next: 'Next change',
  at: (n: number, of: number) => `${n} of ${of}`,
  from: (before: string, after: string) => `${before} → ${after}`,
  isNew: 'new',
  isGone: 'gone',
};
