"""What every test shares: how hypothesis searches, repeatably in continuous integration; and
signals as they were before the test.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from optimiser import interrupts, language
from tests import searches

__all__ = ["heard", "signals_as_before"]

searches.register(derandomize=bool(os.environ.get("CI")))


@contextmanager
def heard(*names: str) -> Iterator[None]:
    """Within it, signals that whoever started pytest had it ignore mean what they mean elsewhere,
    to what a test starts, too: a shell has what it starts in the background ignore Ctrl-C, and
    nohup a closed terminal.
    """
    ignored = [
        number
        for name in names
        if (number := getattr(signal, name, None)) and signal.getsignal(number) == signal.SIG_IGN
    ]
    for number in ignored:
        own = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, own)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def signals_as_before() -> Iterator[None]:
    """Afterwards signals mean what they meant before: a command line that was called in this
    process would listen for good, and pytest never hear a SIGTERM.
    """
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    woken, listener = signal.set_wakeup_fd(-1), interrupts._listener
    hook = sys.unraisablehook
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    interrupts._listener = interrupts._Listener()
    try:
        yield
    finally:
        interrupts._listener = listener
        sys.unraisablehook = hook
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        for number, handler in before.items():
            # None is a handler that is not of Python
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect the tests: what is made meanwhile lives as long as the process, and is not looked
    through for garbage, neither now nor later.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Run a test."""
    with signals_as_before(), heard("SIGINT"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Clear up after a test, which may leave no other language to what is said after it."""
    done = yield
    left, own = language.spoken(), language.LANGUAGES[0]
    if left != own:
        language.speak(own)
        raise AssertionError(f"the test leaves {left!r} to what is said after it")
    return done
