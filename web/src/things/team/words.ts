/** Words of teams. */
export const team = {
  label: 'Team',
  all: 'All teams',
  addMember: 'Add member',
  lead: 'Lead',
  member: 'Member',
  parent: 'Part of',
  noParent: 'Nothing (top)',
  role: 'Role',
  department: 'Department',
  level: 'Level',
  newTeam: 'New team',
};
