"""What runs in a worker process: work, then batches of tasks come in, and answers go out, until the
input ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import IO, Any

from optimiser import language
from optimiser.errors import OptimiseError

__all__ = ["main", "portable"]


def main() -> None:
    """Work until there is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # what libraries print must not get between the answers
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    incoming = sys.stdin.buffer
    spoken, work = pickle.loads(_part(incoming))
    language.speak(spoken)
    _say(answers, "ready", None)
    while data := _part(incoming):
        for task in pickle.loads(data):
            try:
                answer = work(task)
            except Exception as error:
                _say(answers, "raised", portable(error))
                return
            _say(answers, "answer", answer)


def _part(incoming: IO[bytes]) -> bytes:
    """The next message; empty where the input has ended."""
    length = incoming.read(8)
    return incoming.read(int.from_bytes(length, "big")) if len(length) == 8 else b""


def _say(answers: IO[bytes], kind: str, value: Any) -> None:
    pickle.dump((kind, value), answers)
    answers.flush()


def portable(error: Exception) -> Exception:
    """The error itself where it can be sent, else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        said = f"{type(error).__name__}: {error}"
        if isinstance(error, OptimiseError):
            return OptimiseError(said, help=error.help)
        return RuntimeError(said)
    return error


if __name__ == "__main__":
    main()
