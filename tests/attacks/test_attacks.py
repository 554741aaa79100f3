"""No claim is refuted: a sample of every kind here, hundreds of each among the slow tests,
thousands by hand.

Thousands: ``python -m tests.attacks --kind all --count 500 --keep FOLDER``. Whatever it finds there
becomes a test of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.hunting import KINDS, Attack, Tally, attacks, commands, stories, table
from tests.attacks.running import Worker

# Shares of runs without a limit that must rest on exact ground: a claim given up without need is a
# fault, too.
_EXACT = {"lp": 0.98, "lp-wide": 0.98, "mixed": 0.9, "whole": 1.0, "compound": 1.0, "phases": 1.0}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as process:
        yield process


def assert_no_fault(found: list[Attack]) -> None:
    tally = Tally()
    for attack in found:
        tally.add(attack)
    wrong = [
        f"{a.kind} {a.number} {a.method}: {f.kind}: {f.text}"
        for a in found
        for f in a.verdict.faults
    ]
    assert not wrong, "\n".join([*wrong[:20], table(tally)])


def assert_little_given_up(kind: str, found: list[Attack]) -> None:
    asked = [
        attack
        for attack in found
        if attack.verdict.claim not in ("invalid", "too large for the oracle")
    ]
    given_up = [f"{a.kind} {a.number}: {a.verdict.given_up}" for a in asked if a.verdict.given_up]
    assert len(given_up) <= (1 - _EXACT.get(kind, 0.0)) * len(asked), "\n".join(given_up[:20])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("lp-wide", "portfolio")])
def test_a_sample_of_claims(kind: str, worker: Worker) -> None:
    assert_no_fault(list(attacks(kind, range(1, 9), worker, time_limit=5.0)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("lp-wide", "portfolio")])
def test_claims(kind: str, worker: Worker) -> None:
    found = list(attacks(kind, range(100, 400), worker, time_limit=8.0))
    assert_no_fault(found)
    assert_little_given_up(kind, found)


@pytest.mark.slow
def test_claims_of_wide_linear_programs(worker: Worker) -> None:
    found = list(attacks("lp-wide", range(100, 150), worker, time_limit=20.0))
    assert_no_fault(found)
    assert_little_given_up("lp-wide", found)


@pytest.mark.slow
def test_claims_of_portfolios_past_enumeration(worker: Worker) -> None:
    assert_no_fault(
        list(attacks("portfolio", range(100, 115), worker, methods=("exact",), time_limit=20.0))
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whole", "compound", "phases", "whole-units", "mixed", "lp"])
def test_claims_of_every_method(kind: str, worker: Worker) -> None:
    """A method may decline, and claim less than another; nothing false."""
    methods = ("exact", "enumerate", "highs", "cover", "evolutionary")
    assert_no_fault(list(attacks(kind, range(500, 530), worker, methods=methods, time_limit=4.0)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{"time_limit": 0.2}, {"points": 5, "time_limit": 8.0}, {"gap": 0.1, "time_limit": 8.0}],
    ids=str,
)
@pytest.mark.parametrize("kind", ["portfolio", "lp", "mixed", "whole", "phases"])
def test_claims_of_runs_that_are_cut_short(
    kind: str, options: dict[str, float], worker: Worker
) -> None:
    methods = ("exact",) if kind == "portfolio" else ("auto",)
    assert_no_fault(list(attacks(kind, range(600, 615), worker, methods=methods, **options)))


@pytest.mark.slow
def test_claims_of_runs_that_are_stopped_killed_and_resumed() -> None:
    found = list(stories(range(1, 16)))
    wrong = [
        f"{a.number}: {a.record['message']}: {f.text}" for a in found for f in a.verdict.faults
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["lp", "lp-units", "mixed", "mixed-units", "near", "whole", "whole-units", "phases"]
)
def test_claims_on_the_command_line(kind: str) -> None:
    assert_no_fault(list(commands(kind, range(700, 708), seconds=10.0)))
