"""What many options --set cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimiser.scenario import load


def test_an_option_looks_only_at_what_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand --set of a thousand technologies read a million ids, four times."""
    from optimiser.scenario.source import layering, overrides

    seen = 0
    whole = layering.ids

    def counted(*args: Any) -> Any:
        nonlocal seen
        found = whole(*args)
        seen += len(found)
        return found

    monkeypatch.setattr(overrides, "ids", counted)

    def ids_of(n: int) -> int:
        nonlocal seen
        seen = 0
        file = tmp_path / f"{n}.yaml"
        file.write_text(
            "optimise: 1\nname: many\nindicators: {gain: {}}\nobjectives: {gain: maximise}\n"
            "technologies:\n" + "".join(f"  t{i}: {{effects: {{gain: {i}}}}}\n" for i in range(n)),
            encoding="utf-8",
        )
        load(file, overrides=[f"technologies.t{i}.effects.gain={i + 1}" for i in range(n)])
        return seen

    assert ids_of(100) <= 2 * ids_of(50) + 10
