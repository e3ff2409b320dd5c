/** Teams and who is in them, as the API tells them. */
import type { Link } from '../../lib/types';

export type TeamKind = 'company' | 'department' | 'team' | 'lean';
export interface Member {
  person_id: string;
  role: 'lead' | 'member';
  department?: string | null;
  level?: string | null;
}
export interface Team {
  id: string;
  name: string;
  kind: TeamKind;
  parent_id?: string | null;
  state?: 'formed' | 'dissolved';
  description?: string | null;
  links?: Link[];
  members?: Member[];
  version?: number;
}
