/** Boards and their cards, as the API tells them. */
import type { Health, Thing } from '../../lib/types';

/** What keeps work from going on, and since when; it may wait for a thing, or for something in words. */
export interface Block {
  reason: string | null;
  since: string;
  waits_for?: (Thing & { title?: string | null }) | string | null;
}
export interface CardMove {
  column: string;
  /** On a board of several teams: the column of that board in which the move ends. */
  in?: string;
  label?: string;
  verb?: string;
}
export interface Card {
  id: string;
  kind: string;
  action_kind?: string;
  title: string;
  owner_id: string | null;
  team_id: string | null;
  tags?: string[];
  health_reason?: string | null;
  version?: number;
  progress?: number | null;
  expected?: number | null;
  health?: Health | null;
  confidence?: number | null;
  age_days?: number | null;
  overdue?: boolean;
  blocked?: boolean;
  block?: Block | null;
  checklist?: { done: number; count: number };
  archived?: boolean;
  due_on?: string | null;
  about?: Thing | null;
  state?: string;
  moves?: CardMove[];
}
export interface Column {
  key: string;
  title: string;
  wip_limit?: number | null;
  limit_mode?: 'soft' | 'hard';
  stage?: string;
  count: number;
  cards: Card[];
}
export interface Board {
  position: number;
  as_of?: string | null;
  team_id?: string | null;
  version?: number;
  columns: Column[];
}
