"""The command line: `optimise`, `python -m optimiser`. The commands are in `optimiser.commands`,
one file each.
"""

# What takes long to load, typing included, is loaded once signals are heard.
import atexit
import errno
import gc
import io
import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["carry_out", "main"]

_USAGE = 2  # exit code
_STANDARD = 2  # the last of the three streams that every process has


def main() -> None:
    """The entry point: carry out what was typed, in a process that ends with it.

    Its memory goes back to the system as it is. Python would free some hundred thousand objects one
    by one first, which takes up to a twelfth of a short run, and nothing waits for it: files are
    written and closed, threads are over, and everything that was registered for the end was called.
    What had registered before, as coverage does, is called last of all: then Python ends as usual.
    """
    before = getattr(atexit, "_ncallbacks", None)
    code: list[int] = []
    if before is not None and before() == 0:
        atexit.register(_end, code)  # the first one that is registered is called last
    try:
        carry_out()
    except SystemExit as ended:
        if isinstance(ended.code, int):
            code.append(ended.code)
        raise


def _end(code: list[int]) -> None:
    """End the process with a code, where there is one: as Python does, if a stream takes no more.

    Args:
        code: at most one.
    """
    with suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for number in code:
            os._exit(number)


def carry_out() -> None:
    """Carry out what was typed.

    Raises:
        SystemExit: always, with the exit code.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGXCPU"):
        number = getattr(signal, name, None)
        # Windows has two of them; what nohup ignores, or a shell for the background, stays so
        if number and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _leave)
    gc.disable()  # until it is said how seldom it collects
    from optimiser import interrupts
    from optimiser.blas import ONE_THREAD
    from optimiser.collecting import SELDOM
    from optimiser.late_methods import compile_when_called

    os.environ.update(ONE_THREAD)
    gc.set_threshold(*SELDOM)
    gc.enable()
    _take_no_plugins()
    compile_when_called()
    _open_streams()
    try:
        interrupts.listen()
        code = _called()
        interrupts.ending()
        code = _flushed(code)
    except (OSError, MemoryError) as lacking:  # before a command could tell
        code = _refused(lacking)
    finally:
        interrupts.over()
        # the process ends: what is left need not be searched for cycles, which costs another
        # seventh
        gc.freeze()
    sys.exit(interrupts.EXIT_CODE if interrupts.noted() else code)


def _take_no_plugins() -> None:
    """No other package takes part in checking a scenario. Looking for one that would reads what
    every installed package says of itself, and that they are not looked for is said by a module
    that loads `importlib.metadata`, `email` and `socket` first: another one says it here.
    """
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__") == "__all__":
        silent = type(sys)("pydantic.plugin._loader")
        vars(silent)["get_plugins"] = tuple
        sys.modules[silent.__name__] = silent


def _leave(*_: object) -> None:
    """A signal before anything was loaded."""
    try:
        os.write(_STANDARD, "stopping…\n".encode())
    finally:
        os._exit(130)


def _refused(lacking: OSError | MemoryError) -> int:
    """A system that gives no file or no memory to begin with: nothing more can be loaded."""
    reason = getattr(lacking, "strerror", None) or os.strerror(errno.ENOMEM)
    with suppress(OSError):  # nobody hears it
        os.write(_STANDARD, b"error: cannot start: " + reason.encode() + b"\n")
    return _USAGE


def _called() -> int:
    """Do what was typed and give the exit code."""
    import typer

    from optimiser import interrupts
    from optimiser.commands import application, choose_language

    choose_language(sys.argv[1:])
    words = sys.argv[1:]
    if "_OPTIMISE_COMPLETE" in os.environ:
        from typer._completion_classes import completion_init

        from optimiser.commands.completing import words_so_far

        completion_init()
        words = words_so_far()
    try:
        code = application(words)(prog_name="optimise", standalone_mode=False)
    except typer.TyperException as error:
        from optimiser.commands.help import complaint

        sys.stderr.write(complaint(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        interrupts.announced()
        return interrupts.EXIT_CODE
    except SystemExit as ended:
        # typer makes 1 of a reader of --help that has seen enough
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        return _unwritten(ended.__context__, 0)
    except OSError as problem:  # of the text of --help: commands tell theirs
        return _unwritten(problem, 0)
    return int(code or 0)


def _flushed(code: int) -> int:
    """The exit code once stdout has everything: Python would end with 120 where it cannot."""
    try:
        sys.stdout.flush()
    except OSError as problem:
        return _unwritten(problem, code)
    return code


def _unwritten(problem: OSError, code: int) -> int:
    from optimiser.render import Terminal, report
    from optimiser.render.terminal import unwritable

    error = unwritable(problem)
    return code if error is None else code or report(error, Terminal())


class _Said(io.FileIO):
    """stderr: what cannot be said there is not said, and changes no exit code."""

    def write(self, data: "Buffer", /) -> int:
        try:
            return super().write(data) or memoryview(data).nbytes
        except OSError:
            return memoryview(data).nbytes


def _open_streams() -> None:
    """Every stream is there: nobody listens to one that the caller closed (>&-), and no other file
    may take its place.
    """
    with suppress(OSError):  # of a system that gives no file any more: then they stay closed
        while (free := os.open(os.devnull, os.O_RDWR)) <= _STANDARD:
            os.set_inheritable(free, True)  # processes that are started here have them, too
        os.close(free)
    for number, name in enumerate(("stdout", "stderr"), start=1):
        if getattr(sys, name) is None:
            stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
    if sys.platform != "win32":  # where a console is no file
        said = io.BufferedWriter(_Said(sys.stderr.fileno(), "w", closefd=False))
        sys.stderr = io.TextIOWrapper(
            said, encoding=sys.stderr.encoding, errors=sys.stderr.errors, line_buffering=True
        )


if __name__ == "__main__":
    main()
