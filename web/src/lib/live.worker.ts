/** One connection for all tabs of this browser: over HTTP/1.1 a site has six, and each tab would take one. */
import { follow, type Facts, type Report } from './sse';

type Message = { kind: 'hello'; headers: Record<string, string>; after: number } | { kind: 'bye' };

const ports = new Set<MessagePort>();
let headers: Record<string, string> = {};
let state: Report = { kind: 'state', state: 'reconnecting' };
let stream: ReturnType<typeof follow> | undefined;
let head: Facts | undefined;

const broadcast = (report: Report) => {
  if (report.kind === 'state') state = report;
  else head = report;
  for (const port of ports) port.postMessage(report);
};

const scope = self as unknown as { onconnect: (event: MessageEvent) => void };
scope.onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'bye') {
      ports.delete(port);
      if (ports.size === 0) {
        stream?.stop();
        stream = undefined;
      }
      return;
    }
    ports.add(port);
    const changed = JSON.stringify(headers) !== JSON.stringify(data.headers);
    headers = data.headers;
    if (!stream) stream = follow(`/v1/events/stream?after=${data.after}`, () => headers, broadcast);
    else if (changed) stream.again();
    port.postMessage(state);
    // A tab that comes later has not heard what was touched before.
    if (head) port.postMessage({ ...head, topics: null, reset: false });
  };
  port.start();
};
