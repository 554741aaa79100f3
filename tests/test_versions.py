"""What a result says of the versions that made it."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from optimiser.results import versions


@pytest.fixture(autouse=True)
def _anew() -> None:
    versions._recorded.cache_clear()


def test_they_are_those_of_the_installed_packages() -> None:
    found = versions.versions()
    for name in ("optimise", "highspy", "moocore", "numpy", "pymoo", "scipy"):
        try:
            assert found[name] == metadata.version(name)
        except metadata.PackageNotFoundError:
            assert found[name] == "not installed"


def test_the_first_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, version in (("a", "1.2.3"), ("b", "4.5")):
        record = tmp_path / place / f"Optimise-{version}.dist-info"
        record.mkdir(parents=True)
        (record / "METADATA").write_text(f"Name: optimise\nVersion: {version}\n")
    places = [str(tmp_path / place) for place in ("missing", "a", "b")]
    monkeypatch.setattr(sys, "path", [*places, *sys.path])
    assert versions.installed_version() == metadata.version("optimise") == "1.2.3"


def test_what_is_installed_in_another_way_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    egg = tmp_path / "optimise.egg-info"
    egg.mkdir()
    (egg / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: optimise\nVersion: 7.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert versions.versions()["optimise"] == "7.0"
    assert versions.versions()["scipy"] == "not installed"
