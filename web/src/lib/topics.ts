/** Which questions a fact touches: a live event carries topics, and a question is known by its address. */

/** Lists and screens, as the API names them in its live events. */
const SCREENS: [RegExp, string[]][] = [
  [/^\/boards\/objectives$/, ['boards']],
  [/^\/boards\/actions$/, ['boards', 'actions']],
  [/^\/scores/, ['scores']],
  [/^\/diff$/, ['boards', 'scores']],
  [/^\/objectives$/, ['objectives']],
  [/^\/obstacles$/, ['obstacles']],
  [/^\/actions$/, ['actions']],
  [/^\/cycles$/, ['cycles']],
  [/^\/people$/, ['people']],
  [/^\/teams$/, ['teams']],
  [/^\/organisation$/, ['organisation']],
  [/^\/organisation\/holidays/, ['organisation']],
  [/^\/people\/[^/]+\/owns$/, ['people', 'teams', 'cycles', 'objectives', 'actions', 'obstacles']],
  [/^\/obligations$/, ['obligations']],
  [/^\/timeline$/, ['timeline']],
  [/^\/history$/, ['history']],
  [/^\/bootstrap$/, ['people', 'teams', 'cycles', 'organisation']],
  [/^\/me\/home$/, ['home']],
  [/^\/me\/notifications$/, ['notifications']],
  // What is found stays as it was found.
  [/^\/search$/, []],
  // Only a new release or a restored log changes these.
  [/^\/system$/, []],
];
/** Addresses of one thing. A cycle is not among them: its page tells of everything that happens in it. */
const THINGS: Record<string, string> = {
  objectives: 'objective',
  'key-results': 'key_result',
  obstacles: 'obstacle',
  actions: 'action',
  people: 'person',
  teams: 'team',
};

/** True if the answer at `path` may have changed; an address that is not known here always may. */
export const touches = (path: string, topics: ReadonlySet<string>): boolean => {
  for (const [pattern, names] of SCREENS) {
    if (pattern.test(path)) return names.some((name) => topics.has(name));
  }
  const [, list, id] = path.split('/');
  const kind = THINGS[list ?? ''];
  return kind && id ? topics.has(`${kind}/${id}`) : true;
};
