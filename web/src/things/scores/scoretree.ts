/** The score tree as table rows, and what differs between two moments of it. Numbers are the API's. */
import type { Health } from '../../lib/types';
import type { KeyResult } from '../keyresult/types';
import type { Objective } from '../objective/types';
import type { Scores, ScoreTeam } from './types';

export interface Row {
  key: string;
  level: number;
  kind: 'team' | 'objective' | 'key_result';
  title: string;
  ownerId: string | null;
  teamKind?: string;
  health: Health;
  /** Why it stands so. */
  reason: string | null;
  score: number | null;
  expected: number | null;
  coverage?: number | null;
  inside: boolean;
  objectiveId?: string;
  keyResult?: KeyResult;
  state?: string;
  votes?: number;
  parents: string[];
}

const keyResultRow = (kr: KeyResult, objective: Objective, level: number, parents: string[]): Row => ({
  key: kr.id,
  level,
  kind: 'key_result',
  title: kr.title,
  // A key result that nobody was named for is its objective's owner's.
  ownerId: kr.owner_id ?? objective.owner_id,
  health: kr.health,
  reason: kr.health_reason ?? null,
  score: kr.progress,
  expected: kr.expected,
  inside: false,
  objectiveId: objective.id,
  keyResult: kr,
  parents,
});

const objectiveRows = (objective: Objective, level: number, parents: string[]): Row[] => [
  {
    key: objective.id,
    level,
    kind: 'objective',
    title: objective.title,
    ownerId: objective.owner_id,
    health: objective.health,
    reason: objective.health_reason ?? null,
    score: objective.progress,
    expected: objective.expected,
    coverage: objective.coverage,
    inside: objective.key_results.length > 0,
    objectiveId: objective.id,
    state: objective.state,
    votes: objective.supported_by?.filter((each) => each.weight_share !== null).length ?? 0,
    parents,
  },
  ...objective.key_results.map((kr) => keyResultRow(kr, objective, level + 1, [...parents, objective.id])),
];

const teamRows = (team: ScoreTeam, level: number, parents: string[]): Row[] => {
  const inside = [...parents, team.id];
  return [
    {
      key: team.id,
      level,
      kind: 'team',
      title: team.name,
      ownerId: null,
      teamKind: team.kind,
      health: team.health,
      reason: team.health_reason ?? null,
      score: team.score,
      expected: team.expected,
      coverage: team.coverage,
      inside: team.objectives.length + team.teams.length > 0,
      parents,
    },
    ...team.objectives.flatMap((objective) => objectiveRows(objective, level + 1, inside)),
    ...team.teams.flatMap((child) => teamRows(child, level + 1, inside)),
  ];
};

/** How the rows of one level stand: as the API lists them, or the ones that most need help first. */
export type Order = 'given' | 'worst' | 'name';
const WORST: Health[] = ['at_risk', 'missed', 'lagging', 'outdated', 'pending', 'on_track'];
const rank = (health: Health) => (WORST.indexOf(health) + WORST.length + 1) % (WORST.length + 1);
/** How far behind what is expected by now. */
const behind = (score: number | null, expected: number | null) => (expected ?? 0) - (score ?? 0);

/** Sorted within each level only, so that what belongs together stays together. */
export const sorted = (scores: Scores, order: Order): Scores => {
  if (order === 'given') return scores;
  const teamOrder = (a: ScoreTeam, b: ScoreTeam) =>
    order === 'name'
      ? a.name.localeCompare(b.name)
      : rank(a.health) - rank(b.health) || behind(b.score, b.expected) - behind(a.score, a.expected);
  const titleOrder = <T extends Objective | KeyResult>(a: T, b: T) =>
    order === 'name'
      ? a.title.localeCompare(b.title)
      : rank(a.health) - rank(b.health) || behind(b.progress, b.expected) - behind(a.progress, a.expected);
  const objectives = (all: Objective[]) =>
    all.map((each) => ({ ...each, key_results: each.key_results.toSorted(titleOrder) })).toSorted(titleOrder);
  const teams = (all: ScoreTeam[]): ScoreTeam[] =>
    all
      .map((each) => ({ ...each, teams: teams(each.teams), objectives: objectives(each.objectives) }))
      .toSorted(teamOrder);
  return { ...scores, teams: teams(scores.teams), objectives: objectives(scores.objectives) };
};

const OFF: Health[] = ['lagging', 'at_risk', 'missed', 'outdated'];
/** Only what is not on track, and what it stands in. */
export const offTrack = (rows: Row[]): Row[] => {
  const kept = new Set<string>();
  for (const row of rows)
    if (row.kind !== 'team' && OFF.includes(row.health))
      for (const key of [row.key, ...row.parents]) kept.add(key);
  return rows.filter((row) => kept.has(row.key));
};

/** Company → team → objective → key result, depth first, in the order given. */
export const rowsOf = (scores: Scores): Row[] =>
  scores.id
    ? teamRows({ ...scores, id: scores.id, name: scores.name ?? '', kind: scores.kind || 'team' }, 0, [])
    : [
        ...scores.objectives.flatMap((objective) => objectiveRows(objective, 0, [])),
        ...scores.teams.flatMap((team) => teamRows(team, 0, [])),
      ];

export const visible = (rows: Row[], closed: ReadonlySet<string>): Row[] =>
  rows.filter((row) => !row.parents.some((parent) => closed.has(parent)));

export interface RowChange {
  points: number | null;
  added: boolean;
}

export const compareScores = (then: Scores, now: Scores): Map<string, RowChange> => {
  const before = new Map(rowsOf(then).map((row) => [row.key, row]));
  const changes = new Map<string, RowChange>();
  for (const row of rowsOf(now)) {
    const was = before.get(row.key);
    if (!was) changes.set(row.key, { points: null, added: true });
    else if (was.score !== row.score)
      changes.set(row.key, { points: (row.score ?? 0) - (was.score ?? 0), added: false });
  }
  return changes;
};
