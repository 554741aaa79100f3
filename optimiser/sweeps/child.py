"""A process of this machine that is given messages and is heard: begun, spoken to, ended."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any

__all__ = ["Child"]


class Child:
    """A fresh Python process that runs a module, and a thread that hears it.

    Args:
        module: is run; it reads messages as `optimiser.sweeps.worker.part` does.
        heard: is called, in the thread, with each thing that the process says, and with None once
            it says nothing any more.
        environment: what its environment has beside that of this process.
        first: a message that is sent before anything is heard.
    """

    def __init__(
        self,
        module: str,
        heard: Callable[[Any], None],
        /,
        *,
        environment: Mapping[str, str] | None = None,
        first: bytes | None = None,
    ) -> None:
        # a signal of the terminal is for the one who asked: a group of its own keeps it off
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {}), "PYTHONPATH": os.pathsep.join(sys.path)},
            **_apart(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin
        self._thread = threading.Thread(
            target=self._hear, args=(first, self._process.stdout, heard), daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:
            self._process.kill()
            self._process.wait()
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error

    def _hear(self, first: bytes | None, output: IO[bytes], heard: Callable[[Any], None]) -> None:
        if first is not None:
            # a process that starts reads late, and a pipe holds little
            self.send(first)
        # whatever cannot be read of it ends it
        with suppress(Exception), output:
            while True:
                heard(pickle.load(output))
        heard(None)

    def send(self, message: bytes, /) -> None:
        """Give it a message."""
        # what cannot be written is noticed where its end is heard
        with suppress(OSError):
            self._input.write(len(message).to_bytes(8, "big") + message)
            self._input.flush()

    def end(self) -> None:
        """Kill it, and wait until nothing of it is left."""
        self._process.kill()
        with suppress(OSError):
            self._input.close()
        self._process.wait()
        self._thread.join()


def _apart() -> dict[str, Any]:
    """How a process is started outside the group of this one."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
