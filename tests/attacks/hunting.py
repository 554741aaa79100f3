"""A hunt: many random scenarios of a kind, solved by several methods, every claim judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.attacks import linear_models, portfolios, whole_models
from tests.attacks.judging import judge
from tests.attacks.meaning import Data, TooLargeError
from tests.attacks.oracle import Oracle
from tests.attacks.running import Worker
from tests.attacks.stopping import resumed, typed
from tests.attacks.verdicts import Verdict
from tests.attacks.writing import scenario_text

__all__ = [
    "KINDS",
    "Attack",
    "Tally",
    "attacks",
    "commands",
    "keep",
    "oracle_of",
    "stories",
    "table",
]

KINDS: Mapping[str, Callable[[Random], Data]] = {
    "lp": linear_models.linear,
    "lp-wide": linear_models.wide_linear,
    "lp-units": linear_models.rescaled_linear,
    "mixed": linear_models.mixed,
    "mixed-units": linear_models.rescaled_mixed,
    "near": linear_models.near_linear,
    "whole": whole_models.whole,
    "compound": whole_models.compound,
    "phases": whole_models.phased,
    "whole-units": whole_models.rescaled_whole,
    "whole-near": whole_models.near_whole,
    "portfolio": portfolios.portfolio,
}


@dataclass(frozen=True)
class Attack:
    """One run of one scenario and what came of it."""

    kind: str
    number: int
    method: str
    options: Mapping[str, Any]
    text: str
    record: Mapping[str, Any]
    verdict: Verdict


def oracle_of(kind: str, data: Data, /) -> Oracle:
    """All plans of a scenario of this kind."""
    return portfolios.PortfolioOracle(data) if kind == "portfolio" else Oracle(data)


def stories(numbers: Sequence[int], /) -> Iterator[Attack]:
    """Portfolios whose runs are stopped, killed and resumed on the command line."""
    for number in numbers:
        data = portfolios.portfolio(Random(f"resume {number}"))
        story, verdict = resumed(data, portfolios.PortfolioOracle(data), Random(number))
        record = {"outcome": "resumed", "message": "; ".join(story)}
        yield Attack("resume", number, "exact", {}, scenario_text(data), record, verdict)


def commands(kind: str, numbers: Sequence[int], /, *, seconds: float) -> Iterator[Attack]:
    """The scenarios of a kind on the command line, and what `verify` says of the results."""
    for number in numbers:
        data = KINDS[kind](Random(f"{kind} {number}"))
        text = scenario_text(data)
        try:
            record, verdict = typed(text, oracle_of(kind, data), limit=seconds)
        except TooLargeError:
            continue
        yield Attack(kind, number, "command-line", {"time_limit": seconds}, text, record, verdict)


def attacks(
    kind: str,
    numbers: Sequence[int],
    worker: Worker,
    /,
    *,
    methods: Sequence[str] = ("auto",),
    **options: Any,
) -> Iterator[Attack]:
    """Attack with the scenarios of a kind that have these numbers (a number is a seed)."""
    for number in numbers:
        data = KINDS[kind](Random(f"{kind} {number}"))
        text = scenario_text(data)
        oracle: Oracle | None = None
        for method in methods:
            record = worker.run(text, method=method, **options)
            if record["outcome"] == "invalid":
                yield Attack(kind, number, method, options, text, record, Verdict("invalid"))
                break
            try:
                oracle = oracle or oracle_of(kind, data)
            except TooLargeError:
                yield Attack(
                    kind, number, method, options, text, record, Verdict("too large for the oracle")
                )
                break
            limited = (
                any(options.get(name) is not None for name in ("gap", "points"))
                or (options.get("time_limit") or 9) < 3
            )
            verdict = judge(oracle, record, seed=number, limited=limited)
            if record.get("spilt"):
                verdict.add("trouble", f"wrote to standard output: {record['spilt']!r}")
            if method != "auto" and record["outcome"] == "usage":
                verdict.given_up = ""  # a method may decline
            yield Attack(kind, number, method, options, text, record, verdict)


@dataclass
class Tally:
    """Counts over a hunt."""

    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    claims: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    faults: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    given_up: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, attack: Attack, /) -> None:
        key = attack.kind, attack.method
        self.runs[key] += 1
        self.claims[(*key, attack.verdict.claim)] += 1
        for kind in {
            fault.kind if fault.kind != "false" or not _numerical(attack) else "false numerical"
            for fault in attack.verdict.faults
        }:
            self.faults[(*key, kind)] += 1
        self.given_up[key] += bool(attack.verdict.given_up)
        self.seconds += attack.record.get("seconds", 0.0)


def _numerical(attack: Attack) -> bool:
    return attack.verdict.claim.endswith("numerical") or attack.verdict.claim.startswith(
        "approximate"
    )


def table(tally: Tally, /) -> str:
    """What a hunt came to, a line for each kind and method."""
    lines = ["kind method | runs | claims | faults | given up"]
    for kind, method in tally.runs:
        runs = tally.runs[kind, method]
        claims = ", ".join(
            f"{n} {c}" for (k, m, c), n in tally.claims.most_common() if (k, m) == (kind, method)
        )
        faults = (
            ", ".join(
                f"{n} {c}"
                for (k, m, c), n in tally.faults.most_common()
                if (k, m) == (kind, method)
            )
            or "none"
        )
        lines.append(
            f"{kind} {method} | {runs} | {claims} | {faults} | {tally.given_up[kind, method]}"
        )
    return "\n".join(lines)


def keep(attack: Attack, folder: Path, /) -> Path:
    """Write the scenario of an attack that found something, with what it found at the top."""
    folder.mkdir(parents=True, exist_ok=True)
    options = " ".join(
        f"--{name.replace('_', '-')} {value}"
        for name, value in attack.options.items()
        if value is not None
    )
    place = folder / f"{attack.kind}{attack.number:04d}-{attack.method}.yaml"
    notes = [f"# run --method {attack.method} {options}", f"# said: {attack.verdict.claim}"]
    notes += [f"# {fault.kind}: {fault.text}"[:1000] for fault in attack.verdict.faults]
    notes += (
        [f"# story: {attack.record['message']}"] if attack.record["outcome"] == "resumed" else []
    )
    notes += [f"# given up: {attack.verdict.given_up}"] if attack.verdict.given_up else []
    place.write_text("\n".join(notes) + "\n" + attack.text, encoding="utf-8")
    return place
