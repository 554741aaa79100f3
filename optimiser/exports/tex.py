"""``.tex``: the ranked plans as a table for a paper, with ``booktabs`` over as many pages as it
takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.exports.escaping import latex
from optimiser.language import marked, tr
from optimiser.patterns import pattern
from optimiser.results.claim_words import proof_words
from optimiser.results.overview import overview
from optimiser.results.ranking_words import ranking_words, score_texts
from optimiser.results.wording import (
    ILLUSTRATIVE,
    arrow,
    override_words,
    readable_columns,
    title_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.results import Result
    from optimiser.results.overview import Overview

__all__ = ["SUFFIX", "TITLE", "text"]

SUFFIX = ".tex"
TITLE = marked("the ranked plans as a table for LaTeX, with booktabs")

_CHINESE = pattern("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def text(result: Result, /) -> str:
    """A ``longtable`` to be taken in by ``\\input``; what it needs stands in comments above it."""
    listed = overview(result)
    front = result.front
    columns = f"rlr{'r' * (listed.grouped + len(front.columns))}p{{0.4\\linewidth}}"
    lines = [
        rf"\begin{{longtable}}{{{columns}}}",
        rf"\caption{{{latex(title_words(result.scenario))}}}\\",
        r"\toprule",
        *_heads(result, listed),
        r"\midrule",
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        *_rows(result, listed),
        r"\end{longtable}",
        "",
        *(rf"\noindent {latex(words)}\par" for words in _below(result, listed)),
    ]
    table = "\n".join(lines) + "\n"
    needs = [r"% \usepackage{booktabs,longtable}"]
    if _CHINESE.search(table):
        needs += [r"% \usepackage{ctex}", tr("% Chinese needs XeLaTeX or LuaLaTeX")]
    return "\n".join([*needs, table])


def _heads(result: Result, listed: Overview, /) -> list[str]:
    """Titles, and units beneath where there are any."""
    columns = result.front.columns
    titles = [" ".join(filter(None, (c.title or c.name, arrow(c)))) for c in columns]
    grouped = [tr("stands for")] if listed.grouped else []
    heads = [tr("rank"), tr("plan"), tr("score"), *grouped, *titles, tr("decisions")]
    lines = [_line(map(latex, heads))]
    if any(column.unit for column in columns):
        units = [latex(column.unit) for column in columns]
        lines.append(_line(["", "", "", *[""] * listed.grouped, *units, ""]))
    return lines


def _rows(result: Result, listed: Overview, /) -> list[str]:
    """The plans, then the reference plans behind a line of their own."""
    front, outcomes, rows = result.front, result.reference_plans, listed.rows
    values = readable_columns(
        [*front.y[list(rows), j].tolist(), *(outcome.objectives[j] for outcome in outcomes)]
        for j in range(len(front.columns))
    )
    scores = score_texts(result, rows, references=True)
    decided = listed.plan_words(result, rows)
    lines = []
    for at, row in enumerate(rows):
        counts = [str(listed.counts[at])] if listed.grouped else []
        cells = [*counts, *(latex(column[at]) for column in values)]
        rank, plan = str(result.ranking.rank[row]), rf"\texttt{{{front.ids[row]}}}"
        words = latex(" + ".join(decided[at]))
        lines.append(_line([rank, plan, latex(scores[at]), *cells, words]))
    if outcomes:
        lines.append(r"\midrule")
    for at, outcome in enumerate(outcomes, start=len(rows)):
        cells = [*[""] * listed.grouped, *(latex(column[at]) for column in values)]
        name = latex(outcome.name)
        lines.append(_line(["", name, latex(scores[at]), *cells, latex(outcome.title)]))
    return lines


def _below(result: Result, listed: Overview, /) -> list[str]:
    """What is said below the table."""
    said = [
        tr(ILLUSTRATIVE) if result.scenario.illustrative else "",
        override_words(result.scenario),
        *listed.common_words(result),
        *listed.words_below(result, listed.rows),
        ranking_words(result.front, result.ranking),
        proof_words(result.front),
    ]
    return [tr("{sentence}.", sentence=words[0].upper() + words[1:]) for words in said if words]


def _line(cells: Sequence[str] | map[str], /) -> str:
    return " & ".join(cells) + r" \\"
