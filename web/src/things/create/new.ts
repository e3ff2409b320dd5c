/** What can be made: its name, and whether whoever is here may make it now. */
import type { Org } from '../../lib/org.svelte';
import { words } from '../../words';
import type { What } from './CreateForm.svelte';

export const nameOfNew = (what: What): string => {
  switch (what) {
    case 'person':
      return words.person.newPerson;
    case 'team':
      return words.team.newTeam;
    case 'cycle':
      return words.cycle.newCycle;
    case 'objective':
      return words.objective.newObjective;
    case 'key_result':
      return words.keyResult.newKeyResult;
    case 'action':
      return words.action.newAction;
    case 'obstacle':
      return words.obstacle.newObstacle;
  }
};

/** People, teams and cycles are made by administrators, everything else by whoever works here. */
export const mayCreate = (what: What, org: Org): boolean =>
  ['person', 'team', 'cycle'].includes(what) ? org.administers : !org.locked;
