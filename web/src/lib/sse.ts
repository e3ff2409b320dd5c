/** Server-sent events from a fetch stream: unlike EventSource it can carry an Authorization header. */

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Incremental parser of the event-stream format: feed text, get whole events (WHATWG HTML 9.2.6). */
export const parser = () => {
  let buffer = '';
  let id = '';
  let event = '';
  let data: string[] = [];
  return (text: string): ServerEvent[] => {
    buffer += text;
    const events: ServerEvent[] = [];
    for (let end = buffer.search(/\r\n|\n|\r(?!$)/); end >= 0; end = buffer.search(/\r\n|\n|\r(?!$)/)) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + (buffer.startsWith('\r\n', end) ? 2 : 1));
      if (line === '') {
        if (data.length) events.push({ id, event: event || 'message', data: data.join('\n') });
        event = '';
        data = [];
      } else if (!line.startsWith(':')) {
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'id') id = value;
        else if (field === 'event') event = value;
        else if (field === 'data') data.push(value);
      }
    }
    return events;
  };
};

/** Facts that came in one piece of the stream: the newest position and everything they touch. */
export interface Facts {
  kind: 'facts';
  position: number;
  /** Of each fact; null: not known, so everything may have changed. */
  topics: string[][] | null;
  /** Positions of what somebody did; what the clock does by itself is nobody's change. */
  byPeople: number[];
  /** The log is another one from here on: it was restored or cut short. */
  reset: boolean;
}
export type Report = { kind: 'state'; state: 'live' | 'reconnecting' } | Facts;

interface Fact {
  position: number;
  stream?: string;
  topics?: string[];
  actorkind?: string;
}
/** What the clock does by itself, and what somebody has read or kept, is no change of theirs to others. */
const isChange = (fact: Fact) => fact.actorkind !== 'workflow' && !fact.stream?.startsWith('desk/');

/** What the events of one piece say together; null when there is none. */
export const factsOf = (events: ServerEvent[]): Facts | null => {
  const newest = events.at(-1);
  if (!newest?.id) return null;
  const topics: string[][] = [];
  const byPeople: number[] = [];
  for (const event of events) {
    const fact = JSON.parse(event.data) as Fact;
    topics.push(fact.topics ?? []);
    if (event.event === 'message' && isChange(fact)) byPeople.push(fact.position);
  }
  const reset = events.some((event) => event.event === 'reset');
  return { kind: 'facts', position: Number(newest.id), topics, byPeople, reset };
};

/** No bytes for this long (the server sends comments as heartbeat) means the connection is dead. */
const SILENCE = 45_000;

/** Follow the log until `stop` is called; reconnects with growing pauses and resumes by position. */
export const follow = (
  url: string,
  headers: () => Record<string, string>,
  tell: (report: Report) => void,
) => {
  let stopped = false;
  let last = '';
  let abort = new AbortController();
  let wake: () => void = () => {};
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const t = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(t);
        resolve();
      };
    });
  const once = async () => {
    abort = new AbortController();
    let guard = setTimeout(() => abort.abort(), SILENCE);
    try {
      const resume: Record<string, string> = last ? { 'Last-Event-ID': last } : {};
      const response = await fetch(url, {
        headers: { Accept: 'text/event-stream', ...headers(), ...resume },
        cache: 'no-store',
        signal: abort.signal,
      });
      if (!response.ok || !response.body) throw new Error(String(response.status));
      tell({ kind: 'state', state: 'live' });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parse = parser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return true;
        clearTimeout(guard);
        guard = setTimeout(() => abort.abort(), SILENCE);
        const events = parse(value);
        const facts = factsOf(events);
        if (facts) {
          last = String(facts.position);
          tell(facts);
        }
      }
    } finally {
      clearTimeout(guard);
    }
  };
  void (async () => {
    let wait = 500;
    while (!stopped) {
      try {
        await once();
        wait = 500;
      } catch {
        wait = Math.min(wait * 2, 8000);
      }
      if (stopped) return;
      tell({ kind: 'state', state: 'reconnecting' });
      await pause(wait * (0.75 + Math.random() / 2));
    }
  })();
  return {
    stop() {
      stopped = true;
      abort.abort();
      wake();
    },
    /** Try again now (new identity, network back). */
    again() {
      abort.abort();
      wake();
    },
  };
};
