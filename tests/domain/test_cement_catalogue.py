"""The 23 measures of the cement plant as a planner's table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import yaml

import optimiser
from tests.domain import oracle
from tests.domain.solving import solved


def test_the_measures_as_a_table_have_the_same_front(tmp_path: Path) -> None:
    """Same plans by id, same values, same order of columns; and the result says which table it
    rests on.
    """
    data = oracle.read("cement_plant")
    measures = data.pop("technologies")
    indicators = list(data["indicators"])
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    units = [f"{name} [{data['indicators'][name]['unit']}]" for name in indicators]
    table.writerow(["id", "title", "requires", "excludes", *units])
    for name, measure in measures.items():
        lists = [";".join(measure.get(key, [])) for key in ("requires", "excludes")]
        table.writerow(
            [name, measure["title"], *lists, *(measure["effects"].get(i, "") for i in indicators)]
        )
    (tmp_path / "measures.csv").write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    path = tmp_path / "cement_plant.yaml"
    path.write_text(
        yaml.safe_dump({**data, "catalogue": "measures.csv"}, sort_keys=False, allow_unicode=True),
        encoding="utf-8",
    )
    expected, found = solved("cement_plant"), optimiser.solve(optimiser.load(path))
    assert found.front.decision_columns == expected.front.decision_columns
    assert found.front.ids == expected.front.ids
    assert (found.front.y == expected.front.y).all()
    assert (found.front.proof.status, len(found.front)) == ("complete", 194)
    assert list(found.scenario.sources) == ["measures.csv"]
