"""Signals that ask a run to end: heard at once, obeyed where nothing is lost.

A command line listens to them from its first moment (:func:`listen`). From then on a signal ends
the process at once while it is still starting; afterwards it raises ``KeyboardInterrupt``, but for

- a search, which is asked to stop and hands out what it has (:func:`asking`),
- plans that a search has found and that are yet to be saved (:func:`keeping`),
- a file that is being written (:func:`held`).

There it is only noted, and the exit code says so in the end. In a program that does not listen,
all of this is as Python has it, but for a search, which Ctrl-C asks to stop.

A time limit is heard in the same way while nothing can be lost yet (:func:`giving_up`).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Literal, NoReturn

__all__ = [
    "EXIT_CODE",
    "Elapsed",
    "announce",
    "announced",
    "asking",
    "ending",
    "giving_up",
    "held",
    "hush",
    "keeping",
    "listen",
    "noted",
    "over",
    "raising",
    "since",
    "started",
]

EXIT_CODE: Final = 130
# the last is of a system that gives a process so much of its processor
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU")
_AGAIN: Final = 0.01  # seconds: what was cleared away is gone by then


class Elapsed(BaseException):
    """The moment has come at which what is under way is given up: no error, which whoever takes
    one part for failed would go on from.
    """


class _Search:
    """A search that may be asked to stop: how, whether it was, and whether it has anything."""

    def __init__(
        self, stop: Callable[[], None], found: Callable[[], bool], *, asked: bool = False
    ) -> None:
        self.stop, self.found, self.asked = stop, found, asked


class _Listener:
    """What this process makes of signals, and those that it got."""

    def __init__(
        self,
        stage: Literal["deaf", "starting", "running", "ending"] = "deaf",
        *,
        searches: Sequence[_Search] = (),
    ) -> None:
        self.stage = stage
        self.searches = list(searches)
        self.since: float | None = None
        self.last: int = signal.SIGINT
        self.told = threading.Lock()
        self.words = "stopping…"
        self.holding = 0
        self.noted = self.hushed = self.waiting = False
        self.keeping = self.found = self.raising = False

    def hear(self) -> None:
        """A signal came; called in the main thread, between two steps of Python."""
        self.noted = True
        if self.stage == "starting":
            _leave()
        if self.holding or self.stage == "ending":
            self.waiting = True
            return
        if self.raising:
            self.raising = False
            raise KeyboardInterrupt
        if self.searches:
            search = self.searches[-1]
            again, search.asked = search.asked, True
            search.stop()
            if not again or search.found():
                return
        elif self.found:
            return
        raise KeyboardInterrupt


_listener = _Listener()


def listen() -> None:
    """Hear signals for the rest of this process, and say so within a moment whatever is computed:
    a thread does, since native code lets no handler run.
    """
    heard, woken = os.pipe()
    if sys.platform != "win32":
        os.set_blocking(woken, False)
    _listener.stage, _listener.since = "starting", time.monotonic()
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        # Windows has two of them; what nohup ignores, or a shell for the background, stays so
        if number and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _handle)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    sys.unraisablehook = _heard_in_vain
    threading.Thread(target=_announcer, args=(heard,), daemon=True).start()


def _handle(number: int, _: object) -> None:
    _listener.last = number
    _announce()  # where the thread has not come to it: before anything else is printed
    _listener.hear()


def _heard_in_vain(lost: sys.UnraisableHookArgs, /) -> None:
    """Hear a signal again that came where Python drops whatever is raised: while it clears objects
    away, or the locks of its imports.
    """
    if not issubclass(lost.exc_type, (KeyboardInterrupt, Elapsed)):
        sys.__unraisablehook__(lost)
        return
    elapsed = issubclass(lost.exc_type, Elapsed)
    number = signal.Signals["SIGALRM"] if elapsed else _listener.last
    again = threading.Timer(_AGAIN, _send_main_thread, (number,))
    again.daemon = True
    again.start()


def _send_main_thread(number: int) -> None:
    """A thread's own signals do not wake the main thread from a system call."""
    if sys.platform == "win32":
        signal.raise_signal(number)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, number)


def _announcer(heard: int) -> None:
    numbers = {getattr(signal, name, None) for name in _SIGNALS}
    while number := os.read(heard, 1):
        if number[0] in numbers:
            _announce()
            return


def _announce() -> None:
    """Say once that a signal was heard, past everything that may hold the stream."""
    if not _listener.told.acquire(blocking=False):
        return
    with suppress(OSError, ValueError, AttributeError):
        terminal = sys.stderr.isatty()
        encoding = sys.stderr.encoding if terminal else "utf-8"
        # a line that moves is wiped first
        wiped = "\r\x1b[K" if terminal and os.environ.get("TERM") != "dumb" else ""
        os.write(sys.stderr.fileno(), f"{wiped}{_listener.words}\n".encode(encoding, "replace"))


def _leave() -> NoReturn:
    """End at once: nothing was begun, and half an import cannot be unwound."""
    _announce()
    os._exit(EXIT_CODE)


def announce(words: str, /) -> None:
    """What is said once a signal was heard: made before, for then is no time to look it up."""
    _listener.words = words


def hush() -> None:
    """Do not say that a signal was heard."""
    _listener.hushed = _listener.told.acquire(blocking=False)


def started() -> None:
    """What is needed is loaded, and from now on something may be lost."""
    if _listener.stage == "starting":
        _listener.stage = "running"


def ending() -> None:
    """Everything is done: signals change nothing any more."""
    if _listener.stage != "deaf":
        _listener.stage = "ending"
    announced()


def over() -> None:
    """The process ends: Python gives its handlers up, and a signal would end it with another code
    than what was done.
    """
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number:
            signal.signal(number, signal.SIG_IGN)


def since() -> float:
    """When this process began to listen, of the monotonic clock; now, where it does not."""
    return time.monotonic() if _listener.since is None else _listener.since


def noted() -> bool:
    """Whether a signal was heard."""
    return _listener.noted


def announced() -> bool:
    """Whether a signal was heard and that was said, at the latest now."""
    if _listener.noted:
        _announce()
    return _listener.noted and not _listener.hushed


@contextmanager
def held() -> Iterator[None]:
    """Within it a signal is only noted; a search around it is asked to stop once it is over."""
    listener = _listener
    listener.holding += 1
    try:
        yield
    finally:
        listener.holding -= 1
        if listener.waiting and not listener.holding:
            listener.waiting = False
            if listener.searches and not listener.searches[-1].asked:
                listener.searches[-1].asked = True
                listener.searches[-1].stop()


@contextmanager
def giving_up(moment: float, /) -> Iterator[None]:
    """Within it :class:`Elapsed` is raised once the monotonic clock shows ``moment``, wherever the
    main thread of a process that listens is then, but for a file that is being written. Elsewhere,
    and on Windows, nothing happens.
    """
    main = threading.current_thread() is threading.main_thread()
    if sys.platform == "win32" or not main or _listener.stage != "running":
        yield
        return
    within = True

    def rung(*_: object) -> None:
        if _listener.holding:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        elif within:
            raise Elapsed

    before, began = signal.signal(signal.SIGALRM, rung), time.monotonic()
    left, _ = signal.setitimer(signal.ITIMER_REAL, max(_AGAIN, moment - began))
    try:
        yield
    finally:
        within = False
        # one around it goes on
        left = max(_AGAIN, left - (time.monotonic() - began)) if left else 0.0
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def keeping() -> Iterator[None]:
    """Within it, and after a search, a signal is only noted: what was found is to be kept."""
    _listener.keeping = True
    try:
        yield
    finally:
        _listener.keeping = _listener.found = False


@contextmanager
def raising() -> Iterator[None]:
    """Within it the first signal raises ``KeyboardInterrupt`` though plans are to be kept."""
    _listener.raising = _listener.stage == "running"
    try:
        yield
    finally:
        _listener.raising = False


@contextmanager
def asking(
    stop: Callable[[], None], /, *, found: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Within it the first signal calls ``stop``, and the second raises ``KeyboardInterrupt``, in a
    process that listens only while nothing is ``found``. What is ignored stays so, and elsewhere
    than on the main thread nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
    elif _listener.stage == "deaf":
        search = _Search(stop, found=lambda: False)
        here = _Listener("running", searches=[search])
        previous = signal.getsignal(signal.SIGINT)
        if previous != signal.SIG_IGN:
            signal.signal(signal.SIGINT, lambda *_: here.hear())
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
    else:
        _listener.found = _listener.keeping
        _listener.searches.append(_Search(stop, found, asked=_listener.noted))
        if _listener.noted:
            stop()
        try:
            yield
        finally:
            _listener.searches.pop()
