"""Whatever the file holds, the answer is a scenario or a list of diagnostics, never another
exception.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.advice import check
from optimiser.errors import ScenarioError
from optimiser.scenario import format_diagnostic, from_resolved, load
from tests.searches import examples

FULL = Path(__file__).with_name("full.yaml").read_text(encoding="utf-8")
QUICK = settings(
    max_examples=examples(120),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# fmt: off
PIECES = st.sampled_from([
    "{", "}", "[", "]", ":", "-", "&a ", "*a ", "!t ", "null", "~", "1e400", ".nan", ".inf", "%",
    "#", "'", '"', "a.b", "-1",
    "0", "(", "**", "<=", "<", "true", "---\n", "? ", "<<: ", "@x", "iot", "- ", ": ", "\t", "|\n",
    ">\n", "10 ** 10 ** 10",
    "\uff1a", "\uff0c", "\uff5b", "\uff5d", "\u3000", "\u00a0", "1,5", "18\u4e07", "a:b", "x[1]",
    "\ufb01", "\u0301", "\u2028", "x" * 500,
])
# fmt: on


def examine(folder: Path, data: bytes) -> None:
    path = folder / "scenario.yaml"
    path.write_bytes(data)
    scenario, diagnostics = check(path)
    for diagnostic in diagnostics:
        block = format_diagnostic(diagnostic)
        assert block.startswith(f"{diagnostic.severity}[{diagnostic.code}]: ")
        assert diagnostic.message
        assert (diagnostic.line == 0) == (diagnostic.column == 0)
    if scenario is None:
        assert any(d.severity == "error" for d in diagnostics)
        with pytest.raises(ScenarioError):
            load(path)
    else:
        assert from_resolved(scenario.resolved()) == scenario


@QUICK
@given(data=st.binary(max_size=200))
def test_random_bytes(data: bytes, tmp_path: Path) -> None:
    examine(tmp_path, data)


@QUICK
@given(text=st.text(max_size=200))
def test_random_text(text: str, tmp_path: Path) -> None:
    examine(tmp_path, text.encode("utf-8", "surrogatepass"))


@QUICK
@given(start=st.integers(0, len(FULL)), length=st.integers(0, 40), piece=PIECES)
def test_mutated_scenario(start: int, length: int, piece: str, tmp_path: Path) -> None:
    examine(tmp_path, (FULL[:start] + piece + FULL[start + length :]).encode())


@QUICK
@given(data=st.data())
def test_lines_dropped_doubled_or_moved(data: st.DataObject, tmp_path: Path) -> None:
    lines = FULL.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        i, j = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "move", "indent"]))
        line = lines[i]
        if change == "drop" and len(lines) > 1:
            del lines[i]
        elif change == "double":
            lines.insert(j, line)
        elif change == "move":
            lines.insert(j, lines.pop(i))
        else:
            lines[i] = " " * data.draw(st.integers(0, 6)) + line.lstrip()
    examine(tmp_path, "".join(lines).encode())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=True)
    | st.sampled_from(["iot", "ai.full", "min", "+4%", "2 * A", "iot <= 1", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["iot", "output", "value", "min", "expr", "sense", "x y"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@QUICK
@given(
    section=st.sampled_from(
        sorted({line.split(":")[0] for line in FULL.splitlines() if line[:1].isalpha()})
    ),
    value=VALUES,
)
def test_any_value_in_any_section(section: str, value: object, tmp_path: Path) -> None:
    import json

    path = tmp_path / "scenario.yaml"
    path.write_text(FULL, encoding="utf-8")
    text = (
        json.dumps(value)
        .replace("NaN", ".nan")
        .replace("-Infinity", "-.inf")
        .replace("Infinity", ".inf")
    )
    scenario, diagnostics = check(path, overrides=[f"{section}={text}"])
    assert scenario is not None or diagnostics
