/** Live: positions of the log arrive over one stream per browser; queries of the present follow. */
import type { QueryClient } from '@tanstack/svelte-query';
import { identityHeaders, position } from './api';
import { follow, type Report } from './sse';

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

export const startLive = (client: QueryClient, after: number) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void client.invalidateQueries({ predicate: (query) => query.queryKey[2] === 'now' });
    }, CALM);
  };
  const hear = (report: Report) => {
    if (report.kind === 'state') {
      state = report.state;
      return;
    }
    if (report.position <= head) return;
    const known = Math.max(head, position.known);
    head = report.position;
    // What this tab wrote itself has been refetched already.
    if (head > known) {
      others += head - known;
      position.seen(head);
      refresh();
    }
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
  const sync = () => {
    if (document.hidden) {
      stream?.stop();
      stream = undefined;
    } else stream ??= follow(`/v1/events/stream?after=${head}`, identityHeaders, hear);
  };
  document.addEventListener('visibilitychange', sync);
  sync();
  return { identityChanged: () => stream?.again() };
};
