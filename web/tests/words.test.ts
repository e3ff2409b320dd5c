/** The catalogue in another language: nothing is lost, everything is longer, names stay as they are. */
import { describe, expect, it } from 'vitest';
import { pseudo } from '../src/lib/pseudo';
import { words } from '../src/words';

type Leaf = string | ((...given: never[]) => string);
const leaves = (entry: unknown, at = ''): [string, Leaf][] =>
  typeof entry === 'object' && entry !== null
    ? Object.entries(entry).flatMap(([key, each]) => leaves(each, `${at}/${key}`))
    : [[at, entry as Leaf]];

describe('the pseudo-locale', () => {
  const longer = pseudo(words);

  it('has every word that English has, and no other', () => {
    expect(leaves(longer).map(([at]) => at)).toEqual(leaves(words).map(([at]) => at));
    expect(leaves(words).length).toBeGreaterThan(400);
  });

  it('makes every word at least 40 % longer and leaves no plain letter', () => {
    const also = new Map(leaves(longer));
    const wrong = leaves(words).filter(([at, english]) => {
      if (typeof english !== 'string' || !/[a-z]/i.test(english)) return false;
      const said = also.get(at) as string;
      return said.length < english.length * 1.4 || /[a-z]/i.test(said);
    });
    expect(wrong).toEqual([]);
  });

  it('leaves names and numbers in a sentence as they were given', () => {
    expect(longer.board.lift('Ana’s card')).toContain('Ana’s card');
    expect(longer.board.lift('Ana’s card')).not.toContain('Lift');
    expect(longer.board.count(3)).toMatch(/^3 /);
  });
});
