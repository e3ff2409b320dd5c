/** Actions, as the API tells them. */
import type { Link, Thing } from '../../lib/types';
import type { Block } from '../board/types';

export type ActionKind = 'countermeasure' | 'kaizen' | 'follow_up';
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
