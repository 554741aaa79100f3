"""Small tables: the library of scenarios, what a verification found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.render.layout import Field, tables
from optimiser.render.terminal import plain
from optimiser.results.wording import ARROWS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.verification import Verified
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["scenarios", "verification"]


_FINDINGS = 20


def scenarios(
    found: Sequence[Scenario], /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """The library: what each scenario is about, and what it decides and wants."""
    fields = [
        Field("name", [scenario.name for scenario in found], left=True),
        Field("decisions", [_decisions(scenario) for scenario in found], left=True),
        Field("about", [_about(scenario) for scenario in found], words=True),
    ]
    yield from tables(fields, width, keys=1)
    yield ""
    yield Text("optimise run NAME solves one; optimise init --template NAME DIR copies one")


def _decisions(scenario: Scenario, /) -> str:
    counts = (
        (len(scenario.technologies), "technology", "technologies"),
        (len(scenario.variables), "variable", "variables"),
    )
    return ", ".join(
        f"{count} {one if count == 1 else many}" for count, one, many in counts if count
    )


def _about(scenario: Scenario, /) -> list[str]:
    wanted = ", ".join(
        f"{name} {ARROWS[objective.sense]}" for name, objective in scenario.objectives.items()
    )
    invented = " (illustrative)" if scenario.illustrative else ""
    return f"{plain(scenario.title or scenario.name)}{invented}: {wanted}".split()


def verification(
    path: str, result: Result, verified: Verified, /, *, named: bool = False
) -> Iterator[RenderableType]:
    """What does not hold; else what was checked, and what was not.

    Args:
        path: of the result.
        result: it.
        verified: what became of it.
        named: whether to say which result it is.
    """
    before = f"{path}: " if named else ""
    for finding in verified.findings[:_FINDINGS]:
        yield Text(plain(f"{before}{finding}"))
    if len(verified.findings) > _FINDINGS:
        yield Text(plain(f"{before}... and {len(verified.findings) - _FINDINGS} more"))
    if verified.findings:
        return
    plans = "1 plan" if len(result.front) == 1 else f"{len(result.front)} plans"
    yield Text(
        plain(
            f"{before}verified: {plans} computed again; feasible, values right, none dominated, "
            "ranks right"
        )
    )
    for words in verified.checked:
        yield Text(plain(words))
    for words in verified.unchecked.values():
        yield Text(plain(f"not checked: {words}"))
