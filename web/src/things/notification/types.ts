/** Shapes of what one is told, as the API answers it. */
import type { Thing } from '../../lib/types';

export interface Notification {
  id: string;
  kind: string;
  text: string;
  about: Thing & { title: string | null; parent: Thing | null };
  actor: { kind?: string; id?: string; name?: string | null };
  at: string;
  position: number;
  read: boolean;
}
export interface Notifications {
  items: Notification[];
  unread: number;
  next_cursor?: string | null;
}
