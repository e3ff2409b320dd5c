import { describe, expect, it } from 'vitest';
import { shownMentions, suggested, toIds, toNames, typed } from '../src/things/comment/mentions';

const ana = { id: '01890000-0000-7000-8000-000000000001', name: 'Ana' };
const ruiz = { id: '01890000-0000-7000-8000-000000000002', name: 'Ana Ruiz' };
const tomas = { id: '01890000-0000-7000-8000-000000000003', name: 'Tomáš Král' };
const people = [ana, ruiz, tomas];
const nameOf = (id: string) => people.find((each) => each.id === id)?.name ?? id;

describe('mentions', () => {
  it('are ids where they are kept and names where they are read', () => {
    const written = 'See @Ana Ruiz and @Tomáš Král';
    const sent = toIds(written, people);
    expect(sent).toBe(`See @${ruiz.id} and @${tomas.id}`);
    expect(toNames(sent, nameOf)).toBe(written);
  });

  it('take the longest name', () => {
    expect(toIds('@Ana and @Ana Ruiz', people)).toBe(`@${ana.id} and @${ruiz.id}`);
  });

  it('never let a name become markup', () => {
    expect(shownMentions(`@${ana.id}`, () => '[x](javascript:1)')).toBe('**@\\[x\\]\\(javascript:1\\)**');
  });

  it.each([
    ['hello @to', 9, 'to'],
    ['@', 1, ''],
    ['mail a@b', 8, null],
    ['done @Ana.', 10, null],
  ])('are offered while they are typed: %j', (text, cursor, word) => {
    expect(typed(text, cursor)?.word ?? null).toBe(word);
  });

  it('are found by any word of the name, accents aside', () => {
    expect(suggested('kral', people)).toEqual([tomas]);
    expect(suggested('ana', people)).toEqual([ana, ruiz]);
  });
});
