"""Every command as it is typed, over one folder that has whatever a command reads.

The kinds of attacks take from here what they can attack, so that a new command is attacked by all
of them once it has lines; a test fails while it has none.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.robustness.bases import TALL
from tests.robustness.running import Ended, finished, program

__all__ = ["LINES", "Line", "furnish", "furnished", "readers", "writers"]


@dataclass(frozen=True)
class Line:
    """A command line.

    Attributes:
        words: what is typed.
        code: the exit code that is right where nothing is in the way.
        made: the files and folders that it writes.
    """

    words: tuple[str, ...]
    code: int = 0
    made: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The command."""
        return self.words[0]

    def __str__(self) -> str:
        return " ".join(self.words)


def _formats(text: str, names: str, *made: str, code: int = 0) -> tuple[Line, ...]:
    return tuple(Line((*text.split(), "--format", n), code, made) for n in names.split())


_CHARTS = ("front", "parallel", "matrix", "combinations", "core", "weights", "technologies")

LINES: tuple[Line, ...] = (
    *(Line(tuple(t.split())) for t in ("--help", "run --help", "--version", "scenarios", "schema")),
    Line(("schema", "--of", "result")),
    Line(("nonsense",), 2),
    Line(("run", "--no-such-option"), 2),
    Line(("run", "missing.yaml"), 2),
    Line(("run", "tight.yaml"), 4),
    Line(("run", "wrong.yaml"), 3),
    *(
        Line(("run", "tall.yaml", "-o", "r", *more), 0, ("r",))
        for more in (
            (),
            ("-v",),
            ("--equivalents",),
            ("--csv", "/dev/stdout"),
            ("--certificate",),
            ("--time-limit", "5", "--require", "complete"),
            ("--robust", "worst"),
            ("--robust", "cvar:0.9", "--samples", "8"),
            ("--robust", "regret", "--samples", "4"),
            ("--lang", "zh"),
        )
    ),
    Line(("run", "tall.yaml", "-o", "r", "--csv", "plans.csv"), 0, ("r", "plans.csv")),
    *_formats("run tall.yaml -o r", "json md csv", "r"),
    Line(("check", "tall.yaml")),
    Line(("check", "tall.yaml", "--show-merged")),
    Line(("validate", "tall.yaml")),
    *_formats("check wrong.yaml", "table json github", code=3),
    *_formats("results sound", "table json csv md"),
    Line(("results", ".", "--all")),
    Line(("results", "swept", "--prune")),
    *_formats("rank sound --method topsis", "table json csv md"),
    *_formats("show sound", "table json csv md"),
    *_formats("show sound later", "table json csv md"),
    *_formats("show sound today later", "table json csv md"),
    Line(("show", "sound", "--equivalents")),
    *_formats("explain sound 1", "table json csv md"),
    *_formats("explain sound later", "table json md"),
    Line(("explain", "sound", "iot=1,mes=1")),
    *_formats("decide sound --order output,capex --weight-range output=0.1..0.6", "table json md"),
    *_formats("decide sound --step start", "table json"),
    *_formats("decide sound --intervals", "table json csv md"),
    Line(("decide", "sound", "--prefer", "1:today", "--without", "mes")),
    Line(("decide", "sound", "--where", "capex <= 5", "--with", "iot", "--format", "csv")),
    *_formats("best sound output", "table json"),
    Line(("best", "sound", "share", "--sense", "minimise", "--where", "capex <= 5")),
    Line(("best", "tall.yaml", "energy", "--no-cache")),
    *_formats("alternatives sound 1 --within 30% --differ 1", "table json"),
    Line(("alternatives", "sound", "later", "--within", "capex=3", "--count", "2")),
    *_formats("repair tight.yaml", "table json"),
    *_formats("repair tall.yaml today", "table json"),
    *_formats("robust sound --samples 8 --regret always --workers 1", "table json csv md"),
    Line(("robust", "sound", "--samples", "8", "--regret", "always", "--workers", "2")),
    *(
        Line(("sweep", "tall.yaml", "-o", "sw", *more), 0, ("sw",))
        for more in (
            ("--vary", "parameters.cap.value=8,12", "--workers", "1"),
            ("--vary", "parameters.cap.value=8,12", "--workers", "2", "--json"),
            ("--samples", "2", "--workers", "1", "--format", "csv"),
            ("--vary", "parameters.cap.value=8,12", "--shard", "1/2", "--workers", "1"),
        )
    ),
    Line(
        ("sweep", "tall.yaml", "-o", "sw", "--vary", "caps.csv", "--plot", "sw.svg"),
        0,
        ("sw", "sw.svg"),
    ),
    Line(("sweep", "swept", "--merge", "--plans", "all.csv"), 0, ("all.csv",)),
    *_formats("sweep swept --merge", "table json csv", "swept"),
    *_formats("verify sound", "table json"),
    Line(("verify", "sound", "--proof")),
    Line(("verify", "sound", "--by", "exact")),
    Line(("verify", "plans.csv", "--scenario", "tall.yaml")),
    Line(("verify", "plans.xlsx", "--scenario", "sound")),
    *(
        Line(("export", "sound", "-o", f"out.{suffix}"), 0, (f"out.{suffix}",))
        for suffix in ("csv", "json", "md", "xlsx", "tex", "opb")
    ),
    Line(("export", "sound", "-o", "out.csv", "--for", "excel"), 0, ("out.csv",)),
    *(
        Line(("plot", "sound", "-o", "out.svg", "--kind", kind), 0, ("out.svg",))
        for kind in _CHARTS
    ),
    Line(("plot", "sound", "-o", "out.png"), 0, ("out.png",)),
    Line(("plot", "sound", "-o", "out.pdf"), 0, ("out.pdf",)),
    *(
        Line(("plot", "sound", "-o", "out.svg", "--kind", k, "--answer", "a.json"), 0, ("out.svg",))
        for k in ("ranges", "tornado")
    ),
    Line(("report", "sound", "-o", "out.html"), 0, ("out.html",)),
    Line(("report", "sound", "-o", "out.html", "--answer", "a.json"), 0, ("out.html",)),
    Line(("report", "tall.yaml", "-o", "out.html", "--no-cache"), 0, ("out.html",)),
    Line(("serve", "tall.yaml"), 130),
    Line(("serve", "missing.yaml"), 2),
    *_formats("compare sound sound", "table json csv md junit github"),
    Line(("compare", "sound", "tall.yaml", "--fail-on", "hypervolume:1%")),
    *_formats("assess tall.yaml", "table json csv md"),
    *_formats("assess sound --replacement", "table json csv md"),
    *_formats("assess tall.yaml --measured measured.csv", "table json csv md"),
    Line(
        ("assess", "tall.yaml", "--measured", "measured.csv", "-o", "learnt.yaml"),
        0,
        ("learnt.yaml",),
    ),
    Line(("init", "new"), 0, ("new",)),
    Line(("init", "new", "--template", "retail"), 0, ("new",)),
    Line(("init", "new", "--from", "table.csv"), 0, ("new",)),
)

_TABLE = "id,title,capex,output,requires\niot,Internet of things,1.8,4.5,\nai,Plans,3.1,7,iot\n"
_MEASURED = """\
plan,technology,indicator,measured,effect
iot,,output,104.5,
iot,,output,105.1,
later,,output,112.4,
,iot,energy,,-2.1
,iot,energy,,-2.6
"""
_MADE = (
    ("run", "tall.yaml", "-o", "sound", "--certificate"),
    ("export", "sound", "-o", "plans.csv"),
    ("export", "sound", "-o", "plans.xlsx"),
    ("sweep", "tall.yaml", "-o", "swept", "--vary", "parameters.cap.value=8,12", "--workers", "1"),
)


def furnish(folder: Path, text: str, run: Callable[..., Ended], /) -> None:
    """What the lines read, with this scenario, put into a folder.

    Args:
        run: runs a command in a folder.
    """
    (folder / "tall.yaml").write_text(text, encoding="utf-8")
    tight = text.replace("value: 12", "value: 1").replace("low: 8", "low: 0.5")
    (folder / "tight.yaml").write_text(tight, encoding="utf-8")
    wrong = text.replace("capex <= cap", "capx <= cap")
    (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
    (folder / "table.csv").write_text(_TABLE, encoding="utf-8")
    (folder / "measured.csv").write_text(_MEASURED, encoding="utf-8")
    (folder / "caps.csv").write_text("parameters.cap.value\n8\n12\n", encoding="utf-8")
    for words in _MADE:
        ended = run(folder, *words)
        assert ended.code == 0, ended.err
    answer = ("robust", "sound", "--samples", "8", "--regret", "always", "--workers", "1")
    ended = run(folder, *answer, "--json")
    assert ended.code == 0, ended.err
    (folder / "a.json").write_text(ended.out, encoding="utf-8")


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory()
    furnish(Path(made.name), TALL, lambda folder, *words: finished(program(*words), folder))
    return made


def furnished(folder: Path, /) -> Path:
    """Put what the lines read into this folder; where its result is."""
    shutil.copytree(_made().name, folder, dirs_exist_ok=True)
    return folder / "sound"


def readers() -> tuple[Line, ...]:
    """Those that read the result ``sound``."""
    return tuple(line for line in LINES if "sound" in line.words)


def writers() -> tuple[Line, ...]:
    """Those that write."""
    return tuple(line for line in LINES if line.made)
