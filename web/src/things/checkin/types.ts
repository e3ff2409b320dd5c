/** Check-ins, as the API tells them. */
import type { Health } from '../../lib/types';

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
  /** True only after the key result was due. */
  after_due?: boolean;
  corrects?: string | null;
  corrected_by?: string | null;
  withdrawn?: boolean;
  withdrawn_reason?: string | null;
}
export interface Preview {
  value: number | null;
  raw: number | null;
  progress: number | null;
  expected: number | null;
  health: Health;
  objective_progress: number | null;
}
