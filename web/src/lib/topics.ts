/** Which questions a fact touches: a live event carries topics, and a question is known by its address. */

/** Lists and screens, as the API names them in its live events. */
const SCREENS: [RegExp, string[]][] = [
  [/^\/boards\/objectives$/, ['boards/objectives']],
  [/^\/boards\/actions$/, ['boards/actions']],
  [/^\/scores/, ['scores']],
  [/^\/overview$/, ['overview']],
  [/^\/diff$/, ['boards/objectives', 'scores']],
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

type Query = Record<string, unknown>;
/** A filter that the fact names another thing of than the one asked for. */
const elsewhere = (query: Query, topics: readonly string[]): boolean =>
  (['team', 'cycle'] as const).some((kind) => {
    const wanted = query[`${kind}_id`];
    const named = topics.filter((topic) => topic.startsWith(`${kind}/`));
    return typeof wanted === 'string' && named.length > 0 && !named.includes(`${kind}/${wanted}`);
  });

/** True if one fact may have changed the answer; an address that is not known here always may have. */
export const touches = (path: string, query: Query, topics: readonly string[]): boolean => {
  for (const [pattern, names] of SCREENS) {
    if (pattern.test(path)) return names.some((name) => topics.includes(name)) && !elsewhere(query, topics);
  }
  const [, list, id] = path.split('/');
  const kind = THINGS[list ?? ''];
  return kind && id ? topics.includes(`${kind}/${id}`) : true;
};
