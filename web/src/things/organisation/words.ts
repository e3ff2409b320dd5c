/** Words of the organisation page. */
import { plural } from '../../lib/plural';

export const organisation = {
  title: 'Organisation',
  people: 'People',
  teams: 'Teams',
  noPeople: 'Nobody yet. People own objectives and key results.',
  noTeams: 'No teams yet. Start with the company, then departments and teams below it.',
  addPerson: 'Add person',
  addTeam: 'Add team',
  remove: (name: string) => `Remove ${name}`,
  kind: 'Kind',
  cycles: 'Cycles',
  addCycle: 'Plan a cycle',
  noCycles: 'No cycle planned.',
  members: (n: number) => plural(n, 'member', 'members'),
  noMembers: 'No members yet',
};
