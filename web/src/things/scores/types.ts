/** Scores of a company and its teams, as the API tells them. */
import type { Health } from '../../lib/types';
import type { Objective } from '../objective/types';
import type { TeamKind } from '../team/types';

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
