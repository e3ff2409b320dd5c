/** Cycles, and what they wait for, as the API tells them. */
import type { Link, Thing } from '../../lib/types';

export type CycleState = 'planned' | 'drafting' | 'aligning' | 'active' | 'grading' | 'closed';
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
