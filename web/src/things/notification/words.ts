/** Words of notifications. */
import { plural } from '../../lib/plural';

export const notification = {
  title: 'Notifications',
  bell: (unread: number) => (unread ? `Notifications, ${unread} unread` : 'Notifications'),
  none: 'Nothing new. You are told when somebody asks you, mentions you, hands you something or escalates to you.',
  noneUnread: 'Everything is read.',
  all: 'All notifications',
  readAll: 'Mark all as read',
  read: 'Mark as read',
  isUnread: 'Unread',
  filter: 'Show',
  everything: 'Everything',
  onlyUnread: 'Only unread',
  older: 'Older',
  marked: (n: number) => `${plural(n, 'notification', 'notifications')} marked as read`,
  who: 'Choose who you are to see what you are told.',
};
