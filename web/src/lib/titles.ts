/** Names and addresses of things that other things are about: objectives and key results of the cycle. */
import { loc } from './loc.svelte';
import type { Org } from './org.svelte';
import { view } from './query';
import { s } from './strings';
import type { Objective, Page, Thing } from './types';

export const useTitles = (org: Org) => {
  const objectives = view<Page<Objective>>(() => ({
    path: '/objectives', query: { cycle_id: org.cycle?.id, limit: 200 }, enabled: !!org.cycle,
  }));
  const find = (thing: Thing): { title: string; href: string | null } => {
    if (thing.kind === 'cycle') return { title: org.cycleList.find((c) => c.id === thing.id)?.name ?? s.nav.cycle, href: loc.href('/cycle', { cycle: thing.id }) };
    if (thing.kind === 'team') return { title: org.team(thing.id), href: loc.href('/board', { team: thing.id }) };
    if (thing.kind === 'objective') {
      const found = objectives.data?.items.find((each) => each.id === thing.id);
      return { title: found?.title ?? s.nav.objective, href: loc.href(`/objectives/${thing.id}`) };
    }
    for (const objective of objectives.data?.items ?? []) {
      const found = objective.key_results.find((kr) => kr.id === thing.id);
      if (found) return { title: found.title, href: `${loc.href(`/objectives/${objective.id}`)}#kr-${thing.id}` };
    }
    return { title: s.kind[thing.kind] ?? thing.kind, href: null };
  };
  return { find };
};
