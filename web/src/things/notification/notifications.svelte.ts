/** What one is told, and how it is marked as read. */
import { useQueryClient } from '@tanstack/svelte-query';
import { tell } from '../../lib/api';
import { useOrg } from '../../lib/org.svelte';
import { view } from '../../lib/query';
import type { Notification, Notifications } from './types';

/** `wanted` false asks nothing yet. */
export const useNotifications = (ask: () => { limit: number; unread?: boolean; wanted?: boolean }) => {
  const org = useOrg();
  const client = useQueryClient();
  const list = view<Notifications>(() => {
    const { limit, unread, wanted = true } = ask();
    const query = { limit, ...(unread ? { unread: true } : {}) };
    return { path: '/me/notifications', query, at: null, enabled: wanted && org.me !== null };
  });
  const again = () =>
    client.invalidateQueries({ predicate: ({ queryKey: [path] }) => path === '/me/notifications' });
  return {
    list,
    async read(item: Notification) {
      if (item.read) return;
      await tell('/me/notifications/read', { body: { ids: [item.id] }, version: '*' });
      await again();
    },
    async readAll() {
      await tell('/me/notifications/read', { body: {}, version: '*' });
      await again();
    },
  };
};
