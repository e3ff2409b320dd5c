/** Who did what a fact tells, by name. */
import type { Org } from '../../lib/org.svelte';
import type { HistoryItem } from './types';
import { words } from '../../words';

export const whoDid = (item: HistoryItem, org: Org): string => {
  const { kind, id, name } = item.actor;
  if (kind === 'person') return name ?? (id === 'local' ? words.shell.local : org.person(id));
  return kind === 'workflow' ? words.history.workflow : words.history.system;
};
