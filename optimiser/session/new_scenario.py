"""A scenario drafted from a table of technologies: what the table cannot say is guessed, and each
guess says so.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from optimiser.scenario import EffectColumn

__all__ = ["draft"]

_SAVED: Final = ("sav", "avoid", "reduc", "abat", "gain", "profit", "revenue", "benefit")
_SPENT: Final = (
    "cost",
    "invest",
    "capex",
    "opex",
    "price",
    "spend",
    "expens",
    "expend",
    "fee",
    "budget",
    "outlay",
)
_USED: Final = (
    "energy",
    "power",
    "electric",
    "fuel",
    "gas",
    "coal",
    "heat",
    "steam",
    "co2",
    "co2e",
    "carbon",
    "emission",
    "ghg",
    "nox",
    "sox",
    "dust",
    "water",
    "waste",
    "time",
    "delay",
    "lead",
    "risk",
    "loss",
    "defect",
    "scrap",
    "downtime",
    "intensity",
)
#: the same in Chinese, where a name is not cut into words
_SAVED_WORDS: Final = (
    "节约",
    "节省",
    "节能",
    "减排",
    "降低",
    "减少",
    "避免",
    "收益",
    "利润",
    "收入",
    "效益",
)
_SPENT_WORDS: Final = (
    "成本",
    "费用",
    "投资",
    "价格",
    "支出",
    "花费",
    "开支",
    "预算",
    "造价",
    "资金",
)
_USED_WORDS: Final = (
    "能耗",
    "能源",
    "电耗",
    "用电",
    "耗电",
    "燃料",
    "煤",
    "天然气",
    "蒸汽",
    "排放",
    "碳",
    "用水",
    "水耗",
    "废",
    "时间",
    "工期",
    "延误",
    "风险",
    "损失",
    "缺陷",
    "次品",
    "停机",
    "粉尘",
    "强度",
    "消耗",
)
_OBJECTIVES: Final = 2  # the front of two objectives fits on a page; a third is one line away


def draft(columns: Sequence[EffectColumn], table: str, /) -> str:
    """The YAML text of a scenario whose technologies are the rows of a table beside it.

    Args:
        columns: the table's columns of effects.
        table: its file name.
    """
    wanted = {column.name: _wanted(column) for column in columns}
    chosen = _chosen(columns, wanted)
    return (
        "\n".join(
            [
                *_head(table),
                *_indicators(columns),
                *_objectives(columns, wanted, chosen),
                *_tail(columns, wanted),
            ]
        )
        + "\n"
    )


def _head(table: str) -> list[str]:
    stem = unicodedata.normalize("NFKC", table.rpartition(".")[0])
    name = (
        "".join(c if c == "-" or f"a{c}".isidentifier() else "-" for c in stem).strip("-") or "plan"
    )
    return [
        f"# Drafted from the table {_flat(table)}. What the table does not say is guessed here: "
        "read each comment, then",
        "#   optimise check scenario.yaml     finds mistakes",
        "#   optimise run scenario.yaml       finds every plan that no other plan beats",
        "optimise: 1                     # version of the format",
        f"name: {_quoted(name)}",
        f"title: {_quoted(stem[:1].upper() + stem[1:].replace('_', ' '))}",
        'source: ""                      # where the numbers come from',
        "",
        "# The technologies, one a row: id, title, layer, requires, excludes; every other column "
        "is an indicator.",
        f"catalogue: {_quoted(table)}",
        "",
        "# What is measured. The baseline is the value today, when nothing is adopted.",
        "indicators:",
    ]


def _indicators(columns: Sequence[EffectColumn]) -> list[str]:
    lines = []
    for column in columns:
        fields, comment = [], ""
        if any(effect.endswith("%") for effect in column.effects):
            fields.append("baseline: 100")
            comment = (
                "   # replace 100 by the value today: the percentages in the table count of it"
            )
        if column.unit:
            fields.append(f"unit: {_quoted(column.unit)}")
        lines.append(f"  {column.name}: {{{', '.join(fields)}}}{comment}")
    return [*lines, ""]


def _objectives(
    columns: Sequence[EffectColumn], wanted: dict[str, tuple[str, str]], chosen: Sequence[str]
) -> list[str]:
    lines = [
        "# What makes one plan better than another. The senses are guessed from the names of the "
        "columns.",
        "objectives:",
    ]
    for column in columns:
        sense, why = wanted[column.name]
        mark = "" if column.name in chosen else "# "
        lines.append(
            f"  {mark}{column.name}: {sense}{' ' * max(1, 24 - len(mark + column.name + sense))}# "
            f"{why}"
        )
    if len(chosen) < len(columns):
        lines.append(
            "  # Take the # away from one more objective to see what it costs in the others."
        )
    return [*lines, ""]


def _tail(columns: Sequence[EffectColumn], wanted: dict[str, tuple[str, str]]) -> list[str]:
    first = next((c for c in columns if wanted[c.name][0] == "minimise"), columns[0])
    return [
        "# What every plan must satisfy; replace the number and take the # away.",
        "# constraints:",
        f"#   budget: {{expr: {first.name} <= 20, why: approved for next year}}",
        "",
        "# Plans you have in mind: the result says whether a better one exists.",
        "plans:",
        "  today: {title: As it is, adopt: {}}",
    ]


def _wanted(column: EffectColumn) -> tuple[str, str]:
    """The sense that a column's name suggests, and why."""
    words = [word for word in re.split("[^a-z0-9]+", column.name.casefold()) if word]
    if any(word.startswith(_SAVED) for word in words) or any(
        part in column.name for part in _SAVED_WORDS
    ):
        return "maximise", "guess: the name speaks of what is gained or avoided"
    if any(word.startswith(_SPENT) for word in words) or any(
        part in column.name for part in _SPENT_WORDS
    ):
        return "minimise", "guess: the name speaks of money spent"
    if any(word.startswith(_USED) for word in words) or any(
        part in column.name for part in _USED_WORDS
    ):
        if column.effects and all(_positive(effect) for effect in column.effects):
            return (
                "maximise",
                "guess: no effect is negative, so they look like savings; else write minimise",
            )
        return "minimise", "guess: the name speaks of what is used up or emitted"
    return "maximise", "guess: more is better, unless a name speaks of costs, energy or emissions"


def _chosen(columns: Sequence[EffectColumn], wanted: dict[str, tuple[str, str]]) -> list[str]:
    """The objectives to begin with: one of each sense where there are both."""
    firsts = [
        next((c.name for c in columns if wanted[c.name][0] == sense), None)
        for sense in ("minimise", "maximise")
    ]
    named = [name for name in firsts if name is not None]
    return [*named, *(c.name for c in columns if c.name not in named)][:_OBJECTIVES]


def _positive(effect: str) -> bool:
    try:
        return float(effect.rstrip("% ")) >= 0
    except ValueError:
        return False


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
