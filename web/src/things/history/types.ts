/** What the history tells. */
import type { Thing } from '../../lib/types';

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
