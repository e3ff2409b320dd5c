/** Comments, as the API tells them. */
import type { Thing } from '../../lib/types';

export interface Comment {
  id: string;
  version: number;
  about: Thing;
  text: string | null;
  author_id: string;
  at: string;
  edited_at: string | null;
  withdrawn: boolean;
  reply_to: string | null;
  mentions: string[];
  reactions: { emoji: string; people: string[] }[];
}
