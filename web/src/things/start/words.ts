/** Words of the first steps. */
export const start = {
  title: 'Welcome to True North',
  lead: 'Five steps from here to a quarter that runs itself.',
  personTitle: 'Add the people',
  person: 'At least one person who owns something.',
  teamTitle: 'Form the teams',
  team: 'The company first, then the teams inside it.',
  cycleTitle: 'Plan a cycle',
  cycle: 'Usually a quarter. True North runs its phases, asks and reminds.',
  objectiveTitle: 'Draft an objective',
  objective: 'Where does the team want to be when the cycle ends?',
  keyResultTitle: 'Add key results',
  keyResult: 'Numbers or facts that show the objective has come true.',
  done: 'done',
  next: 'next',
  later: 'later',
  go: 'Go to the board',
};
