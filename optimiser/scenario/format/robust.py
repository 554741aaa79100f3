"""In which sense plans are good where parameters are uncertain, and the sample that this rests on.

| kind | argument | an objective is |
|---|---|---|
| ``expected`` | | its mean |
| ``worst`` | | its worst value |
| ``cvar`` | A, 0 to below 1 | the mean of its worst values, a share 1 - A of all |
| ``regret`` | | how far it is, at worst, from the best that could be had had one known |
| ``gamma`` | G, from 0 up | its worst value while at most G parameters are off |
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from optimiser.errors import UsageError
from optimiser.frozen import dataclass
from optimiser.language import listed, marked, tr
from optimiser.patterns import pattern

__all__ = ["KINDS", "Robust", "parse_robust"]

KINDS: Final = ("expected", "worst", "cvar", "regret", "gamma")
_PLAIN: Final = pattern(r"[0-9]+(\.[0-9]+)?|\.[0-9]+")
_WITHOUT: Final = ("expected", "worst", "regret")
_HELP: Final = marked("write expected, worst, regret, cvar:0.9 or gamma:2")
_WORDS: Final = {
    "expected": marked(
        "robust: each objective is its expected value, all else at the parameters' own values"
    ),
    "worst": marked(
        "robust: each objective is its worst value, all else at the parameters' own values"
    ),
    "cvar": marked(
        "robust: each objective is the mean of its worst {share} of values, all else at the "
        "parameters' own values"
    ),
    "regret": marked(
        "robust: each objective is its largest regret (less is better), all else at the "
        "parameters' own values"
    ),
    "gamma": marked(
        "robust: each objective is its worst value with at most {count} parameters off, all else "
        "at the parameters' own values"
    ),
}


@dataclass(frozen=True)
class Robust:
    """What robust means in one run, completely: whoever has it and the scenario has the problem.

    Attributes:
        kind: one of ``KINDS``.
        arg: its argument as it was typed; empty where it takes none.
        seed: of the sample.
        names: the q uncertain numbers, of a parameter by phase one a phase.
        sample: (count, q) their values, as decimals.
        ideals: of ``regret``: (count, m) the best value of each objective for each vector of the
            sample, in the user's directions, as fractions.
        proven: whether each of the ideals was proven to be one.
        added: of a question about a run: (objective, its sign, its weight), each of which is made
            robust by itself before they are added up, as the run has them; empty where what is
            sought is made robust as a whole.
        constant: what is added to them.
    """

    kind: str
    arg: str = ""
    seed: int = 1
    names: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    ideals: tuple[tuple[str, ...], ...] = ()
    proven: bool = True
    added: tuple[tuple[str, int, Fraction], ...] = ()
    constant: Fraction = Fraction(0)

    @property
    def number(self) -> Fraction:
        """The argument; 0 where there is none."""
        return Fraction(self.arg or 0)

    @property
    def text(self) -> str:
        """As it is typed."""
        return f"{self.kind}:{self.arg}" if self.arg else self.kind

    @property
    def words(self) -> str:
        """What an objective is, for people."""
        share = f"{float(100 * (1 - self.number)):g} %"
        return tr(_WORDS[self.kind], share=share, count=self.arg)

    def vectors(self) -> list[dict[str, Fraction]]:
        """The sample: name -> value, exactly."""
        return [
            {name: Fraction(value) for name, value in zip(self.names, row, strict=True)}
            for row in self.sample
        ]

    def identity(self) -> dict[str, Any]:
        """What it is asked to be; ideals follow from it and the scenario."""
        return {name: v for name, v in self.plain().items() if not name.startswith("ideals")}

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "kind": self.kind,
            "arg": float(self.number) if self.arg else None,
            "typed": self.text,
            "seed": self.seed,
            "parameters": list(self.names),
            "sample": [list(row) for row in self.sample],
            "ideals": [list(row) for row in self.ideals],
            "ideals_proven": self.proven,
        }


def parse_robust(text: str, /) -> tuple[str, str]:
    """``cvar:0.9`` as its kind and its argument.

    Raises:
        UsageError: it is no sense in which a plan can be robust.
    """
    kind, colon, arg = (part.strip() for part in text.strip().partition(":"))
    if kind not in KINDS:
        raise UsageError(tr("--robust {text}: no such sense", text=text), help=tr(_HELP))
    if kind in _WITHOUT:
        if colon:
            raise UsageError(
                f"--robust {text}",
                help=tr("{kinds} take no argument", kinds=listed(_WITHOUT, last="and")),
            )
        return kind, ""
    if not _PLAIN.fullmatch(arg) or (kind == "cvar" and Fraction(arg) >= 1):
        help = (
            tr("cvar takes a number from 0 to below 1: cvar:0.9 is the mean of the worst 10 %")
            if kind == "cvar"
            else tr("gamma takes how many parameters may be off at most: gamma:2")
        )
        raise UsageError(f"--robust {text}", help=help)
    return kind, arg
