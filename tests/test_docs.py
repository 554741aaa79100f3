"""Generated pages are what `make docs` writes now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pages() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[Path, str] = module.pages()
    return found


@pytest.mark.parametrize("name", ["README.md", "docs/scenario.md"])
def test_generated_parts_are_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == pages()[ROOT / name], "run make docs"
