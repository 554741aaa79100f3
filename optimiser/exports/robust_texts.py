"""The plans over samples of the uncertain parameters: for a spreadsheet, for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.exports.escaping import markdown
from optimiser.language import tr, trn
from optimiser.results.claim_words import percent
from optimiser.results.table import cell_text, number, table_text
from optimiser.results.wording import column_words, override_words, readable_or, title_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimiser.analysis.robust import Robustness, RobustPlan

__all__ = ["text"]

_SPREAD = ("mean", "p5", "p95", "worst", "cvar")


def text(found: Robustness, format: str, /) -> str:
    """As ``csv``, one plan a row, or as ``md``."""
    return table_text([_header(found), *_rows(found)]) if format == "csv" else _markdown(found)


def _header(found: Robustness) -> tuple[str, ...]:
    spreads = [f"{c.name}.{part}" for c in found.result.front.columns for part in _SPREAD]
    shares = ("feasible", "efficient", "regret.max", "regret.mean")
    return ("plan", "rank", "reference", *shares, "region", *spreads)


def _rows(found: Robustness) -> Iterator[tuple[str, ...]]:
    for one in found.plans:
        regret = ("", "")
        if one.regret is not None:
            regret = (number(one.regret.max), number(one.regret.mean))
        yield (
            one.plan.id,
            _rank(found, one),
            one.plan.name,
            number(one.feasible),
            number(one.efficient),
            *regret,
            "" if one.region is None else one.region.words,
            *(cell_text(getattr(spread, part)) for spread in one.spreads for part in _SPREAD),
        )


def _rank(found: Robustness, one: RobustPlan) -> str:
    row = one.plan.row
    return "" if row is None else str(found.result.ranking.rank[row])


def _markdown(found: Robustness) -> str:
    lines = [f"## {markdown(title_words(found.result.scenario))}", ""]
    if changed := override_words(found.result.scenario):
        lines += [f"*{markdown(changed)}*", ""]
    count = len(found.drawn.values)
    drawn = f"{count:,}"
    words = trn(
        "{drawn} sample, seed {seed}",
        "{drawn} samples, seed {seed}",
        count,
        drawn=drawn,
        seed=found.seed,
    )
    lines += [words, ""]
    headings = [tr("rank"), tr("plan"), tr("holds in"), tr("efficient in")]
    regret = [tr("largest regret"), tr("mean regret")] if found.ideals is not None else []
    lines += _table([*headings, *regret], [_shares(found, one) for one in found.plans])
    parts = [tr("mean"), tr("5 %"), tr("95 %"), tr("worst")]
    parts.append(tr("CVaR {level:g} %", level=100 * found.level))
    for k, column in enumerate(found.result.front.columns):
        unit = f" [{column.unit}]" if column.unit else ""
        lines += ["", f"### {markdown(column_words(column) + unit)}", ""]
        values = [getattr(one.spreads[k], part) for one in found.plans for part in _SPREAD]
        texts = readable_or(values, "")
        width = len(_SPREAD)
        rows = [
            [_named(one), *texts[place * width : (place + 1) * width]]
            for place, one in enumerate(found.plans)
        ]
        lines += _table([tr("plan"), *parts], rows)
    return "\n".join([*lines, "", *(f"- {markdown(note)}" for note in found.notes)]) + "\n"


def _shares(found: Robustness, one: RobustPlan) -> list[str]:
    shares = [one.feasible, one.efficient]
    if one.regret is not None:
        shares += [one.regret.max, one.regret.mean]
    cells = [percent(share) for share in shares]
    missing = (4 if found.ideals is not None else 2) - len(cells)
    return [_rank(found, one), _named(one), *cells, *[""] * missing]


def _named(one: RobustPlan) -> str:
    return f"`{one.plan.id}` {markdown(one.plan.name)}".strip()


def _table(headings: list[str], rows: list[list[str]]) -> list[str]:
    ruled = f"| --- |{' ---: |' * (len(headings) - 1)}"
    return [f"| {' | '.join(headings)} |", ruled, *(f"| {' | '.join(row)} |" for row in rows)]
