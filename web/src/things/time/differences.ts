/** What differs between two moments, as the API tells it, gathered by thing and counted. */
import type { Health } from '../../lib/types';

export interface Diff {
  moved?: { id: string; kind: string; title: string; from: { title: string }; to: { title: string } }[];
  added: { id: string; kind: string; title: string }[];
  removed: { id: string; kind: string; title: string }[];
  changed: { id: string; kind: string; title: string; field: string; from: unknown; to: unknown }[];
}
export interface Difference {
  id: string;
  kind: string;
  title: string;
  came: boolean;
  went: boolean;
  column: { from: string; to: string } | null;
  score: { from: number | null; to: number | null } | null;
  health: { from: Health; to: Health } | null;
}

/** From good to bad, to say which way a status went; what is not here is neither. */
const ORDER: Health[] = ['achieved', 'achieved_late', 'on_track', 'lagging', 'at_risk', 'missed'];
const SCORES = ['progress', 'score'];

/** Each thing that differs once, in the order in which the API names them. */
export const differences = (diff: Diff): Difference[] => {
  const found = new Map<string, Difference>();
  const at = ({ id, kind, title }: { id: string; kind: string; title: string }): Difference => {
    const known = found.get(id);
    if (known) return known;
    const made = { id, kind, title, came: false, went: false, column: null, score: null, health: null };
    found.set(id, made);
    return made;
  };
  for (const each of diff.moved ?? []) at(each).column = { from: each.from.title, to: each.to.title };
  for (const each of diff.added) at(each).came = true;
  for (const each of diff.removed) at(each).went = true;
  for (const each of diff.changed) {
    if (SCORES.includes(each.field))
      at(each).score = { from: each.from as number | null, to: each.to as number | null };
    if (each.field === 'health') at(each).health = { from: each.from as Health, to: each.to as Health };
  }
  return [...found.values()];
};

/** Below nought: a better status; above: a worse one. */
const turn = ({ health }: Difference): number => {
  if (!health) return 0;
  const [from, to] = [ORDER.indexOf(health.from), ORDER.indexOf(health.to)];
  return from < 0 || to < 0 ? 0 : to - from;
};
const rise = ({ score }: Difference): number => (score ? (score.to ?? 0) - (score.from ?? 0) : 0);

export interface Counts {
  moved: number;
  came: number;
  went: number;
  up: number;
  down: number;
  better: number;
  worse: number;
}
export const counted = (all: Difference[]): Counts => {
  const many = (holds: (each: Difference) => boolean) => all.filter(holds).length;
  return {
    moved: many((each) => each.column !== null),
    came: many((each) => each.came),
    went: many((each) => each.went),
    up: many((each) => rise(each) > 0),
    down: many((each) => rise(each) < 0),
    better: many((each) => turn(each) < 0),
    worse: many((each) => turn(each) > 0),
  };
};
