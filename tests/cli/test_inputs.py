"""What a command reads is never what it writes: results as well as scenarios, also invalid ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done
from tests.cli.test_files import PLANT

Optimise = Callable[..., Done]


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "r", "--format", "json:r/result.json"),
        ("verify", "r/result.json", "--format", "md:r/front.csv"),
        ("verify", "r", "--format", "junit:r/resume.json"),
        ("compare", "r", "other", "--format", "json:r/result.json"),
        ("compare", "r", "nowhere", "--format", "json:other/../r/result.json"),
        ("export", "r", "-o", "r/front.csv"),
        ("export", "r/result.json", "-o", "linked.json"),
        ("verify", "plant.yaml", "--format", "md:plant.yaml"),
        ("verify", "with_table.yaml", "--format", "md:table.csv"),
        ("check", "invalid.yaml", "--format", "md:table.csv"),
        ("compare", "invalid.yaml", "plant.yaml", "--format", "md:table.csv"),
        ("compare", "plant.yaml", "invalid.yaml", "--format", "md:invalid.yaml"),
    ],
)
def test_what_is_read_is_never_written(
    words: tuple[str, ...], plant: Path, optimise: Optimise
) -> None:
    """A report replaced the result that it was about, and the table of an invalid scenario."""
    rows = "id,output,cost\nd,1,1\n"
    Path("table.csv").write_text(rows, encoding="utf-8")
    with_table = PLANT + "catalogue: table.csv\n"
    Path("with_table.yaml").write_text(with_table, encoding="utf-8")
    invalid = with_table.replace("cap: cost", "cap: costs")
    Path("invalid.yaml").write_text(invalid, encoding="utf-8")
    assert optimise("run", "plant.yaml", "-o", "r").code == 0
    assert optimise("run", "plant.yaml", "-o", "other").code == 0
    Path("r", "resume.json").write_text("{}", encoding="utf-8")
    os.link("r/result.json", "linked.json")
    files = [path for path in Path().rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    done = optimise(*words, "--overwrite")
    assert (done.code, "would replace" in done.err) == (2, True), done.err
    assert {path: path.read_bytes() for path in files} == before
