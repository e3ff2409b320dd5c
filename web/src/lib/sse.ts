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

export type Report =
  { kind: 'state'; state: 'live' | 'reconnecting' } | { kind: 'position'; position: number };
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
        const newest = events.at(-1);
        if (newest?.id) {
          last = newest.id;
          tell({ kind: 'position', position: Number(newest.id) });
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
