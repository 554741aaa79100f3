"""Small tables: the library of scenarios, what a verification found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from optimiser.language import listed, tr, trn
from optimiser.render.layout import Field, apart
from optimiser.render.terminal import plain
from optimiser.results.wording import ARROWS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from optimiser.analysis.verification import Verified
    from optimiser.scenario import Scenario

__all__ = ["scenarios", "verification"]


_FINDINGS = 20


def scenarios(
    found: Sequence[Scenario], /, *, width: int | None = None
) -> Iterator[RenderableType]:
    """The library: what each scenario is about, and what it decides and wants."""
    fields = [
        Field(tr("name"), [scenario.name for scenario in found], left=True),
        Field(tr("decisions"), [_decisions(scenario) for scenario in found], left=True),
        Field(tr("about"), [_about(scenario) for scenario in found], words=True),
    ]
    yield from apart(fields, width, keys=1)
    yield ""
    yield Text(tr("optimise run NAME solves one; optimise init --template NAME DIR copies one"))


def _decisions(scenario: Scenario, /) -> str:
    words = []
    if scenario.technologies:
        words.append(
            trn("{number} technology", "{number} technologies", len(scenario.technologies))
        )
    if scenario.variables:
        words.append(trn("{number} variable", "{number} variables", len(scenario.variables)))
    return listed(words)


def _about(scenario: Scenario, /) -> str:
    wanted = ", ".join(
        f"{name} {ARROWS[objective.sense]}" for name, objective in scenario.objectives.items()
    )
    title = plain(scenario.title or scenario.name)
    return (
        tr("{title} (illustrative): {wanted}", title=title, wanted=wanted)
        if scenario.illustrative
        else tr("{title}: {wanted}", title=title, wanted=wanted)
    )


def verification(
    path: str, plans: int, verified: Verified, /, *, named: bool = False
) -> Iterator[RenderableType]:
    """What does not hold; else what was checked, and what was not.

    Args:
        path: of the result.
        plans: how many it lists.
        verified: what became of it.
        named: whether to say which result it is.
    """
    before = tr("{label}: {words}", label=path, words="") if named else ""
    for finding in verified.findings[:_FINDINGS]:
        yield Text(plain(f"{before}{finding}"))
    if len(verified.findings) > _FINDINGS:
        number = len(verified.findings) - _FINDINGS
        some = tr("... and at least {number} more", number=number)
        words = some if verified.some else tr("... and {number} more", number=number)
        yield Text(plain(before + words))
    if verified.findings:
        return
    words = trn(
        "verified: {number} plan computed again; feasible, values right, none dominated, "
        "ranks right",
        "verified: {number} plans computed again; feasible, values right, none dominated, "
        "ranks right",
        plans,
    )
    yield Text(plain(before + words))
    for words in verified.checked:
        yield Text(plain(words))
    for words in verified.unchecked.values():
        yield Text(plain(tr("not checked: {what}", what=words)))
