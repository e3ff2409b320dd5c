/** Names and addresses of things that other things are about: objectives and key results of the cycle. */
import { loc } from './loc.svelte';
import type { Org } from './org.svelte';
import { view } from './query';
import { words } from '../words';
import type { Objective } from '../things/objective/types';
import type { Page, Thing } from './types';

export const useTitles = (org: Org) => {
  const objectives = view<Page<Objective>>(() => ({
    path: '/objectives',
    query: { cycle_id: org.cycle?.id, limit: 200 },
    enabled: !!org.cycle,
  }));
  const home = (keyResult: string) =>
    objectives.data?.items.find((objective) => objective.key_results.some((kr) => kr.id === keyResult));
  /** The page of a thing, without moment or filters; null for things that have none. */
  const path = (thing: Thing): string | null => {
    switch (thing.kind) {
      case 'objective':
        return `/objectives/${thing.id}`;
      case 'key_result':
        return `/key-results/${thing.id}`;
      case 'obstacle':
        return `/obstacles/${thing.id}`;
      case 'action':
        return `/actions/${thing.id}`;
      case 'cycle':
        return '/cycle';
      default:
        return null;
    }
  };
  const title = (thing: Thing): string => {
    const general = words.kind[thing.kind] ?? thing.kind;
    switch (thing.kind) {
      case 'cycle':
        return org.cycleList.find((cycle) => cycle.id === thing.id)?.name ?? general;
      case 'team':
        return org.team(thing.id);
      case 'objective':
        return objectives.data?.items.find((each) => each.id === thing.id)?.title ?? general;
      case 'key_result':
        return home(thing.id)?.key_results.find((kr) => kr.id === thing.id)?.title ?? general;
      default:
        return general;
    }
  };
  const find = (thing: Thing): { title: string; href: string | null } => {
    const where = path(thing);
    return { title: title(thing), href: where ? loc.href(where) : null };
  };
  return { find, path };
};
