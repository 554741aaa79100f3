"""The server: pages on this machine, for who knows the address.

It listens on the loopback interface only, answers to its own name only (a page of a site whose name
was made to lead here, "DNS rebinding", says another one), and to those only whose address holds the
token. It has three things to give: the page, what the page knows, and the news as server-sent
events. It reads no file.

References:
    Fetch and HTML standards, https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

import json
import secrets
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from errno import EAGAIN
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from os import strerror
from typing import Any, Final

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.language import tr
from optimiser.reports.serving.board import Board

__all__ = ["LOOPBACK", "Server", "listening"]

LOOPBACK: Final = "127.0.0.1"
_NAMES: Final = (LOOPBACK, "localhost")
_PATIENCE: Final = 20.0  # seconds for a client that does not ask, or does not read
_SILENCE: Final = 15.0  # seconds between two signs of life: only writing tells whether one is read
_FAREWELL: Final = 1.0  # seconds for telling every client that the server ends
_MOST: Final = 100  # clients at once, each of which takes a thread
_TOKEN: Final = 24  # bytes
_AGAIN: Final = 3000  # milliseconds until a page that lost the server asks again
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_JSON: Final = "application/json"
_HTML: Final = "text/html;charset=utf-8"
_TEXT: Final = "text/plain;charset=utf-8"


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers from a board, every client in a thread of its own.

    Attributes:
        board: what there is to show.
        token: who knows it may look.
    """

    daemon_threads = True
    request_queue_size = 64
    # where it lets a second server take the port of the first, it is of no use
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, board: Board, port: int, /) -> None:
        """``port`` 0 lets the system choose.

        Raises:
            OSError: the port is taken, or may not be.
        """
        self.board, self.token = board, secrets.token_urlsafe(_TOKEN)
        self._clients = threading.BoundedSemaphore(_MOST)
        super().__init__((LOOPBACK, port), _Client)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """What a browser opens."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one client, unless there are too many."""
        if not self._clients.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._clients.release()

    def dismiss(self) -> None:
        """Wait until everybody who is being answered has been, a second at most: whose thread ends
        with the process never hears that the server has ended.
        """
        end = time.monotonic() + _FAREWELL
        for _ in range(_MOST):
            if not self._clients.acquire(timeout=max(0.0, end - time.monotonic())):
                return

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error, nor is one for whom the system has no thread."""
        if not isinstance(sys.exception(), OSError | RuntimeError):
            super().handle_error(request, client_address)


@contextmanager
def listening(board: Board, port: int, /) -> Iterator[Server]:
    """A server that answers within.

    Raises:
        UsageError: the port cannot be had.
    """
    try:
        server = Server(board, port)
    except OSError as error:
        raise UsageError(
            tr("cannot listen on port {port}: {reason}", port=port, reason=paths.reason(error)),
            help=tr("leave --port out, and the system chooses a free one"),
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    try:
        thread.start()
    except RuntimeError as error:
        server.server_close()
        raise UsageError(
            tr("cannot listen on port {port}: {reason}", port=port, reason=strerror(EAGAIN)),
            help=tr("end other programs, or wait"),
        ) from error
    try:
        yield server
    finally:
        board.put(ended=True)
        server.shutdown()
        server.dismiss()
        server.server_close()
        thread.join()


class _Client(BaseHTTPRequestHandler):
    """One request: a connection carries no second one."""

    server: Server
    timeout = _PATIENCE

    def parse_request(self) -> bool:
        """Let nobody in who may not ask."""
        if not super().parse_request():
            return False
        refused = self._refused()
        if refused is not None:
            allow = {"Allow": "GET"} if refused is HTTPStatus.METHOD_NOT_ALLOWED else {}
            self._answer(f"{refused.value} {refused.phrase}\n".encode(), _TEXT, refused, **allow)
        return refused is None

    def _refused(self) -> HTTPStatus | None:
        hosts = self.headers.get_all("Host") or []
        if hosts not in [[f"{name}:{self.server.port}"] for name in _NAMES]:
            return HTTPStatus.FORBIDDEN
        if self.command != "GET":
            return HTTPStatus.METHOD_NOT_ALLOWED
        given = self.path.removeprefix("/").partition("/")[0]
        if not secrets.compare_digest(given.encode(), self.server.token.encode()):
            return HTTPStatus.FORBIDDEN
        return None

    def do_GET(self) -> None:
        """Give what was asked for."""
        board = self.server.board
        asked = self.path.removeprefix(f"/{self.server.token}")
        if asked == "":
            home = f"/{self.server.token}/"
            self._answer(b"", _TEXT, HTTPStatus.PERMANENT_REDIRECT, Location=home)
        elif asked == "/":
            self._answer(board.page, _HTML)
        elif asked == "/news":
            self._tell()
        elif asked == "/front.json" and board.front:
            self._answer(board.front, _JSON)
        else:
            self._answer(b"404 Not Found\n", _TEXT, HTTPStatus.NOT_FOUND)

    def _tell(self) -> None:
        """The news, as long as somebody reads them."""
        self._begin("text/event-stream", HTTPStatus.OK)
        self.wfile.write(f"retry: {_AGAIN}\n\n".encode())
        change = -1
        while True:
            state = self.server.board.later_than(change, _SILENCE)
            if state is None:
                self.wfile.write(b":\n\n")
                continue
            self.wfile.write(f"data: {json.dumps(asdict(state))}\n\n".encode())
            if state.ended:
                return
            change = state.change

    def _answer(
        self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, **more: str
    ) -> None:
        self._begin(kind, status, **{"Content-Length": str(len(content))}, **more)
        if self.command != "HEAD":
            self.wfile.write(content)

    def _begin(self, kind: str, status: HTTPStatus, **more: str) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in ({"Content-Type": kind} | _HEADERS | more).items():
            self.send_header(name, value)
        self.end_headers()

    def version_string(self) -> str:
        """What it is, without versions."""
        return "optimise"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: an address holds the token."""
