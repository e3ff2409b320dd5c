/** Shapes of what the API answers, as far as pages read them. Field names are the contract's. */

export type Health =
  | 'pending'
  | 'on_track'
  | 'lagging'
  | 'at_risk'
  | 'outdated'
  | 'achieved'
  | 'achieved_late'
  | 'missed'
  | 'closed';
export type ObjectiveState =
  'draft' | 'proposed' | 'agreed' | 'active' | 'graded' | 'closed' | 'dropped' | 'merged' | 'deleted';
export type CycleState = 'planned' | 'drafting' | 'aligning' | 'active' | 'grading' | 'closed';
export type TeamKind = 'company' | 'department' | 'team' | 'lean';
export type Severity = 'low' | 'medium' | 'high';
export type ActionKind = 'countermeasure' | 'kaizen' | 'follow_up';
export type Category = 'people' | 'method' | 'machine' | 'material' | 'measurement' | 'environment';

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
export interface Thing {
  kind: string;
  id: string;
}
export interface Link {
  title: string;
  url: string;
}
export interface Person {
  id: string;
  name: string | null;
  email?: string | null;
  active?: boolean;
  description?: string | null;
  links?: Link[];
  version?: number;
}
export interface Member {
  person_id: string;
  role: 'lead' | 'member';
  department?: string | null;
  level?: string | null;
}
export interface Team {
  id: string;
  name: string;
  kind: TeamKind;
  parent_id?: string | null;
  state?: 'formed' | 'dissolved';
  description?: string | null;
  links?: Link[];
  members?: Member[];
  version?: number;
}

export interface System {
  name: string;
  version: string;
  mode: 'local' | 'keys';
  simulated: boolean;
  demo?: { note?: string } | null;
  head: number;
  clock?: string;
}
export interface Me {
  person_id?: string | null;
  role: string;
  name?: string | null;
  may: string[];
}

export interface Phase {
  name: string;
  starts_at: string;
  ends_at: string;
  state: string;
}
export interface Waiting {
  who: string | null;
  instead_of?: string | null;
  what: string;
  asked?: string;
  overdue?: boolean;
  about?: Thing | Thing[] | null;
  due_at?: string | null;
  level?: string | null;
  title?: string | null;
}
export interface Cycle {
  id: string;
  name: string;
  state: CycleState;
  starts_on: string;
  ends_on: string;
  timezone: string;
  slots?: string[];
  policy?: Record<string, unknown>;
  coordinator_id?: string | null;
  description?: string | null;
  links?: Link[];
  phase?: string | null;
  phases?: Phase[];
  waiting_for?: Waiting[];
  paused_since?: string | null;
  moves?: string[];
  version: number;
  position?: number;
}

export type Measure =
  | {
      kind: 'increase' | 'decrease' | 'reach';
      baseline?: number;
      target: number;
      unit?: string | null;
      phases?: { on: string; fraction: number }[];
    }
  | {
      kind: 'stay_above' | 'stay_below' | 'stay_between';
      lower?: number | null;
      upper?: number | null;
      method: 'hit_rate' | 'instant' | 'distance';
      tolerance?: number | null;
      unit?: string | null;
    }
  | { kind: 'milestones'; milestones: { id: string; title: string; weight?: number }[] }
  | { kind: 'binary' }
  | { kind: 'percentage' }
  | { kind: 'zones'; fail: number; commit: number; target: number; stretch: number; unit?: string | null }
  | { kind: 'establish_baseline'; unit?: string | null };
export type MeasureKind = Measure['kind'];

export interface Reading {
  value?: number;
  milestone_ids?: string[];
  done?: boolean;
  zone?: string;
}
export interface CheckIn {
  id: string;
  reading?: Reading;
  confidence?: number | null;
  note?: string | null;
  effective_at: string;
  backdated?: boolean;
  late?: boolean;
  corrects?: string | null;
  corrected_by?: string | null;
  withdrawn?: boolean;
  withdrawn_reason?: string | null;
}
export interface KeyResult {
  id: string;
  title: string;
  measure: Measure;
  first_measure?: Measure;
  weight: number;
  weight_share?: number | null;
  description?: string | null;
  links?: Link[];
  owner_id?: string | null;
  starts_on?: string | null;
  due_on?: string | null;
  indicator?: 'leading' | 'lagging' | null;
  capacity?: 'fits' | 'tight' | 'exceeds' | null;
  /** The measure was put right from its start. */
  corrected?: boolean;
  converted_from?: Measure | null;
  value: number | null;
  reading?: Reading | null;
  raw: number | null;
  progress: number | null;
  first_target_score?: number | null;
  expected: number | null;
  health: Health;
  health_reason?: string | null;
  confidence: number | null;
  last_check_in_at: string | null;
  dropped_at?: string | null;
  grade?: Grade | null;
  check_ins?: CheckIn[];
  trend?: { at: string; score: number | null }[];
  confidences?: (number | null)[];
  flags?: string[];
}
/** A key result for a page of its own: with where it stands. */
export interface KeyResultAlone extends KeyResult {
  objective_id: string;
  objective_title: string;
  objective_state: ObjectiveState;
  cycle_id: string;
  team_id: string | null;
  version: number;
  position?: number;
}
/** How a key result went. */
export interface Series {
  position: number;
  points: {
    at: string;
    value: number | null;
    progress: number | null;
    expected: number | null;
    confidence: number | null;
    note: string | null;
    check_in_id: string;
    actor: { kind: string; id: string; name: string | null };
    corrected: boolean;
    withdrawn: boolean;
    late: boolean;
  }[];
  targets: { from: string; target: number | null; baseline: number | null }[];
  marks: {
    at: string;
    kind: 'retarget' | 'reweight' | 'drop' | 'reinstate' | 'correction' | 'conversion';
    event_id: string;
    sentence: string;
  }[];
}
export interface Grade {
  computed?: number | null;
  owner_grade?: number | null;
  agreed_grade?: number | null;
  reason?: string | null;
}
export interface Objective {
  id: string;
  cycle_id: string;
  /** None: a personal objective of its owner. */
  team_id: string | null;
  owner_id: string;
  title: string;
  description?: string | null;
  links?: Link[];
  tags?: string[];
  contributors?: { person_id: string; share?: number | null }[];
  reviewer_id?: string | null;
  sponsor_ids?: string[];
  ambition: 'committed' | 'aspirational';
  state: ObjectiveState;
  progress: number | null;
  raw?: number | null;
  expected: number | null;
  health: Health;
  health_reason?: string | null;
  confidence: number | null;
  coverage: number | null;
  score_if_nothing_dropped?: number | null;
  key_results: KeyResult[];
  moves?: string[];
  round?: number;
  countered?: string | null;
  grade?: number | null;
  computed?: number | null;
  lean?: { principles?: string[]; wastes?: string[]; metric?: string | null } | null;
  priority?: { impact: number; value: number; resources: number; risk: number } | null;
  supports?: { kind: string; id: string; weight?: number; title?: string }[];
  supported_by?: {
    id: string;
    title: string;
    team_id: string | null;
    weight: number;
    weight_share: number | null;
    progress: number | null;
    expected: number | null;
    health: Health;
  }[];
  locked?: boolean;
  left_ungraded?: boolean;
  merged_into?: string | null;
  carried_into?: string | null;
  carried_from?: string | null;
  /** What it was carried over from, by name. */
  origin?: { objective_id: string; title: string; cycle_id: string; cycle_name: string } | null;
  version: number;
  position?: number;
}

/** What keeps work from going on, and since when; it may wait for a thing, or for something in words. */
export interface Block {
  reason: string | null;
  since: string;
  waits_for?: (Thing & { title?: string | null }) | string | null;
}
export interface CardMove {
  column: string;
  /** On a board of several teams: the column of that board in which the move ends. */
  in?: string;
  label?: string;
  verb?: string;
}
export interface Card {
  id: string;
  kind: string;
  action_kind?: string;
  title: string;
  owner_id: string | null;
  team_id: string | null;
  tags?: string[];
  health_reason?: string | null;
  version?: number;
  progress?: number | null;
  expected?: number | null;
  health?: Health | null;
  confidence?: number | null;
  age_days?: number | null;
  overdue?: boolean;
  blocked?: boolean;
  block?: Block | null;
  checklist?: { done: number; count: number };
  archived?: boolean;
  due_on?: string | null;
  about?: Thing | null;
  state?: string;
  moves?: CardMove[];
}
export interface Column {
  key: string;
  title: string;
  wip_limit?: number | null;
  limit_mode?: 'soft' | 'hard';
  stage?: string;
  count: number;
  cards: Card[];
}
export interface Board {
  position: number;
  as_of?: string | null;
  team_id?: string | null;
  version?: number;
  columns: Column[];
}

export interface ScoreTeam {
  id: string;
  name: string;
  kind: TeamKind;
  score: number | null;
  expected: number | null;
  health: Health;
  health_reason?: string | null;
  coverage: number | null;
  score_if_nothing_dropped?: number | null;
  teams: ScoreTeam[];
  objectives: Objective[];
}
export interface Scores {
  position: number;
  as_of?: string | null;
  effective_at?: string | null;
  id?: string | null;
  name?: string;
  kind?: TeamKind | '';
  score: number | null;
  expected: number | null;
  health: Health;
  health_reason?: string | null;
  coverage: number | null;
  score_if_nothing_dropped: number | null;
  teams: ScoreTeam[];
  objectives: Objective[];
}
export interface Trend {
  points: { at: string; score: number | null; expected: number | null }[];
}

export interface Obligation {
  id?: string;
  person_id: string | null;
  /** Who owes it and is away; `person_id` stands in. */
  instead_of?: string | null;
  what: string;
  about?: Thing | null;
  title?: string | null;
  due_at: string | null;
  overdue?: boolean;
  level?: string | null;
  objective_id?: string | null;
  slot?: string | null;
  asked?: string | null;
  team_id?: string | null;
  overdue_days?: number | null;
  cycle_id?: string | null;
}

export interface Why {
  id: string;
  under?: string | null;
  answer: string | null;
  evidence?: string | null;
}
export interface Cause {
  id: string;
  category: string;
  text: string | null;
}
export interface Obstacle {
  id: string;
  title: string;
  about?: Thing | null;
  about_title?: string | null;
  severity: Severity;
  owner_id?: string | null;
  state: string;
  whys?: Why[];
  causes?: Cause[];
  root_cause_id?: string | null;
  level?: string | null;
  result?: string | null;
  evidence?: string | null;
  raised_at?: string | null;
  root_cause_ids?: string[];
  ended?: string | null;
  source?: string;
  type?: string | null;
  next_action?: string | null;
  description?: string | null;
  links?: Link[];
  moves?: string[];
  version: number;
  position?: number;
}
export interface ChecklistItem {
  id?: string;
  text: string | null;
  done: boolean;
}
export interface Action {
  id: string;
  title: string;
  kind: ActionKind;
  team_id: string;
  owner_id: string;
  due_on?: string | null;
  about?: Thing | null;
  prediction?: string | null;
  verify_after_days?: number | null;
  state: string;
  column?: string | null;
  result?: string | null;
  evidence?: string | null;
  effective?: boolean | null;
  opened_at?: string | null;
  finished_at?: string | null;
  cancelled_at?: string | null;
  about_title?: string | null;
  blocked?: Block | null;
  checklist?: ChecklistItem[];
  archived?: boolean;
  description?: string | null;
  links?: Link[];
  moves?: string[];
  version: number;
  position?: number;
}

/** What auditors look for in the history. */
export type Mark = 'target' | 'drop' | 'correction' | 'grade' | 'late' | 'policy' | 'access';
export interface HistoryItem {
  position: number;
  event_id: string;
  type: string;
  at: string;
  effective_at?: string | null;
  actor: { kind: string; id: string; name?: string | null; on_behalf_of?: string | null };
  reason?: string | null;
  about: Thing & { title?: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  sentence: string;
  /** Fields that the sentence leaves out. */
  untold?: string[];
  mark?: Mark | null;
  technical?: boolean;
  /** What is alike belongs to one person's check-ins of a day. */
  round?: string | null;
  cycle_id?: string | null;
  correlation_id?: string | null;
  causation_id?: string | null;
}
export interface Timeline {
  position: number;
  starts_at: string;
  ends_at: string;
  phases: Phase[];
  buckets: { on: string; count: number; last_position: number }[];
}
export interface Preview {
  value: number | null;
  raw: number | null;
  progress: number | null;
  expected: number | null;
  health: Health;
  objective_progress: number | null;
}

/** An address that a person keeps under a name. */
export interface SavedView {
  id: string;
  name: string;
  address: string;
  starred: boolean;
}
export interface BatchAnswer {
  results: { status: number; body: { detail?: string } & Record<string, unknown> }[];
  position: number;
}
/** What a search found. */
export interface Found {
  kind: string;
  id: string;
  title: string;
  where: string;
  snippet?: string | null;
  state?: string | null;
  parent: Thing | null;
  team_id?: string | null;
  owner_id?: string | null;
  cycle_id?: string | null;
}
export interface Comment {
  id: string;
  version: number;
  about: Thing;
  text: string | null;
  author_id: string;
  at: string;
  edited_at: string | null;
  withdrawn: boolean;
  reply_to: string | null;
  mentions: string[];
  reactions: { emoji: string; people: string[] }[];
}
/** What every page needs before it can show anything. */
export interface Bootstrap {
  position: number;
  system: System;
  me: Me;
  people: Person[];
  teams: Team[];
  cycles: Cycle[];
  badges: { owed: number; overdue: number; notifications?: number };
}
