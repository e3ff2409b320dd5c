/** Where a thing has its page. The one place that knows, for lists, notifications, search and the tour. */
import type { Thing } from './types';

export interface Placed extends Thing {
  parent?: Thing | null | undefined;
}

/** Path without moment or filters, with what it needs beside them; null for a thing without a page. */
export const addressOf = (thing: Placed): { path: string; params?: Record<string, string> } | null => {
  switch (thing.kind) {
    case 'objective':
      return { path: `/objectives/${thing.id}` };
    case 'key_result':
      return { path: `/key-results/${thing.id}` };
    case 'obstacle':
      return { path: `/obstacles/${thing.id}` };
    case 'action':
      return { path: `/actions/${thing.id}` };
    case 'cycle':
      return { path: '/cycle', params: { cycle: thing.id } };
    case 'team':
      return { path: '/board', params: { team: thing.id } };
    case 'board':
      return { path: '/actions', params: { team: thing.parent?.id ?? thing.id } };
    case 'person':
      return { path: `/people/${thing.id}` };
    case 'comment':
    case 'check_in':
      return thing.parent ? addressOf(thing.parent) : null;
    default:
      return null;
  }
};
