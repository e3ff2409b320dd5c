/** What a person still has a part in, and when they are away, as the API tells it. */
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
