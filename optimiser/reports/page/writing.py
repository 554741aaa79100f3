"""The text of a scenario: as its file has it, while that is still what was solved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimiser.errors import OptimiseError
from optimiser.paths import REFUSALS, content

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

__all__ = ["written"]


def written(scenario: Scenario, /) -> dict[str, str]:
    """The text of a scenario, and the name of the file that says it; without a name the whole
    scenario that was solved, merged and resolved, as YAML.
    """
    file = Path(scenario.file)
    if file.suffix in (".yaml", ".yml") and scenario.changes == ((), ""):
        try:
            from optimiser.scenario import load

            if load(file).scenario_hash == scenario.scenario_hash:
                return {"file": file.name, "text": content(file).decode("utf-8-sig")}
        except (OptimiseError, UnicodeError, *REFUSALS):
            pass  # it is gone, or another scenario by now
    import yaml

    text = yaml.safe_dump(scenario.resolved(), allow_unicode=True, sort_keys=False, width=100)
    return {"file": "", "text": text}
