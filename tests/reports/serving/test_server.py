"""Who is let in, and what is given."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from optimiser.errors import UsageError
from optimiser.reports.serving import News, running, serve, solver
from optimiser.reports.serving import server as serving
from optimiser.reports.serving.board import Board, State
from optimiser.reports.serving.server import LOOPBACK, Server, listening
from optimiser.session import Request


@pytest.fixture
def board() -> Board:
    return Board(b"<!doctype html>waiting")


@pytest.fixture
def server(board: Board) -> Iterator[Server]:
    with listening(board, 0) as found:
        yield found


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=20)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def raw(server: Server, request: bytes) -> bytes:
    """What comes back of any bytes, to the end."""
    with socket.create_connection((LOOPBACK, server.port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def news(server: Server) -> Iterator[dict[str, Any]]:
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=20)
    connection.request("GET", f"/{server.token}/news")
    answer = connection.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    for line in answer:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def test_the_page_is_given_to_who_knows_the_address(server: Server, board: Board) -> None:
    assert server.address == f"http://127.0.0.1:{server.port}/{server.token}/"
    assert len(server.token) == 32
    status, headers, content = ask(server, f"/{server.token}/")
    assert (status, content) == (200, board.page)
    assert headers["Content-Type"] == "text/html;charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["Server"] == "optimise"
    assert "Access-Control-Allow-Origin" not in headers
    status, headers, _ = ask(server, f"/{server.token}")
    assert (status, headers["Location"]) == (308, f"/{server.token}/")


@pytest.mark.parametrize(
    "path",
    ["/", "/{short}/", "/{token}x/", "/x/{token}/", "/?{token}", "/é/", "/%00/", "*"],
)
def test_who_does_not_know_the_token_gets_nothing(path: str, server: Server) -> None:
    asked = path.format(token=server.token, short=server.token[:-1])
    answer = raw(
        server,
        f"GET {asked} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode("latin-1"),
    )
    assert answer.split(b"\r\n")[0] == b"HTTP/1.0 403 Forbidden"
    assert server.token.encode() not in answer
    assert b"waiting" not in answer


@pytest.mark.parametrize(
    "path", ["front.json", "news/", "../", "..%2f", "cli.py", "?x", "//", "front.json?x", ""]
)
def test_nothing_else_is_there(path: str, server: Server) -> None:
    status, _, content = ask(server, f"/{server.token}/{path}")
    assert status == (404 if path else 200)
    assert (b"404" in content) is bool(path)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", "", " "],
)
def test_other_names_are_refused(host: str, server: Server) -> None:
    """A site whose name was made to lead here sends that name."""
    status, _, content = ask(server, f"/{server.token}/", Host=host.format(port=server.port))
    assert status == 403
    assert b"waiting" not in content


def test_a_request_has_one_name(server: Server) -> None:
    own = f"Host: 127.0.0.1:{server.port}\r\n"
    for hosts in ("", own * 2, f"{own}Host: evil.example\r\n"):
        answer = raw(server, f"GET /{server.token}/ HTTP/1.1\r\n{hosts}\r\n".encode())
        assert answer.startswith(b"HTTP/1.0 403 ")
    asked = f"GET http://evil.example/{server.token}/ HTTP/1.1\r\n{own}\r\n"
    assert raw(server, asked.encode()).startswith(b"HTTP/1.0 403 ")
    assert ask(server, f"/{server.token}/", Host=f"localhost:{server.port}")[0] == 200


@pytest.mark.parametrize(
    "method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "BREW"]
)
def test_other_methods_are_refused(method: str, server: Server) -> None:
    status, headers, content = ask(server, f"/{server.token}/", method)
    assert (status, headers["Allow"]) == (405, "GET")
    assert b"waiting" not in content


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02",
        b"GET /\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 70000 + b" HTTP/1.1",
    ],
)
def test_nonsense_does_no_harm(request_: bytes, server: Server) -> None:
    assert b"waiting" not in raw(server, request_)
    assert ask(server, f"/{server.token}/")[0] == 200


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for other in others - {"127.0.0.1", "::1"}:
        if not str(other).startswith("127."):
            with pytest.raises((ConnectionError, TimeoutError)):
                socket.create_connection((str(other), server.port), timeout=1).close()


def test_a_port_that_is_taken_is_said(server: Server, board: Board) -> None:
    with pytest.raises(UsageError, match="cannot listen on port"), listening(board, server.port):
        pass


def test_news_come_when_there_are_some(server: Server, board: Board) -> None:
    told = news(server)
    assert next(told)["busy"] is True
    board.put(progress={"found": 3, "seconds": 1.0})
    assert next(told)["progress"]["found"] == 3
    board.show(b"page", b"{}", number=1, busy=False, progress={})
    assert next(told)["number"] == 1
    assert ask(server, f"/{server.token}/front.json")[2] == b"{}"
    board.put(problem={"en": "error"})
    state = next(told)
    assert (state["number"], state["problem"]) == (1, {"en": "error"})
    assert board.page == b"page"


def test_a_late_reader_gets_the_latest_only(server: Server, board: Board) -> None:
    for number in range(1000):
        board.put(progress={"found": number, "seconds": 0.0})
    assert next(news(server))["progress"]["found"] == 999


def test_the_end_is_told(board: Board) -> None:
    with listening(board, 0) as server:
        told = news(server)
        next(told)
    assert [state["ended"] for state in told] == [True]


def test_a_client_that_does_not_read_holds_nobody_up(server: Server, board: Board) -> None:
    board.show(b"x" * 20_000_000, b"{}", number=1)
    slow = socket.create_connection((LOOPBACK, server.port))
    slow.sendall(f"GET /{server.token}/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
    silent = [socket.create_connection((LOOPBACK, server.port)) for _ in range(5)]
    board.show(b"small", b"{}", number=2)
    began = time.monotonic()
    assert ask(server, f"/{server.token}/")[2] == b"small"
    assert time.monotonic() - began < 5
    for one in (slow, *silent):
        one.close()


def test_many_listen_at_once(server: Server, board: Board) -> None:
    listeners = [news(server) for _ in range(30)]
    for told in listeners:
        next(told)
    board.put(busy=False)
    assert all(next(told)["busy"] is False for told in listeners)


def test_more_than_so_many_are_turned_away(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_MOST", 2)
    with listening(board, 0) as server:
        first = [news(server), news(server)]
        for told in first:
            next(told)
        with pytest.raises((http.client.BadStatusLine, ConnectionError)):
            ask(server, f"/{server.token}/")


def test_a_client_that_went_leaves_no_thread(
    server: Server, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_SILENCE", 0.05)
    before = threading.active_count()
    for _ in range(5):
        told = news(server)
        next(told)
        told.close()  # type: ignore[attr-defined]  # a generator
    end = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_who_sends_nothing_is_let_go(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving._Client, "timeout", 0.1)
    with socket.create_connection((LOOPBACK, server.port), timeout=10) as connection:
        assert connection.recv(10) == b""


def no_process(*_: object, **__: object) -> None:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_without_room_for_a_solver_it_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "Child", no_process)
    with pytest.raises(UsageError, match="cannot be started: Resource"):
        serve("smart_factory", Request(), ready=print, tell=print)


def test_a_save_without_room_for_a_solver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last front stays, and the next save begins anew."""
    told: list[News] = []
    board = Board(b"")
    serving = running._Serving("smart_factory", Request(), board, told.append)
    serving._answered = True
    monkeypatch.setattr(solver, "Child", no_process)
    for _ in range(2):
        serving.begin()
        state = board.later_than(-1, 0)
        assert state is not None
        assert "cannot be started" in state.problem["en"]
    assert [isinstance(one.error, UsageError) for one in told] == [True, True]


def test_without_a_thread_it_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    with pytest.raises(UsageError, match="cannot listen"), listening(Board(b""), 0):
        pass


def test_who_reads_the_news_is_told_of_the_end_before_the_process_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its thread does not outlive the process: a page waited for a minute and was told nothing."""
    board, told = Board(b""), list[bool]()
    ask = board.later_than

    def slowly(change: int, silence: float) -> State | None:
        state = ask(change, silence)
        if state is not None and state.ended:
            time.sleep(0.3)
            told.append(True)
        return state

    monkeypatch.setattr(board, "later_than", slowly)
    with listening(board, 0) as server:
        reader = urlopen(f"{server.address}news")
        reader.readline()
    assert told == [True]
    assert b'"ended": true' in reader.read()
