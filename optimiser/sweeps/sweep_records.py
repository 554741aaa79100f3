"""A sweep as plain values for JSON, and as ``sweep.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimiser.analysis.records import head
from optimiser.language import tr, trn
from optimiser.results.table import cell_text, table_text
from optimiser.sweeps.breakpoints import Breakpoints

if TYPE_CHECKING:
    from optimiser.front import Column
    from optimiser.sweeps.sweeping import Swept

__all__ = ["best_value", "of_sweep", "sweep_csv"]

NONE: Final = Breakpoints()
"""Where none were looked for."""

_INNER: Final = ("schema_version", "columns", "points", "exact", "cells")
#: what the record of a variant begins with, before its hypervolume
_FIRST: Final = ("id", "values", "status", "exit", "error", "proof", "ideal")


def of_sweep(found: Swept, breaks: Breakpoints = NONE, /) -> dict[str, Any]:
    """The whole answer, ready for JSON.

    ``hypervolume`` is measured in one frame for all variants, which is there too. A variant with
    other objectives, of another sense or unit, has them beside its values. ``unsaved`` is
    there only where a variant could not be written: its plans, as ``front.csv`` would hold them.
    """
    unsaved = found.unsaved
    frame = _frame(found.summaries)
    return {
        **head(found.scenario, "sweep", [*_notes(found, frame), *_of_breaks(breaks)]),
        "varied": list(found.design.varied),
        "variants": [
            {
                **{key: one[key] for key in _FIRST},
                "hypervolume": None if frame is None else frame.volume(one),
                **{key: value for key, value in one.items() if key not in _INNER},
                **({} if frame is None or frame.holds(one) else {"objectives": one["columns"]}),
                "folder": one["id"],
            }
            for one in found.summaries
        ],
        "breakpoints": [
            {
                "path": one.path,
                "value": one.value,
                "enters": list(one.enters),
                "leaves": list(one.leaves),
                "exact": one.exact,
                "between": list(one.between),
                "others": dict(one.others),
            }
            for one in breaks.found
        ],
        "objectives": [] if frame is None else [dict(column) for column in frame.columns],
        "frame": frame and {"ideal": frame.shown(frame.low), "nadir": frame.shown(frame.high)},
        **({} if unsaved is None else {"unsaved": {"variant": unsaved.id, "plans": unsaved.plans}}),
    }


@dataclass(frozen=True)
class _Frame:
    """What hypervolumes are measured in: the best and the worst values of all variants that have
    the same objectives.

    Attributes:
        columns: name, unit and sense of the m objectives.
        low: (m,) the best, minimised.
        high: (m,) the worst.
        places: by objective in which floats do not tell how plans differ, of each value a float.
    """

    columns: Sequence[Mapping[str, str]]
    low: tuple[float, ...]
    high: tuple[float, ...]
    places: Mapping[str, Mapping[Fraction, float]]

    def shown(self, values: Sequence[float]) -> dict[str, float]:
        """In the user's directions."""
        signs = _signs(self.columns).tolist()
        return {
            column["name"]: value * sign + 0.0
            for column, value, sign in zip(self.columns, values, signs, strict=True)
        }

    def holds(self, summary: Mapping[str, Any]) -> bool:
        """Whether a variant has these objectives, or none yet."""
        return not summary["columns"] or summary["columns"] == self.columns

    def volume(self, summary: Mapping[str, Any]) -> float | None:
        """Of the plans of a variant, mixtures included; None where it has other objectives."""
        from optimiser.analysis.regions import Region, Scaling
        from optimiser.analysis.volumes import volume

        if summary["columns"] != self.columns:
            return None
        points = _minimised(summary)
        ideal, spans = [], []
        for k, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            best, worst = Fraction(repr(low)), Fraction(repr(high))
            size = abs(best)
            if places := self.places.get(self.columns[k]["name"]):
                points[:, k] = [places[value] for value in _told(summary, k)]
                best, worst = (Fraction(repr(end(places.values()))) for end in (min, max))
            ideal.append(best)
            spans.append(worst - best or size or Fraction(1))
        cells = tuple(tuple(cell) for cell in summary["cells"] if len(cell) > 1)
        scaling = Scaling(tuple(ideal), tuple(spans))
        return float(volume(Region(points, cells), scaling)[0])


def _signs(columns: Sequence[Mapping[str, str]]) -> Any:
    return np.array([-1.0 if column["sense"] == "maximise" else 1.0 for column in columns])


def _minimised(summary: Mapping[str, Any]) -> Any:
    return np.array(summary["points"], dtype=np.float64) * _signs(summary["columns"]) + 0.0


def _told(summary: Mapping[str, Any], k: int) -> list[Fraction]:
    """Values of an objective, minimised: exact where they are kept."""
    column = summary["columns"][k]
    sign = -1 if column["sense"] == "maximise" else 1
    shown = (repr(float(point[k])) for point in summary["points"])
    return [sign * Fraction(text) for text in summary["exact"].get(column["name"], shown)]


def _frame(summaries: Sequence[Mapping[str, Any]]) -> _Frame | None:
    done = [one for one in summaries if one["status"] == "done"]
    if not done:
        return None
    from optimiser.analysis.joint_order import placed

    columns = done[0]["columns"]
    alike = [one for one in done if one["columns"] == columns]
    points = [_minimised(one) for one in alike]
    places = {
        column["name"]: placed({value for one in alike for value in _told(one, k)})[1]
        for k, column in enumerate(columns)
        if any(column["name"] in one["exact"] for one in alike)
    }
    low, high = (
        end([getattr(own, end.__name__)(axis=0) for own in points], axis=0)
        for end in (np.min, np.max)
    )
    return _Frame(columns, tuple(low.tolist()), tuple(high.tolist()), places)


def best_value(variant: Mapping[str, Any], column: Column, /) -> float | None:
    """The best value of an objective in a variant of a record; None where it has none, or one of
    this name with another sense or unit.
    """
    own = (column.name, column.sense, column.unit)
    for one in variant.get("objectives", ()):
        if one["name"] == column.name and (one["name"], one["sense"], one["unit"]) != own:
            return None
    value: float | None = variant["ideal"].get(column.name)
    return value


def _notes(found: Swept, frame: _Frame | None) -> Iterator[str]:
    if absent := found.counted("missing"):
        yield trn(
            "{number} variant is missing: start the sweep again",
            "{number} variants are missing: start the sweep again",
            absent,
        )
    done = [one for one in found.summaries if one["status"] == "done"]
    other = sum(frame is not None and one["columns"] != frame.columns for one in done)
    if other:
        yield trn(
            "{number} variant has other objectives and no hypervolume in this frame",
            "{number} variants have other objectives and no hypervolume in this frame",
            other,
        )
    unproven = sum(
        not (one["proof"]["status"] == "complete" and one["proof"]["basis"] == "exact")
        for one in done
    )
    if unproven:
        yield trn(
            "{number} variant is not proven complete: its values are those of listed plans",
            "{number} variants are not proven complete: their values are those of listed plans",
            unproven,
        )
    if frame is not None:
        yield tr(
            "hypervolume: scaled by the best and worst values of all variants, reference point 1.1"
        )


def _of_breaks(breaks: Breakpoints) -> Iterator[str]:
    if breaks.open:
        yield trn(
            "technologies change between {number} pair of neighbours: --breakpoints always looks "
            "where",
            "technologies change between {number} pairs of neighbours: --breakpoints always looks "
            "where",
            breaks.open,
        )
    if not all(one.exact for one in breaks.found):
        yield tr(
            "breakpoints between two values are found by halving: changes that undo themselves "
            "between neighbours are not seen"
        )


def sweep_csv(record: Mapping[str, Any], /) -> str:
    """The record of a sweep as a table, one variant a row."""
    variants = record["variants"]
    objectives = list(dict.fromkeys(name for one in variants for name in one["ideal"] or ()))
    heading = ("variant", *record["varied"], "status", "proof")
    ends = ("hypervolume", "best", "seconds", "error")
    lines = [(*heading, *(f"ideal.{name}" for name in objectives), *ends)]
    for one in variants:
        ideal = one["ideal"] or {}
        lines.append(
            (
                one["id"],
                *(cell_text(one["values"][path]) for path in record["varied"]),
                one["status"],
                _proof(one["proof"]),
                *(cell_text(ideal.get(name)) for name in objectives),
                cell_text(one["hypervolume"]),
                one["best"] or "",
                cell_text(one["seconds"]),
                one["error"] or "",
            )
        )
    return table_text(lines)


def _proof(proof: Mapping[str, Any] | None) -> str:
    """As ``--require`` names it."""
    if proof is None:
        return ""
    status = str(proof["status"])
    return f"{status}:numerical" if proof["basis"] == "numerical" else status
