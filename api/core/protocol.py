"""HTTP/1.1 as bytes: a fast parser, with a bound on heads and with its errors as problems."""

from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.core.problems import problem

MAX_HEAD: Final = 64 * 1024
"""Bytes of a request line with its headers. The parser alone would gather them for ever."""


class _TooLarge(Exception):
    """The head is larger than we read; raised through the parser, which ends the connection."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    _gathered = 0  # bytes that came of this head, while it is not complete
    _named = 0  # bytes of its address and headers, as the parser tells them apart
    _in_body = False

    def data_received(self, data: bytes) -> None:
        """Parse what came; a head that goes on and on ends the connection."""
        self._gathered += len(data)
        super().data_received(data)
        if self._gathered > MAX_HEAD and not self._in_body and not self.transport.is_closing():
            self._refuse_head()

    def on_url(self, url: bytes) -> None:
        """The parser's word of the address, or of a piece of it."""
        self._named += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser's word of a header. One piece may bring a whole head, so each is counted."""
        self._named += len(name) + len(value) + len(": \r\n")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The parser's word that the body begins."""
        if self._named > MAX_HEAD:
            raise _TooLarge
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The parser's word that the next head begins."""
        self._gathered, self._named, self._in_body = 0, 0, False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words, not ours
        """Answer what is no HTTP at all."""
        if self._named > MAX_HEAD:
            self._refuse_head()
            return
        self._refuse(400, "unreadable-request", "This is not a well-formed HTTP/1.1 request.")

    def _refuse_head(self) -> None:
        self._refuse(431, "head-too-large", "The headers are larger than 64 KiB.")

    def _refuse(self, status: int, code: str, detail: str) -> None:
        answer = problem(status, code, detail, headers={"Connection": "close"})
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        lines += [name + b": " + value for name, value in answer.raw_headers]
        self.transport.write(b"\r\n".join([*lines, b"", bytes(answer.body)]))
        self.transport.close()
