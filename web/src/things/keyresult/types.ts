/** Key results and their measures, as the API tells them. */
import type { Health, Link } from '../../lib/types';
import type { CheckIn, Reading } from '../checkin/types';
import type { ObjectiveState } from '../objective/types';

export type Measure =
  | {
      kind: 'increase' | 'decrease' | 'reach';
      /** null: nobody knows yet where it starts. */
      baseline?: number | null;
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
    after_due?: boolean;
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
