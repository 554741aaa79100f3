"""What an explanation says, in sentences: the same on a terminal and on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.rounded_weights import change_texts, interval_texts, percent_up
from optimiser.language import listed, marked, retold, tr
from optimiser.results.wording import titled_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.breaches import Breach, Slack
    from optimiser.analysis.explaining import Explanation
    from optimiser.analysis.neighbours import Difference
    from optimiser.scenario import Scenario

__all__ = [
    "best_words",
    "constraint_words",
    "differs_words",
    "nearest_words",
    "ordered_words",
    "status_words",
    "way_words",
    "weight_columns",
    "weights_words",
]

_STATUS = {
    ("efficient", True): marked("efficient: no plan at all dominates it (proven)"),
    ("efficient", False): marked("not dominated by a listed plan (not proven efficient)"),
    ("dominated", True): marked("dominated"),
    ("infeasible", True): marked("infeasible"),
}
_BEST = {
    (True, True): marked("most {name} of all listed plans with {limits}"),
    (False, True): marked("least {name} of all listed plans with {limits}"),
    (True, False): marked("most {name} of all listed plans"),
    (False, False): marked("least {name} of all listed plans"),
}


def status_words(found: Explanation, /) -> str:
    """What the plan is among those that are listed."""
    return tr(_STATUS[found.status, found.proven])


def constraint_words(scenario: Scenario, about: Breach | Slack, /) -> str:
    """A constraint, with the phase in which it is; another rule as it is called."""
    if scenario.constraints.get(about.name) is None:
        return retold(about.name)
    if about.phase:
        return tr("{name} in {phase}", name=about.name, phase=about.phase)
    return about.name


def nearest_words(found: Explanation, /) -> str:
    """The smallest change that helps; empty where there is none."""
    scenario, nearest = found.result.scenario, found.nearest
    if nearest is None:
        return ""
    changes = listed(
        tr(
            "{name}: {before} to {after}",
            name=titled_words(scenario, name, ""),
            before=before,
            after=after,
        )
        for name, before, after in nearest.changes
    )
    if found.status == "dominated":
        return tr(
            "smallest change to a listed plan that dominates it, {plan}: {changes}",
            plan=nearest.id,
            changes=changes,
        )
    if nearest.result == "efficient":
        return tr(
            "smallest change to a listed plan, {plan}: {changes}", plan=nearest.id, changes=changes
        )
    return tr("smallest change found that makes it hold: {changes}", changes=changes)


def differs_words(differs: Difference, /) -> str:
    """What a neighbour decides otherwise."""
    said = []
    if differs.add:
        said.append(tr("adds {names}", names=listed(differs.add)))
    if differs.drop:
        said.append(tr("drops {names}", names=listed(differs.drop)))
    if differs.alter:
        said.append(tr("changes {names}", names=listed(differs.alter)))
    return tr("; ").join(said)


def ordered_words(found: Explanation, /) -> str:
    """Which contributions hang on the order of the file; empty where none do."""
    pairs = ((c, found.contributions[c.name]) for c in found.result.front.columns)
    names = [column.title or column.name for column, own in pairs if own.ordered]
    if not names:
        return ""
    return tr(
        "{names}: in the order of the file, as effects change one another; another "
        "order would give other shares",
        names=listed(names),
    )


def weights_words(found: Explanation, /) -> str:
    """What is said of each weight, of a plan that some weights make first."""
    if found.needed is None:
        return tr("Each weight within which it stays first, the others in proportion")
    return tr(
        "The smallest change of weights that makes it first: {share} % of the weight moves",
        share=percent_up(found.needed.distance),
    )


def weight_columns(found: Explanation, /) -> dict[str, Sequence[str]]:
    """By heading each weight as it is, and between what it keeps the plan first or what it has to
    become; empty where no weights make the plan first.
    """
    if found.weight_intervals is not None:
        pairs = zip(found.weights, found.weight_intervals, strict=True)
        now, lows, highs = zip(*(interval_texts(w, *ends) for w, ends in pairs), strict=True)
        return {tr("now"): now, tr("first from"): lows, tr("to"): highs}
    if found.needed is None:
        return {}
    before, after = change_texts(found.weights, found.needed.weights)
    return {tr("now"): before, tr("needed"): after}


def best_words(found: Explanation, /) -> str:
    """The limits under which it is the best, where no weights make it first; else empty."""
    if found.best_when is None:
        return ""
    column = found.result.front.columns[found.best_when.objective]
    said = _BEST[column.sense == "maximise", bool(found.limits)]
    limits = listed(found.limits, last="and")
    return tr(said, name=column.title or column.name, limits=limits)


def way_words(found: Explanation, /) -> tuple[str, ...]:
    """Where to give way first, for each objective in which there is something to gain; of two
    objectives it goes without saying.
    """
    columns = found.result.front.columns
    if len(columns) <= 2:
        return ()
    names = [column.title or column.name for column in columns]
    return tuple(
        tr("to gain in {gained}, give way in {given} first", gained=names[i], given=names[j])
        for i, j in found.way_first.items()
    )
