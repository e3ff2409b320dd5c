/** What the time rail shows. */
import type { Phase } from '../cycle/types';

export interface Timeline {
  position: number;
  starts_at: string;
  ends_at: string;
  phases: Phase[];
  buckets: { on: string; count: number; last_position: number }[];
}
