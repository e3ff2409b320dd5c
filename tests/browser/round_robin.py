"""A tiny proxy that hands each request to the next server in turn, bytes as they come."""

import http.client
import itertools
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

_OWN = {"connection", "keep-alive", "transfer-encoding"}


class RoundRobin:
    """``served`` counts requests by upstream; ``drop`` takes a dead one out."""

    def __init__(self, upstreams: list[str]) -> None:
        self._alive = list(upstreams)
        self._turn = itertools.count()
        self._lock = threading.Lock()
        self.served = dict.fromkeys(upstreams, 0)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                proxy.pass_on(self)

            do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "RoundRobin":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def drop(self, upstream: str) -> None:
        with self._lock:
            self._alive.remove(upstream)

    def _next(self) -> str:
        with self._lock:
            upstream = self._alive[next(self._turn) % len(self._alive)]
            self.served[upstream] += 1
            return upstream

    def pass_on(self, asked: BaseHTTPRequestHandler) -> None:
        """One request there and back; the connection ends with the answer."""
        where = urlsplit(self._next())
        upstream = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        answered = False
        try:
            body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
            headers = {k: v for k, v in asked.headers.items() if k.lower() not in _OWN}
            upstream.request(asked.command, asked.path, body or None, headers)
            with upstream.getresponse() as answer:
                answered = True
                asked.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in _OWN:
                        asked.send_header(name, value)
                asked.send_header("Connection", "close")
                asked.end_headers()
                while data := answer.read1(65_536):
                    asked.wfile.write(data)
                    asked.wfile.flush()
        except (OSError, http.client.HTTPException):
            # The browser left, or the server was killed: half an answer just ends.
            if not answered:
                with suppress(OSError):
                    asked.send_error(HTTPStatus.BAD_GATEWAY)
        finally:
            asked.close_connection = True
            upstream.close()
