/** The overview as the API answers it. */
import type { Health } from '../../lib/types';
import type { Obligation } from '../cycle/types';

export interface Worst {
  kind: string;
  id: string;
  objective_id: string;
  title: string;
  team_id: string | null;
  owner_id: string | null;
  progress: number | null;
  expected: number | null;
  health: Health;
  health_reason: string;
}
export interface Mover {
  objective_id: string;
  title: string;
  team_id: string | null;
  from: number;
  to: number;
  change: number;
}
export interface Stuck {
  kind: string;
  id: string;
  title: string;
  reason: string | null;
  since: string;
  owner_id: string | null;
  team_id: string | null;
  objective_id?: string | null;
}
export interface Overview {
  position: number;
  as_of: string | null;
  cycle_id: string | null;
  team_id: string | null;
  score: number | null;
  expected: number | null;
  health: Health;
  health_reason: string;
  objectives: number;
  distribution: { health: Health; count: number }[];
  worst: Worst[];
  movers: Mover[];
  overdue: { count: number; items: Obligation[] };
  blocked: { count: number; items: Stuck[] };
  streaks: { team_id: string; weeks: number }[];
}
