"""A scenario drafted from a table of technologies: what the table cannot say is guessed, and each
guess says so.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from optimiser.language import tr
from optimiser.session.senses import Judged, judged

if TYPE_CHECKING:
    from optimiser.scenario import EffectColumn, EffectTable

__all__ = ["draft"]

_OBJECTIVES: Final = 2  # the front of two objectives fits on a page; a third is one line away


def draft(table: EffectTable, name: str, /) -> str:
    """The YAML text of a scenario whose technologies are the rows of a table beside it.

    Args:
        table: what the table holds.
        name: its file name.
    """
    columns = table.columns
    senses = {column.name: judged(column.name, column.effects) for column in columns}
    return (
        "\n".join(
            [
                *_head(table, name, chosen=bool(_chosen(senses))),
                *_indicators(columns),
                *_objectives(columns, senses),
                *_tail(columns, senses),
            ]
        )
        + "\n"
    )


def _head(table: EffectTable, file: str, *, chosen: bool) -> list[str]:
    stem = unicodedata.normalize("NFKC", file.rpartition(".")[0])
    name = (
        "".join(c if c == "-" or f"a{c}".isidentifier() else "-" for c in stem).strip("-") or "plan"
    )
    drafted = tr(
        "Drafted from the table {table}. What the table does not say is guessed here: read each "
        "comment, then",
        table=_flat(file),
    )
    checks = tr("optimise check scenario.yaml     finds mistakes")
    choose = tr("It runs once you have chosen an objective below.")
    version, numbers = tr("version of the format"), tr("where the numbers come from")
    runs = tr("optimise run scenario.yaml       finds every plan that no other plan beats")
    columns = tr(
        "The technologies, one a row: id, title, layer, requires, excludes; every other column is "
        "an indicator."
    )
    baseline = tr("What is measured. The baseline is the value today, when nothing is adopted.")
    return [
        f"# {drafted}",
        f"#   {checks}",
        f"#   {runs}",
        *([] if chosen else [f"# {choose}"]),
        f"optimise: 1                     # {version}",
        f"name: {_quoted(name)}",
        f"title: {_quoted(stem[:1].upper() + stem[1:].replace('_', ' '))}",
        f'source: ""                      # {numbers}',
        "",
        f"# {columns}",
        f"catalogue: {table.catalogue}",
        "",
        f"# {baseline}",
        "indicators:",
    ]


def _indicators(columns: Sequence[EffectColumn]) -> list[str]:
    lines = []
    today = tr("replace 100 by the value today: the percentages in the table count of it")
    for column in columns:
        fields, comment = [], ""
        if any(effect.endswith("%") for effect in column.effects):
            fields.append("baseline: 100")
            comment = f"   # {today}"
        if column.unit:
            fields.append(f"unit: {_quoted(column.unit)}")
        lines.append(f"  {column.name}: {{{', '.join(fields)}}}{comment}")
    return [*lines, ""]


def _objectives(columns: Sequence[EffectColumn], senses: Mapping[str, Judged]) -> list[str]:
    chosen = _chosen(senses)
    open_ones = [name for name, (sense, _) in senses.items() if sense is None]
    guessed = tr(
        "What makes one plan better than another. The senses are guessed from the names of the "
        "columns."
    )
    both = tr("minimise or maximise")
    lines = [f"# {guessed}", "objectives:"]
    for column in columns:
        sense, why = senses[column.name]
        mark = "" if column.name in chosen else "# "
        text = f"{mark}{column.name}: {sense or both}"
        lines.append(f"  {text}{' ' * max(1, 26 - len(text))}# {why}")
    if open_ones:
        choose = tr("Where both stand, choose minimise or maximise before you take the # away.")
        lines.append(f"  # {choose}")
    if len(chosen) < len(columns) - len(open_ones):
        more = tr("Take the # away from one more objective to see what it costs in the others.")
        lines.append(f"  # {more}")
    return [*lines, ""]


def _tail(columns: Sequence[EffectColumn], senses: Mapping[str, Judged]) -> list[str]:
    first = next((c for c in columns if senses[c.name][0] == "minimise"), columns[0])
    why, today = tr("approved for next year"), tr("As it is")
    plans = tr("Plans you have in mind: the result says whether a better one exists.")
    limits = tr("What every plan must satisfy; replace the number and take the # away.")
    return [
        f"# {limits}",
        "# constraints:",
        f"#   budget: {{expr: {first.name} <= 20, why: {why}}}",
        "",
        f"# {plans}",
        "plans:",
        f"  today: {{title: {today}, adopt: {{}}}}",
    ]


def _chosen(senses: Mapping[str, Judged]) -> list[str]:
    """The objectives to begin with: one of each sense where there are both."""
    decided = {name: sense for name, (sense, _) in senses.items() if sense is not None}
    firsts = [
        next((name for name in decided if decided[name] == sense), None)
        for sense in ("minimise", "maximise")
    ]
    named = [name for name in firsts if name is not None]
    return [*named, *(name for name in decided if name not in named)][:_OBJECTIVES]


def _quoted(text: str) -> str:
    """A text as YAML reads it back; JSON strings are YAML."""
    plain = re.fullmatch(r"[^\W\d_]([\w ./-]*\w)?", text) and text.casefold() not in (
        "true",
        "false",
        "null",
        "inf",
        "nan",
    )
    return text if plain else _escaped(json.dumps(text, ensure_ascii=False))


def _flat(text: str) -> str:
    """A text for a comment: on one line."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _escaped(text: str) -> str:
    return re.sub(
        "[\x7f-\xa0\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match.group()):04x}", text
    )
