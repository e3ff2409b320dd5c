/** Obstacles and their causes, as the API tells them. */
import type { Link, Thing } from '../../lib/types';

export type Severity = 'low' | 'medium' | 'high';
export type Category = 'people' | 'method' | 'machine' | 'material' | 'measurement' | 'environment';
export interface Why {
  id: string;
  under?: string | null;
  answer: string | null;
  evidence?: string | null;
}
export interface Cause {
  id: string;
  category: string;
  text: string | null;
}
export interface Obstacle {
  id: string;
  title: string;
  about?: Thing | null;
  about_title?: string | null;
  severity: Severity;
  owner_id?: string | null;
  state: string;
  whys?: Why[];
  causes?: Cause[];
  root_cause_id?: string | null;
  level?: string | null;
  result?: string | null;
  evidence?: string | null;
  raised_at?: string | null;
  root_cause_ids?: string[];
  ended?: string | null;
  source?: string;
  type?: string | null;
  next_action?: string | null;
  description?: string | null;
  links?: Link[];
  moves?: string[];
  version: number;
  position?: number;
}
