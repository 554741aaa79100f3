"""The variants of a sweep: what each of them is, what is solved, and what is told of it.

A variant is the scenario with some values set as ``--set`` does. Its name is made of its content:
of the scenario, the values, what is asked of the run and the version, so that the same question has
the same folder, whoever asks it and in whatever order.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from optimiser.errors import InterruptedRun, OptimiseError, ScenarioError
from optimiser.language import tr
from optimiser.results.document import SCHEMA_VERSION
from optimiser.results.places import FRONT_FILE, RESULT_FILE
from optimiser.results.table import csv_text, is_number
from optimiser.results.versions import installed_version
from optimiser.sweeps.kept import design_record
from optimiser.sweeps.varying import grid

if TYPE_CHECKING:
    from optimiser.results import Result
    from optimiser.scenario import Scenario
    from optimiser.sweeps.varying import Variation

__all__ = [
    "VARIANT_FILE",
    "Design",
    "SolvedVariant",
    "Variant",
    "VariantWork",
    "designed",
    "failure",
    "missing",
]

VARIANT_FILE: Final = "variant.json"
"""What is told of a variant, beside its result."""

_DIGITS: Final = 12
#: a --set that cannot be applied, an unknown key
_NOWHERE: Final = ("S063", "S011")


@dataclass(frozen=True)
class Variant:
    """One variant.

    Attributes:
        id: made of its content; the name of its folder.
        values: by path, as they are written.
    """

    id: str
    values: Mapping[str, str]

    @property
    def record(self) -> dict[str, float | str]:
        """The values as JSON has them: numbers where they are."""
        return {path: _value(text) for path, text in self.values.items()}


def _value(text: str) -> float | str:
    if not is_number(text):
        return text
    found = float(text)
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


@dataclass(frozen=True)
class Design:
    """What a sweep is: everything that a process needs to solve any of its variants.

    Attributes:
        name: of the scenario.
        scenario_hash: of the scenario that is varied.
        resolved: that scenario, with everything it needs.
        file: from which it was read.
        changes: how it was changed: by ``--set``, by ``--at``.
        asked: what is asked of each run in the place of what the scenario says.
        varied: the paths.
        beside: what is set with all of them.
        set_new: whether what is set may add what has an id of its own.
        values: of each variant, in the order of the paths.
    """

    name: str
    scenario_hash: str
    resolved: Mapping[str, Any]
    file: str
    changes: tuple[tuple[str, ...], str]
    asked: Mapping[str, Any]
    varied: tuple[str, ...]
    beside: tuple[str, ...]
    set_new: bool
    values: tuple[tuple[str, ...], ...]

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """In their order."""
        same = json.dumps(
            [self.scenario_hash, dict(self.asked), self.beside, installed_version()],
            sort_keys=True,
        )
        known = hashlib.sha256(same.encode())
        return tuple(self._named(known.copy(), row) for row in self.values)

    def _named(self, known: Any, row: tuple[str, ...]) -> Variant:
        values = dict(zip(self.varied, row, strict=True))
        known.update(json.dumps(values, sort_keys=True).encode())
        return Variant(f"v{known.hexdigest()[:_DIGITS]}", values)

    def overrides(self, variant: Variant, /) -> list[str]:
        """What is set in a variant, as ``--set`` takes it."""
        return [*self.beside, *(f"{path}={value}" for path, value in variant.values.items())]

    def json_text(self) -> str:
        """As it is kept, the same from whoever makes it."""
        record = {"schema_version": SCHEMA_VERSION, **asdict(self)}
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, text: str, /) -> Design:
        """From what :meth:`json_text` gave.

        Raises:
            ValueError: it is something else.
        """
        record = design_record(text)
        return cls(
            record["name"],
            record["scenario_hash"],
            record["resolved"],
            record["file"],
            (tuple(record["changes"][0]), record["changes"][1]),
            record["asked"],
            tuple(record["varied"]),
            tuple(record["beside"]),
            record["set_new"],
            tuple(map(tuple, record["values"])),
        )


def designed(
    scenario: Scenario,
    axes: Sequence[Variation],
    /,
    *,
    asked: Mapping[str, Any] | None = None,
    set_new: bool = False,
) -> Design:
    """The sweep of a scenario over the grid of what is varied.

    Args:
        scenario: with what is changed in all variants.
        axes: what is varied.
        asked: options of :class:`optimiser.engine.Options` in the place of the scenario's own.
        set_new: whether values may be of ids that are not there, such as a new technology.

    Raises:
        UsageError: nothing is varied, or a path twice, or there are too many variants.
        ScenarioError: a path leads nowhere.
    """
    variants = list(grid(axes))
    values, beside = variants[0]
    found = Design(
        str(scenario.name),
        scenario.scenario_hash,
        scenario.resolved(),
        scenario.file,
        scenario.changes,
        dict(asked or {}),
        tuple(values),
        beside,
        set_new,
        tuple(tuple(one.values()) for one, _ in variants),
    )
    _insist_on_paths(scenario, found)
    return found


def _insist_on_paths(scenario: Scenario, design: Design) -> None:
    """Refuse a path that leads nowhere now, and not in every variant."""
    from optimiser.scenario.loading import examine_changed

    # nearly always all lead somewhere, which is asked once for a thousand paths
    typed = [*design.beside]
    typed += [
        f"{path}={value}" for path, value in zip(design.varied, design.values[0], strict=True)
    ]
    _, findings = examine_changed(scenario, overrides=typed, set_new=design.set_new)
    if not any(one.code in _NOWHERE for one in findings.ordered()):
        return
    for path, value in zip(design.varied, design.values[0], strict=True):
        typed = [*design.beside, f"{path}={value}"]
        _, findings = examine_changed(scenario, overrides=typed, set_new=design.set_new)
        wrong = [
            one
            for one in findings.ordered()
            # a key that is unknown within a value is the fault of that value
            if one.code == "S063" or (one.code == "S011" and one.column <= len(path))
        ]
        if wrong:
            raise ScenarioError(tr("--vary {path} leads nowhere", path=path), diagnostics=wrong)


@dataclass(frozen=True)
class SolvedVariant:
    """What became of a variant.

    Attributes:
        summary: what is told of it, ready for JSON.
        files: name -> content of its folder.
    """

    summary: Mapping[str, Any]
    files: Mapping[str, str]


@dataclass(frozen=True)
class VariantWork:
    """Solves variants; it can be sent to another process or machine, and needs no file there."""

    design: Design

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario that is varied."""
        from optimiser.scenario import from_resolved

        design = self.design
        found = from_resolved(design.resolved).changed_by(*design.changes)
        return found.traced(design.resolved.get("sources", {}), file=design.file)

    def __call__(self, variant: Variant, /) -> SolvedVariant:
        """The result of a variant, or why there is none."""
        began = time.monotonic()
        try:
            result = self._result(variant, began)
        except InterruptedRun:
            raise
        except Exception as error:
            seconds = time.monotonic() - began
            summary = failure(variant, error, seconds)
            return SolvedVariant(summary, _files(summary))
        if result.front.proof.stopped == "interrupted":
            raise InterruptedRun(
                tr("interrupted"), help=tr("what was solved is kept: start the sweep again")
            )
        summary = _summary(variant, result, time.monotonic() - began)
        files = {
            FRONT_FILE: csv_text(result.front, result.ranking),
            RESULT_FILE: result.json_text(),
        }
        return SolvedVariant(summary, {**files, **_files(summary)})

    def _result(self, variant: Variant, began: float) -> Result:
        from optimiser.advice import check_changed
        from optimiser.study.solving import options_of, solve

        overrides = self.design.overrides(variant)
        scenario, findings = check_changed(
            self.scenario,
            overrides=overrides,
            set_new=self.design.set_new,
            method=self.design.asked.get("method"),
        )
        if scenario is None:
            errors = [one for one in findings if one.severity == "error"]
            raise ScenarioError(errors[0].message, help=errors[0].help, diagnostics=errors)
        options = replace(options_of(scenario), **{"workers": 1, **self.design.asked})
        return solve(scenario, options, spent=time.monotonic() - began)


def _files(summary: Mapping[str, Any]) -> dict[str, str]:
    return {VARIANT_FILE: json.dumps(summary, ensure_ascii=False, allow_nan=False) + "\n"}


def failure(variant: Variant, error: Exception, seconds: float, /) -> dict[str, Any]:
    """What is told of a variant that failed."""
    code, message = OptimiseError.exit_code, f"{type(error).__name__}: {error}"
    if isinstance(error, OptimiseError):
        code, message = error.exit_code, error.message
    if isinstance(error, ScenarioError) and error.diagnostics:  # a row has room for one
        first = error.diagnostics[0]
        message = f"{first.code}: {first.message}"
    return _told(variant, "failed", code, seconds, error=message)


def _told(
    variant: Variant, status: str, code: int, seconds: float, /, **known: Any
) -> dict[str, Any]:
    """What is told of any variant; what is not known is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "id": variant.id,
        "values": variant.record,
        "status": status,
        "exit": code,
        "error": None,
        "proof": None,
        "ideal": None,
        "best": None,
        "seconds": round(seconds, 3),
        "core": None,
        "plans": 0,
        "columns": [],
        "points": [],
        "exact": {},
        "cells": [],
        **known,
    }


def missing(variant: Variant, /) -> dict[str, Any]:
    """What is told of a variant that is still to be solved."""
    return _told(variant, "missing", 0, 0.0)


def _summary(variant: Variant, result: Result, seconds: float) -> dict[str, Any]:
    from optimiser.analysis.adoption import adopted, choices
    from optimiser.results.exact_values import exact_text

    front = result.front
    proof, names = front.proof, choices(result.scenario, front)
    signed = front.minimised.min(axis=0) * front.signs + 0.0
    index = adopted(front, names).mean(axis=0) if names else []
    return _told(
        variant,
        "done",
        0,
        seconds,
        proof={"status": proof.status, "basis": proof.basis, "gap": proof.gap},
        ideal=dict(zip((c.name for c in front.columns), map(float, signed), strict=True)),
        best=front.ids[0],
        core=dict(zip(names, map(float, index), strict=True)),
        plans=len(front),
        columns=[
            {"name": c.name, "title": c.title, "unit": c.unit, "sense": c.sense}
            for c in front.columns
        ],
        points=front.y.tolist(),
        exact={front.columns[j].name: list(map(exact_text, front.told(j))) for j in front.hidden},
        cells=[list(cell) for cell in proof.cells],
    )
