/** Words of the time rail and its banner. */
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
