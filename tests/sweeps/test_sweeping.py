"""A sweep in its folder: named by content, whole or not at all, resumed, sharded, merged; and the
same results as runs with ``--set``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from optimiser import paths
from optimiser.errors import InterruptedRun, ScenarioError, UsageError
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from optimiser.sweeps import Lost, OneByOne, Processes
from optimiser.sweeps.sweep_records import of_sweep, sweep_csv
from optimiser.sweeps.sweeping import Shard, design_in, solved, swept
from optimiser.sweeps.variants import Design, VariantWork, designed
from optimiser.sweeps.varying import sampled, varied
from tests.sweeps.scenarios import written


class Counting:
    """Works here, and notes on what."""

    retried = 0

    def __init__(self, lost: str = "", most: int = 10**6) -> None:
        self.begun: list[str] = []
        self.lost, self.most = lost, most

    def answers(
        self, work: Callable[[Any], Any], tasks: Sequence[Any], /
    ) -> Iterator[tuple[int, Any]]:
        for place, task in list(enumerate(tasks))[: self.most]:
            self.begun.append(task.id)
            yield place, Lost(3) if task.id == self.lost else work(task)


@pytest.fixture
def design(tmp_path: Path) -> Design:
    scenario = load(written(tmp_path))
    prices, pumps = (
        varied("parameters.carbon_price=60,70,80"),
        varied("parameters.power_price=70,90"),
    )
    return designed(scenario, [prices, pumps])


def test_a_variant_is_what_a_run_with_set_gives(tmp_path: Path, design: Design) -> None:
    found = solved(design, tmp_path / "sweep", OneByOne())
    for variant, summary in zip(design.variants, found.summaries, strict=True):
        kept = Result.load(tmp_path / "sweep" / variant.id)
        sets = [f"{path}={value}" for path, value in variant.values.items()]
        run = solve(load(str(tmp_path / "works.yaml"), overrides=sets))
        assert kept.scenario.scenario_hash == run.scenario.scenario_hash
        assert kept.front.ids == run.front.ids
        assert summary["best"] == run.front.ids[0]
        assert summary["ideal"] == {"cost": run.front.ideal[0]}
        assert list(kept.scenario.changes[0]) == sets


def test_names_are_made_of_content(tmp_path: Path, design: Design) -> None:
    """Whatever the order in which it is asked; not the same once the scenario or options differ."""
    scenario = load(str(tmp_path / "works.yaml"))
    axes = [varied("parameters.power_price=90,70"), varied("parameters.carbon_price=80,60.0,70")]
    ids = {one.id for one in design.variants}
    assert len(ids) == 6
    assert {one.id for one in designed(scenario, axes).variants} == ids
    assert not {one.id for one in designed(scenario, axes, asked={"seed": 7}).variants} & ids
    changed = load(str(tmp_path / "works.yaml"), overrides=["technologies.training.effects.co2=13"])
    assert not {one.id for one in designed(changed, axes).variants} & ids
    assert Design.read(design.json_text()).variants == design.variants


def test_started_again_it_does_what_is_missing(tmp_path: Path, design: Design) -> None:
    folder = tmp_path / "sweep"
    first = Counting(most=2)
    found = solved(design, folder, first)
    assert (found.counted("done"), found.counted("missing")) == (2, 4)
    second = Counting()
    assert solved(design, folder, second).counted("done") == 6
    assert set(first.begun) | set(second.begun) == {one.id for one in design.variants}
    assert len(first.begun) + len(second.begun) == 6
    assert solved(design, folder, third := Counting()).summaries == swept(design, folder).summaries
    assert third.begun == []
    gone, damaged, lacking = (one.id for one in design.variants[:3])
    shutil.rmtree(folder / gone)
    (folder / damaged / "variant.json").write_text("{")
    (folder / lacking / "result.json").unlink()
    again = Counting()
    assert solved(design, folder, again).counted("done") == 6
    assert again.begun == [gone, damaged, lacking]


def test_failures_are_rows_and_are_tried_again_where_that_may_help(tmp_path: Path) -> None:
    scenario = load(written(tmp_path))
    design = designed(scenario, [varied("constraints.few.expr=co2 >= 0,co2 >= 999,co2 >= 10")])
    one, infeasible, lost = (variant.id for variant in design.variants)
    found = solved(design, tmp_path / "s", Counting(lost))
    told = {summary["id"]: summary for summary in found.summaries}
    assert (told[one]["status"], told[infeasible]["status"], told[lost]["status"]) == (
        "done",
        "failed",
        "failed",
    )
    assert (told[infeasible]["exit"], told[lost]["exit"]) == (4, 1)
    assert told[infeasible]["error"]
    assert "3 times" in told[lost]["error"]
    assert not (tmp_path / "s" / infeasible / "result.json").exists()
    again = Counting()
    assert solved(design, tmp_path / "s", again).counted("done") == 2
    assert again.begun == [lost]


def test_shards_share_the_variants_and_are_merged(tmp_path: Path, design: Design) -> None:
    folder, begun = tmp_path / "sweep", []
    for place in range(4):
        shard = Counting()
        solved(design, folder, shard, shard=Shard(place, 4))
        begun.append(shard.begun)
    assert [len(own) for own in begun] == [2, 2, 1, 1]
    assert sorted(chain(*begun)) == sorted(one.id for one in design.variants)
    merged = swept(design_in(folder), folder)
    whole = solved(design, tmp_path / "whole", OneByOne())
    plain = [{**one, "seconds": 0} for one in of_sweep(merged)["variants"]]
    assert plain == [{**one, "seconds": 0} for one in of_sweep(whole)["variants"]]


def test_what_is_missing_is_not_looked_for_and_hundreds_of_thousands_are_not_listed(
    tmp_path: Path, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of 1.4 MB held 100,000 variants, each of which was opened and not there."""
    folder, opened = tmp_path / "sweep", list[Path]()
    solved(design, folder, Counting(), shard=Shard(0, 2))
    content = paths.content

    def noted(path: Path, **more: Any) -> bytes:
        opened.append(path)
        return content(path, **more)

    monkeypatch.setattr(paths, "content", noted)
    found = swept(design, folder)
    assert found.counted("missing") == 3
    assert len(opened) == 3
    monkeypatch.setattr("optimiser.sweeps.sweeping._MOST_MISSING", 2)
    with pytest.raises(UsageError, match=r"3 of 6 variants are missing in .*, and 2 are listed"):
        swept(design, folder)
    monkeypatch.setattr("optimiser.sweeps.sweeping._MOST_MISSING", 3)
    assert swept(design, folder).counted("missing") == 3


@pytest.mark.parametrize(
    "text", ["", "1", "1/", "/2", "2/2", "-1/2", "0/0", "a/b", "1/2/3", "²/3", f"0/{'9' * 5_000}"]
)
def test_shards_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError) as error:
        Shard.of(text)
    assert "0/4" in error.value.help


def test_a_folder_without_a_sweep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no sweep"):
        design_in(tmp_path)
    for text in ("{", "[]", "{}", '{"name": 1}', "\x00"):
        (tmp_path / "design.json").write_text(text)
        with pytest.raises(UsageError) as error:
            design_in(tmp_path)
        assert error.value.help


def test_a_path_that_leads_nowhere_is_refused_at_once(tmp_path: Path) -> None:
    scenario = load(written(tmp_path))
    with pytest.raises(ScenarioError) as error:
        designed(scenario, [varied("parameters.carbon_prize=1,2")])
    assert "carbon_price" in error.value.diagnostics[0].help
    for path in ("parametres.carbon_price", "technologies.capture.efects.cost"):
        with pytest.raises(ScenarioError, match="leads nowhere") as error:
            designed(scenario, [varied(f"{path}=1,2")])
        assert error.value.diagnostics[0].code == "S011"
    # of a value that cannot be read others may be sound, and it is told in a line
    design = designed(scenario, [varied("technologies.capture.effects={cots: 1},{cost: 1}")])
    found = solved(design, tmp_path / "s", OneByOne())
    assert [one["status"] for one in found.summaries] == ["failed", "done"]
    assert found.summaries[0]["error"] == "S012: unknown indicator 'cots' in effects"


def test_processes_give_the_same(tmp_path: Path, design: Design) -> None:
    here = solved(design, tmp_path / "here", OneByOne())
    there = solved(design, tmp_path / "there", Processes(2))
    for one, other in zip(here.summaries, there.summaries, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
        front = (tmp_path / "here" / one["id"] / "front.csv").read_bytes()
        assert front == (tmp_path / "there" / one["id"] / "front.csv").read_bytes()


def test_a_sample_outside_its_range_is_a_variant_all_the_same(tmp_path: Path) -> None:
    """A normal distribution has a twentieth beyond each end."""
    changes = ("distribution=normal", "high=110")
    overrides = [f"parameters.carbon_price.{change}" for change in changes]
    scenario = load(written(tmp_path), overrides=overrides)
    design = designed(scenario, [sampled(scenario, 32)])
    values = [float(row[0]) for row in design.values]
    assert min(values) < 50 or max(values) > 110
    assert solved(design, tmp_path / "s", OneByOne()).counted("done") == 32


def test_an_interrupted_search_is_no_variant(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stopped search found is less than what was asked for: it is missing, not done."""
    from dataclasses import replace

    from optimiser.study import solving

    own = solving.solve

    def stopped(*given: Any, **more: Any) -> Result:
        found = own(*given, **more)
        proof = replace(found.front.proof, stopped="interrupted")
        return replace(found, front=replace(found.front, proof=proof))

    monkeypatch.setattr(solving, "solve", stopped)
    with pytest.raises(InterruptedRun):
        VariantWork(design)(design.variants[0])


def test_the_record_has_the_keys_that_are_promised(tmp_path: Path, design: Design) -> None:
    record = of_sweep(solved(design, tmp_path / "s", Counting(most=5)))
    head = {"schema_version", "command", "scenario", "scenario_hash", "proof", "notes"}
    assert record.keys() >= head | {"varied", "variants", "breakpoints"}
    told = ["id", "values", "status", "exit", "error", "proof", "ideal", "hypervolume", "best"]
    keys = [*told, "seconds", "folder"]
    assert all([key for key in one if key in keys] == keys for one in record["variants"])
    assert [one["status"] for one in record["variants"]] == ["done"] * 5 + ["missing"]
    assert record["variants"][0]["values"] == {
        "parameters.carbon_price": 60,
        "parameters.power_price": 70,
    }
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    lines = sweep_csv(record).splitlines()
    assert lines[0] == (
        "variant,parameters.carbon_price,parameters.power_price,status,proof,ideal.cost,"
        "hypervolume,best,seconds,error"
    )
    assert lines[1].startswith(f"{design.variants[0].id},60,70,done,complete,")
    assert lines[6].startswith(f"{design.variants[5].id},80,90,missing,,,,,0,")


def test_hypervolumes_have_one_frame(tmp_path: Path) -> None:
    """By hand: cost is 0 at 60 and 70, and 6.745 - 7.6 at 80; the worst cost of all is 0, the best
    -0.855, the reference a tenth beyond the worst.
    """
    design = designed(load(written(tmp_path)), [varied("parameters.carbon_price=60,70,80")])
    record = of_sweep(solved(design, tmp_path / "s", OneByOne()))
    volumes = [one["hypervolume"] for one in record["variants"]]
    assert volumes == pytest.approx([0.1, 0.1, 1.1])
    assert record["frame"] == {"ideal": {"cost": -0.855}, "nadir": {"cost": 0.0}}


NEAR = """\
optimise: 1
name: near
indicators:
  cost: {baseline: 1000000000}
  gain: {}
technologies:
  tiny: {effects: {cost: 0.000000001, gain: 1}}
  mid: {effects: {cost: 0.000000003, gain: 4}}
objectives: {cost: minimise, gain: maximise}
"""


def test_hypervolumes_of_plans_that_floats_do_not_tell_apart(tmp_path: Path) -> None:
    """Costs of 0, 1, 3 and 4 thousand millionths, then of 0, 1, 6 and 7; scaled by 7, and gains of
    0, 1, 4 and 5 by 5.
    """
    path = tmp_path / "near.yaml"
    path.write_text(NEAR, encoding="utf-8")
    dearer = varied("technologies.mid.effects.cost=0.000000003,0.000000006")
    design = designed(load(path), [dearer])
    for _ in range(2):  # what was solved is read again
        record = of_sweep(solved(design, tmp_path / "s", OneByOne()))
        volumes = [one["hypervolume"] for one in record["variants"]]
        expected = [
            0.1 * 1 / 7 + 0.3 * (mid - 1) / 7 + 0.9 * 1 / 7 + 1.1 * (7.7 - mid - 1) / 7
            for mid in (3, 6)
        ]
        assert volumes == pytest.approx(expected)


def test_exact_values_that_are_not_what_numbers_round_are_solved_anew(tmp_path: Path) -> None:
    path = tmp_path / "near.yaml"
    path.write_text(NEAR, encoding="utf-8")
    design = designed(load(path), [varied("technologies.mid.effects.gain=4")])
    first = solved(design, tmp_path / "s", OneByOne()).summaries[0]
    place = tmp_path / "s" / design.variants[0].id / "variant.json"
    for texts in (["1000000001"] * 4, ["1/0"] * 4, ["1000000000"] * 3):
        place.write_text(json.dumps({**first, "exact": {"cost": texts}}), encoding="utf-8")
        assert solved(design, tmp_path / "s", OneByOne()).summaries[0]["exact"] == first["exact"]
