"""Folders of sweeps as a stranger, or a bad disk, may have left them: what is damaged is missing or
refused, with its place, and never an internal error.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from optimiser.errors import ScenarioError, UsageError
from optimiser.exports.sweep_plans import plans_csv
from optimiser.scenario import load
from optimiser.sweeps import OneByOne
from optimiser.sweeps.kept import design_record, summary_record
from optimiser.sweeps.sweep_records import of_sweep, sweep_csv
from optimiser.sweeps.sweeping import DESIGN_FILE, design_in, solved, swept
from optimiser.sweeps.variants import VARIANT_FILE, designed
from optimiser.sweeps.varying import varied
from tests.robustness.bases import damaged
from tests.robustness.documents import stranger, written_json
from tests.sweeps.scenarios import written


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweep")
    design = designed(load(written(folder)), [varied("parameters.carbon_price=60,80")])
    solved(design, folder / "out", OneByOne())
    return folder / "out"


def variants(sweep: Path) -> list[Path]:
    return sorted(path for path in sweep.iterdir() if path.is_dir())


def test_what_is_sound_is_read_as_it_is(sweep: Path) -> None:
    text = (sweep / DESIGN_FILE).read_text(encoding="utf-8")
    assert design_record(text) == json.loads(text)
    for folder in variants(sweep):
        text = (folder / VARIANT_FILE).read_text(encoding="utf-8")
        assert summary_record(text) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[]", "1", "", '{"schema_version": 1}', '{"id": "\\ud800"}', "1" * 5_000],
    ids=["deep", "a list", "a number", "nothing", "no keys", "half a character", "long number"],
)
def test_what_is_none_is_refused(sweep: Path, tmp_path: Path, text: str) -> None:
    for read in (design_record, summary_record):
        with pytest.raises(ValueError, match=r".") as caught:
            read(text)
        assert len(str(caught.value)) < 1_000
    (tmp_path / DESIGN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"cannot read .*design\.json") as refused:
        design_in(tmp_path)
    assert refused.value.help


def test_a_damaged_variant_is_missing_and_solved_again(sweep: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sweep, tmp_path / "copy")
    whole = swept(design_in(folder), folder)
    for number in range(60):
        rng, place = Random(number), rng_choice(number, variants(folder)) / VARIANT_FILE
        kept = place.read_text(encoding="utf-8")
        tree: Any = json.loads(kept)
        damaged(tree, rng, stranger)
        place.write_text(written_json(tree), encoding="utf-8")
        found = swept(design_in(folder), folder)
        assert sweep_csv(of_sweep(found))
        assert found.counted("done") + found.counted("missing") + found.counted("failed") == 2
        place.write_text(kept, encoding="utf-8")
    variants(folder)[0].joinpath(VARIANT_FILE).write_text("[", encoding="utf-8")
    assert swept(design_in(folder), folder).counted("missing") == 1
    again = solved(design_in(folder), folder, OneByOne())
    assert [one["ideal"] for one in again.summaries] == [one["ideal"] for one in whole.summaries]


def rng_choice(number: int, folders: list[Path]) -> Path:
    return folders[number % len(folders)]


def test_a_damaged_design_is_refused_or_a_design(sweep: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sweep, tmp_path / "copy")
    kept = json.loads((folder / DESIGN_FILE).read_text(encoding="utf-8"))
    for number in range(120):
        tree = json.loads(json.dumps(kept))
        damaged(tree if number % 3 else tree["resolved"], Random(number), stranger)
        (folder / DESIGN_FILE).write_text(written_json(tree), encoding="utf-8")
        with contextlib.suppress(UsageError, ScenarioError):
            of_sweep(swept(design_in(folder), folder))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plan,rank,score\n",
        "plan,rank,score,cost\np1,1,1\n",
        "plan,rank,score,cost,cost\np1,1,1,1,1\n",
        "id,cost\n1,2\n",
        'plan,rank,score,cost\n"p1,1,1,1\n',
        f"plan,rank,score,cost\np1,1,1,{'x' * 200_000}\n",
    ],
    ids=["empty", "no plan", "ragged", "twice", "another", "open quote", "a cell of 200,000"],
)
def test_a_table_of_plans_that_is_none_is_refused(sweep: Path, tmp_path: Path, text: str) -> None:
    """``sweep --merge --plans`` ended in an internal error."""
    folder = shutil.copytree(sweep, tmp_path / "copy")
    place = variants(folder)[0] / "front.csv"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"cannot read .*front\.csv") as refused:
        plans_csv(swept(design_in(folder), folder), folder)
    assert refused.value.help
    place.unlink()
    with pytest.raises(UsageError, match="there is none"):
        plans_csv(swept(design_in(folder), folder), folder)
