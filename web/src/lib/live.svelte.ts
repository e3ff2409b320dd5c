/** Live: positions of the log arrive over one stream per browser; queries of the present follow. */
import type { QueryClient } from '@tanstack/svelte-query';
import { commands, identityHeaders, position } from './api';
import type { Facts, follow, Report } from './sse';
import { touches } from './topics';

let state = $state<'live' | 'reconnecting'>('reconnecting');
let head = $state(0);
let others = $state(0);
export const live = {
  get state() {
    return state;
  },
  get head() {
    return head;
  },
  /** How many facts came that this tab did not write itself. */
  get others() {
    return others;
  },
};

/** Refetches at most this often while facts pour in. */
const CALM = 300;
/** So many facts at once are not looked at one by one. */
const MANY = 200;

export const startLive = (client: QueryClient, after: number) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What the facts since the last refetch touch; null is everything. */
  let touched: string[][] | null = [];
  const refresh = (topics: string[][] | null) => {
    touched = topics && touched && touched.length < MANY ? [...touched, ...topics] : null;
    timer ??= setTimeout(() => {
      const now = touched;
      timer = undefined;
      touched = [];
      void client.invalidateQueries({
        predicate: ({ queryKey: [path, query, at] }) =>
          at === 'now' &&
          (now === null || now.some((fact) => touches(String(path), query as Record<string, unknown>, fact))),
      });
    }, CALM);
  };
  const take = (facts: Facts) => {
    if (facts.reset) {
      head = facts.position;
      position.startedAnew(head);
      void client.invalidateQueries();
      return;
    }
    if (facts.position <= head) return;
    head = facts.position;
    const foreign = facts.byPeople.filter((at) => !position.isOwn(at));
    others += foreign.length;
    // What this tab wrote itself has been refetched already.
    if (head <= position.known && foreign.length === 0) return;
    position.seen(head);
    refresh(facts.topics);
  };
  const hear = (report: Report) => {
    if (report.kind === 'state') state = report.state;
    // The answer to a command under way tells which of the facts are this tab's own.
    else commands.whenQuiet(() => take(report));
  };
  head = after;
  position.seen(after);

  if ('SharedWorker' in globalThis) {
    const worker = new SharedWorker(new URL('./live.worker.ts', import.meta.url), {
      type: 'module',
      name: 'live',
    });
    worker.port.onmessage = (event: MessageEvent<Report>) => hear(event.data);
    worker.port.start();
    const hello = () => worker.port.postMessage({ kind: 'hello', headers: identityHeaders(), after });
    hello();
    addEventListener('pagehide', () => worker.port.postMessage({ kind: 'bye' }));
    addEventListener('pageshow', (event) => {
      if (event.persisted) hello();
    });
    return { identityChanged: hello };
  }
  // Without shared workers every tab has its own stream, closed while the tab is hidden.
  let stream: ReturnType<typeof follow> | undefined;
  const sync = async () => {
    const { follow } = await import('./sse');
    if (document.hidden) {
      stream?.stop();
      stream = undefined;
    } else stream ??= follow(`/v1/events/stream?after=${head}`, identityHeaders, hear);
  };
  document.addEventListener('visibilitychange', () => void sync());
  void sync();
  return { identityChanged: () => stream?.again() };
};
