/** Shapes of what the API answers that several things share. Field names are the contract's. */
import type { Cycle } from '../things/cycle/types';
import type { Person } from '../things/person/types';
import type { Team } from '../things/team/types';

export type Health =
  | 'pending'
  | 'on_track'
  | 'lagging'
  | 'at_risk'
  | 'outdated'
  | 'achieved'
  | 'achieved_late'
  | 'missed'
  | 'closed';
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
export interface Thing {
  kind: string;
  id: string;
}
export interface Link {
  title: string;
  url: string;
}
export interface System {
  name: string;
  version: string;
  mode: 'local' | 'keys';
  simulated: boolean;
  demo?: { note?: string } | null;
  head: number;
  clock?: string;
}
export interface Me {
  person_id?: string | null;
  role: string;
  name?: string | null;
  may: string[];
}
export interface BatchAnswer {
  results: { status: number; body: { detail?: string } & Record<string, unknown> }[];
  position: number;
}
/** What a search found. */
export interface Found {
  kind: string;
  id: string;
  title: string;
  where: string;
  snippet?: string | null;
  state?: string | null;
  parent: Thing | null;
  team_id?: string | null;
  owner_id?: string | null;
  cycle_id?: string | null;
}
/** What every page needs before it can show anything. */
export interface Bootstrap {
  position: number;
  system: System;
  me: Me;
  people: Person[];
  teams: Team[];
  cycles: Cycle[];
  badges: { owed: number; overdue: number; notifications?: number };
}
