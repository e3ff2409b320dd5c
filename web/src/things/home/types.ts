/** What concerns one person, as the API answers it in one request. */
import type { Thing } from '../../lib/types';
import type { Action } from '../action/types';
import type { Card } from '../board/types';
import type { Obligation } from '../cycle/types';
import type { Obstacle } from '../obstacle/types';
import type { Notification } from '../notification/types';

export interface Approval {
  kind: string;
  id: string;
  title: string;
  team_id: string | null;
  move: string;
  since: string;
  due_at: string | null;
}
export interface Changed {
  position: number;
  at: string;
  actor: { kind?: string; id?: string; name?: string | null };
  sentence: string;
  about: Thing & { title?: string | null; parent?: Thing | null };
}
export interface Home {
  position: number;
  last_visit_at: string | null;
  owed: { count: number; overdue: number; items: Obligation[] };
  approvals: Approval[];
  mentions: Notification[];
  unread: number;
  changed_since_last_visit: Changed[];
  mine: { objectives: Card[]; actions: Action[]; obstacles: Obstacle[] };
}
