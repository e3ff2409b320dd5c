/** The 5-Whys answers as a tree, and where each bone of the fishbone lies. Pure layout. */
import type { Category, Cause, Why } from './types';

export interface Branch {
  why: Why;
  depth: number;
  inside: Branch[];
}

/** Answers whose parent is unknown stand at the top, so nothing is ever hidden. */
export const tree = (whys: Why[]): Branch[] => {
  const known = new Set(whys.map((why) => why.id));
  const under = (parent: string | null, depth: number): Branch[] =>
    whys
      .filter((why) => (why.under && known.has(why.under) ? why.under : null) === parent)
      .map((why) => ({ why, depth, inside: under(why.id, depth + 1) }));
  return under(null, 1);
};

export const flat = (branches: Branch[]): Branch[] =>
  branches.flatMap((branch) => [branch, ...flat(branch.inside)]);

export const CATEGORIES: Category[] = [
  'people',
  'method',
  'machine',
  'material',
  'measurement',
  'environment',
];

export interface Bone {
  category: Category;
  top: boolean;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  labels: { cause: Cause; x: number; y: number }[];
}

export const WIDTH = 720;
export const HEIGHT = 340;
export const SPINE = 170;
const FIRST = 150;
const GAP = 160;
const RISE = 122;
const LEAN = 80;

/** Three bones above the spine, three below; labels end at their bone, with a left margin for the first. */
export const bones = (causes: Cause[]): Bone[] =>
  CATEGORIES.map((category, i) => {
    const top = i < 3;
    const x0 = FIRST + (i % 3) * GAP;
    const y0 = top ? SPINE - RISE : SPINE + RISE;
    const x1 = x0 + LEAN;
    const own = causes.filter((cause) => cause.category === category).slice(0, 4);
    const labels = own.map((cause, n) => {
      const along = 0.2 + n * 0.2;
      return { cause, x: x0 + LEAN * along - 6, y: y0 + (SPINE - y0) * along + 4 };
    });
    return { category, top, x0, y0, x1, y1: SPINE, labels };
  });

/** Cut a label to what fits; the whole text stays in the title and in the list twin. */
export const clip = (text: string, max = 24): string =>
  text.length > max ? `${text.slice(0, max - 1).trimEnd()}…` : text;

/** Break a short heading over at most three lines. */
export const lines = (text: string, width = 15): string[] => {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = rows.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows.length > 3 ? [...rows.slice(0, 2), clip(rows.slice(2).join(' '), width)] : rows;
};
