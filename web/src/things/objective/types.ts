/** Objectives, as the API tells them. */
import type { Health, Link } from '../../lib/types';
import type { KeyResult } from '../keyresult/types';

export type ObjectiveState =
  'draft' | 'proposed' | 'agreed' | 'active' | 'graded' | 'closed' | 'dropped' | 'merged' | 'deleted';
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
