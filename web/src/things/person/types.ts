/** People, as the API tells them. */
import type { Link } from '../../lib/types';

export interface Person {
  id: string;
  name: string | null;
  email?: string | null;
  active?: boolean;
  description?: string | null;
  links?: Link[];
  version?: number;
}
export interface Owned {
  kind: string;
  id: string;
  title: string;
  role: string;
  objective_id: string | null;
}
export interface Absence {
  id: string;
  from: string;
  to: string;
  deputy_id: string;
}
