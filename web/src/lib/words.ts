/** Words that things share: states, kinds, verbs of the API, forms, refusals, small figures. */
export const product = 'True North';

export const none = '–';

export const loading = 'Loading…';

export const health = {
  pending: 'Not started',
  on_track: 'On track',
  lagging: 'At risk',
  at_risk: 'Off track',
  outdated: 'Outdated',
  achieved: 'Achieved',
  achieved_late: 'Achieved late',
  missed: 'Missed',
  closed: 'Done',
};

export const state = {
  draft: 'Draft',
  proposed: 'Proposed',
  agreed: 'Agreed',
  active: 'Active',
  graded: 'Graded',
  closed: 'Closed',
  dropped: 'Dropped',
  merged: 'Merged',
  planned: 'Planned',
  drafting: 'Drafting',
  aligning: 'Aligning',
  grading: 'Grading',
  open: 'Open',
  doing: 'Doing',
  done: 'Done',
  verifying: 'Verifying',
  verified: 'Verified',
  reopened: 'Re-opened',
  acknowledged: 'Taken',
  raised: 'Raised',
  resolved: 'Resolved',
  escalated: 'Escalated',
  paused: 'Paused',
  cancelled: 'Cancelled',
  archived: 'Archived',
} as Record<string, string>;

export const kind = {
  objective: 'Objective',
  key_result: 'Key result',
  action: 'Action',
  countermeasure: 'Countermeasure',
  kaizen: 'Kaizen',
  follow_up: 'Follow-up',
  company: 'Company',
  department: 'Department',
  team: 'Team',
  lean: 'Lean team',
  obstacle: 'Obstacle',
  cycle: 'Cycle',
  person: 'Person',
  board: 'Board',
  check_in: 'Check-in',
  roster: 'Roster',
  committed: 'Committed',
  aspirational: 'Aspirational',
} as Record<string, string>;

export const level = {
  owner: 'Asked',
  lead: 'Escalated to lead',
  sponsor: 'Escalated to sponsor',
  coordinator: 'Escalated to coordinator',
} as Record<string, string>;

export const verb = {
  propose: 'Propose',
  accept: 'Accept',
  counter: 'Counter…',
  withdraw: 'Withdraw',
  activate: 'Activate',
  drop: 'Drop…',
  merge: 'Merge…',
  grade: 'Grade…',
  'carry-over': 'Carry over…',
  close: 'Close',
  start: 'Start cycle',
  pause: 'Pause…',
  resume: 'Resume',
  reschedule: 'Reschedule…',
  reopen: 'Re-open…',
  verify: 'Verify effect…',
  'check-in': 'Check in',
  'add-key-result': 'Add key result',
} as Record<string, string>;

export const bar = {
  label: (progress: string, expected: string) => `Progress: ${progress}, expected ${expected}`,
  only: (progress: string) => `Progress: ${progress}`,
  noProgress: 'No progress yet',
};

export const spark = {
  trend: (values: string) => `Trend: ${values}`,
  confidence: (values: string) => `Confidence of 10: ${values}`,
  noTrend: 'No check-ins yet',
  expected: 'expected',
};

/** What charts say of themselves. */
export const chart = {
  read: (label: string) => `${label}. Arrow keys read it point by point`,
  nothing: 'Nothing to read yet',
  note: 'Note',
};

/** How long something has lasted. */
export const lasting = {
  minutes: (n: number) => `${n} min`,
  hours: (n: number) => `${n} h`,
  days: (n: number) => `${n} d`,
  weeks: (n: number) => `${n} wk`,
};

/** When something is due, counted in days as people do. */
export const due = {
  today: (clock: string) => `due today, ${clock}`,
  tomorrow: (day: string) => `due tomorrow, ${day}`,
  inDays: (n: number, day: string) => `due in ${n} days, ${day}`,
  lateToday: (clock: string) => `was due today, ${clock}`,
  lateYesterday: (day: string) => `was due yesterday, ${day}`,
  lateDays: (n: number, day: string) => `${n} days overdue, since ${day}`,
};

export const form = {
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  create: 'Create',
  name: 'Name',
  title: 'Title',
  owner: 'Owner',
  team: 'Team',
  due: 'Due on',
  kind: 'Kind',
  optional: 'optional',
  choose: 'Choose…',
  reason: 'Reason',
  confirm: 'Confirm',
  add: 'Add',
  about: 'About',
  saved: (what: string) => `${what} saved`,
  edit: (what: string) => `Edit ${what.toLowerCase()}`,
  addOne: (what: string) => `Add ${what.toLowerCase()}`,
  whyThisChange: 'Why this change?',
  description: 'Description',
  markdown: 'Markdown: **bold**, _italic_, - lists, [links](https://…)',
  preview: 'Preview',
  write: 'Write',
  links: 'Links',
  addLink: 'Add a link',
  linkTitle: (n: number) => `Title of link ${n}`,
  linkAddress: (n: number) => `Address of link ${n}`,
  removeLink: (n: number) => `Remove link ${n}`,
};

export const problem = {
  title: 'That did not work',
  network: 'The server could not be reached. Nothing was lost; try again.',
  retry: 'Try again',
  allowed: (moves: string) => `Possible now: ${moves}.`,
  notFound: 'There is nothing at this address.',
  notThen: 'Nobody knew of it at this moment.',
  toBoard: 'Go to the board',
};

export const toast = {
  label: 'What just happened',
  undo: 'Undo',
  undone: 'Undone.',
  overtaken: 'Not undone: somebody has changed it since. Look at it again before you change it back.',
};

/** What a field says by itself, before anything is sent. */
export const invalid = {
  missing: 'Fill this in.',
  choose: 'Choose one.',
  email: 'Write an e-mail address, such as ana@example.org.',
  url: 'Write an address that starts with https://.',
  number: 'Write a number.',
  date: 'Write a whole date.',
  min: (least: string) => `At least ${least}.`,
  max: (most: string) => `At most ${most}.`,
  step: 'Write a whole number.',
  long: (most: string) => `At most ${most} characters.`,
};
