/**
 * A language for finding faults: every word accented and 40 % longer. What stays plain on a page was not
 * taken from the catalogue; what is cut off has too little room. Made from the catalogue, never by hand.
 */
const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = 'åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ';
const LONGER = 0.4;
/** Stands in for what a sentence is given, so that names and titles come out as they went in. */
const HOLE = /[\uE000-\uF8FF]/g;
const hole = (n: number) => String.fromCharCode(0xe000 + n);

const accented = (text: string): string => {
  if (!/[a-z]/i.test(text)) return text;
  const said = [...text].map((letter) => [...ACCENTED][PLAIN.indexOf(letter)] ?? letter).join('');
  return `${said}${'·'.repeat(Math.ceil(text.length * LONGER))}`;
};

const sentence =
  (say: (...given: unknown[]) => string) =>
  (...given: unknown[]): string => {
    const said = say(...given.map((each, n) => (typeof each === 'string' && each ? hole(n) : each)));
    return accented(said).replace(HOLE, (found) => String(given[found.charCodeAt(0) - 0xe000]));
  };

const turned = (entry: unknown): unknown => {
  if (typeof entry === 'string') return accented(entry);
  if (typeof entry === 'function') return sentence(entry as (...given: unknown[]) => string);
  if (Array.isArray(entry)) return entry.map(turned);
  if (entry && typeof entry === 'object')
    return Object.fromEntries(Object.entries(entry).map(([key, each]) => [key, turned(each)]));
  return entry;
};

export const pseudo = <Catalogue extends object>(words: Catalogue): Catalogue => turned(words) as Catalogue;
