"""What was learnt as a scenario of its own: it extends the one that was assessed, and changes the
effects that were measured.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimiser import interrupts, paths
from optimiser.advice import check
from optimiser.analysis.significance import probability, verdict
from optimiser.analysis.tolerances import TINY_PROBABILITY
from optimiser.errors import ScenarioError, UsageError
from optimiser.language import listed, tr
from optimiser.results.folder import write_text
from optimiser.scenario import Formula, library
from optimiser.scenario.source.library import locate

if TYPE_CHECKING:
    from optimiser.analysis.learning import Learnt, Lesson

__all__ = ["base_of", "overlay_text", "there_before", "write_overlay"]


def overlay_text(
    learnt: Learnt,
    base: str,
    /,
    *,
    measured: str,
    under: Sequence[str] = (),
    significance: float | None = None,
) -> str:
    """The overlay as YAML, with what each number rests on.

    Args:
        learnt: what was learnt.
        base: the scenario's file, as the overlay names it.
        measured: the table of measurements, as messages call it.
        under: the options under which the forecast was made, as they are typed; the overlay does
            not repeat them.
        significance: only effects whose difference has at most this probability; None takes every
            measured one.

    Raises:
        UsageError: nothing was learnt that could be written.
    """
    kept = [
        one
        for one in learnt.lessons
        if significance is None or (one.test.p is not None and one.test.p <= significance)
    ]
    if not kept:
        raise UsageError(
            tr("there is nothing to write: no effect was measured")
            if significance is None
            else tr(
                "there is nothing to write: no difference has p <= {most:g}", most=significance
            ),
            help=tr("leave out -o, or measure more often"),
        )
    tree: dict[str, Any] = {}
    for one in kept:
        holder = tree
        for part in one.slot.path[:-1]:
            holder = holder.setdefault(part, {})
        holder[one.slot.path[-1]] = one
    comments = [
        tr(
            "What was learnt from {table}: effects refitted to measured outcomes.",
            table=_line(measured),
        ),
        tr(
            "Each comment: the forecast, the number of observations, and how likely so large a "
            "difference is by chance (p)."
        ),
    ]
    if under:
        comments.append(tr("The forecast was made with {options}.", options=_line(" ".join(under))))
    lines = [
        *(f"# {comment}" for comment in comments),
        "optimise: 1",
        f"name: {learnt.scenario.name}_learnt",
        f"extends: {json.dumps(base, ensure_ascii=False)}",
        *_lines(tree, ""),
    ]
    return "\n".join(lines) + "\n"


@interrupts.held()
def there_before(path: Path, /, *, overwrite: bool) -> bytes:
    """What an overlay is to replace; empty where there is nothing.

    Raises:
        UsageError: something, and it is not to be replaced.
    """
    before = paths.content(path) if paths.is_file(path) else b""
    if before and not overwrite:
        raise UsageError(
            tr("{path} is there already", path=path),
            help=tr("choose another file, or replace it with --overwrite"),
        )
    return before


def write_overlay(
    path: Path, text: str, /, *, allow_outside: bool = False, overwrite: bool = False
) -> None:
    """Write an overlay to a new file; it loads without errors, or what was there is there again.

    Raises:
        UsageError: there is a file already, which someone may have worked on, or it cannot be
            written.
        ScenarioError: the scenario with what was learnt is invalid.
    """
    before = there_before(path, overwrite=overwrite)
    write_text(path, text)
    try:
        loaded, findings = check(path, allow_outside=allow_outside)
        if loaded is None:
            faults = [finding for finding in findings if finding.severity == "error"]
            raise ScenarioError(
                tr(
                    "with what was learnt the scenario is invalid: {path} is not written", path=path
                ),
                diagnostics=faults,
            )
    except BaseException:
        if before:
            write_text(path, before)
        else:
            path.unlink(missing_ok=True)
        raise


def base_of(path: Path, scenario: str, /, *, allow_outside: bool = False) -> str:
    """How an overlay at ``path`` names the scenario that it extends.

    Raises:
        UsageError: it cannot: the scenario is outside its folder.
    """
    file, _ = locate(scenario)
    folder, target = paths.resolved(path).parent, paths.resolved(file)
    inside = target.is_relative_to(folder)
    if not inside and target in {known.resolve() for known in library().values()}:
        raise UsageError(
            tr("{path} cannot extend {base}, a scenario of the library", path=path, base=scenario),
            help=tr("copy it first: optimise init --template {name} DIR", name=file.stem),
        )
    if not allow_outside and not inside:
        raise UsageError(
            tr("{path} cannot extend {base}, which is outside its folder", path=path, base=file),
            help=tr("write it beside the scenario: -o {file}", file=file.parent / path.name),
        )
    return Path(os.path.relpath(target, folder)).as_posix()


def _lines(tree: dict[str, Any], indent: str) -> Iterable[str]:
    width = max(
        (len(f"{key}: {_number(one)}") for key, one in tree.items() if not isinstance(one, dict)),
        default=0,
    )
    for key, content in tree.items():
        if isinstance(content, dict):
            yield f"{indent}{key}:"
            yield from _lines(content, f"{indent}  ")
        else:
            yield f"{indent}{f'{key}: {_number(content)}':<{width}}  # {_comment(content)}"


def _number(one: Lesson) -> str:
    """The learnt number; of an expression what it lacks, so that it still follows its
    parameters.
    """
    if _plain(one):
        return f"{one.learnt:+.12g}%" if one.slot.percent else f"{one.learnt:.12g}"
    lacking = one.learnt - one.forecast
    written = " ".join(one.slot.text.split())
    sum_of_both = f"({written}) {'-' if lacking < 0 else '+'} {abs(lacking):.12g}"
    text = json.dumps(sum_of_both if lacking else written, ensure_ascii=False)
    if one.slot.path[-1] == "baseline":
        return text
    return f"{{{'percent' if one.slot.percent else 'value'}: {text}}}"


def _plain(one: Lesson) -> bool:
    return Formula.of(one.slot.text).literal is not None


def _comment(one: Lesson) -> str:
    unit = " %" if one.slot.percent else ""
    notes = [tr("forecast {value:.6g}{unit}", value=one.forecast, unit=unit)]
    if not _plain(one):
        notes.append(tr("learnt {value:.6g}{unit}", value=one.learnt, unit=unit))
    notes.append(f"n = {one.test.n}")
    if not one.identified:
        notes.append(tr("not identified: the outcomes leave it open, this is the smallest change"))
    elif one.test.p is None:
        notes.append(tr("p unknown: {why}", why=verdict(one, one.test)))
    else:
        chance = probability(one.test)
        notes.append(f"p {chance}" if one.test.p < TINY_PROBABILITY else f"p = {chance}")
    return listed(notes)


def _line(text: str) -> str:
    """A text that stays in its comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
