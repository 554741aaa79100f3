"""What is built for an installation: one top-level name, and everything that the program reads."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from optimiser.scenario import library

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def built(kind: str, folder: Path) -> Path:
    """A wheel or sdist of the checkout."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", tmp_path_factory.mktemp("wheel"))


def test_a_wheel_adds_one_top_level_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name.split("/")[0] for name in packed.namelist()}
    assert {name for name in names if not name.startswith("optimise-")} == {"optimiser"}


def test_a_wheel_holds_what_the_program_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        info = next(name.split("/")[0] for name in names if name.startswith("optimise-"))
        entry = packed.read(f"{info}/entry_points.txt").decode()
    assert "optimise = optimiser.__main__:main" in entry
    for name, path in library().items():
        assert f"optimiser/library/{path.name}" in names, name
    for file in (
        "optimiser/locale/zh/LC_MESSAGES/optimise.mo",
        "optimiser/reports/page/vendored/echarts.js",
        "optimiser/session/starter.yaml",
        "optimiser/py.typed",
        f"{info.removesuffix('.dist-info')}.data/data/share/man/man1/optimise.1",
        f"{info}/licenses/LICENSE",
        f"{info}/licenses/optimiser/reports/page/vendored/LICENSE-echarts.txt",
        f"{info}/licenses/optimiser/reports/page/vendored/NOTICE-echarts.txt",
    ):
        assert file in names, file
    tracked = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "optimiser").rglob("*")
        if file.is_file() and file.suffix in {".py", ".css", ".js", ".html", ".txt", ".yaml"}
    }
    assert tracked <= names


def test_a_wheel_works_where_it_is_unpacked(wheel: Path, tmp_path: Path) -> None:
    """Away from the checkout: the library, the catalogue of another language, a page."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "there")
    (tmp_path / "here").mkdir()
    start = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'there')!r}); "
        "from optimiser.__main__ import main; import optimiser; "
        f"assert optimiser.__file__.startswith({str(tmp_path)!r}); main()"
    )
    for words, said in (
        (["run", "ecommerce", "--lang", "zh"], "已证明"),
        (["report", "results/ecommerce", "-o", "page.html"], ""),
    ):
        done = subprocess.run(
            [sys.executable, "-c", start, *words],
            cwd=tmp_path / "here",
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
    assert "echarts" in (tmp_path / "here" / "page.html").read_text(encoding="utf-8")


def test_an_sdist_builds_a_wheel(tmp_path: Path) -> None:
    """Everything that a build reads is in it."""
    archive = built("sdist", tmp_path / "sdist")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    folder = tmp_path / re.sub(r"\.tar\.gz$", "", archive.name)
    for file in (
        "cli.py",
        "README.md",
        "LICENSE",
        "Makefile",
        "docs/index.md",
        "tests/test_wheel.py",
    ):
        assert (folder / file).is_file(), file
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "wheel")],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    with zipfile.ZipFile(next((tmp_path / "wheel").iterdir())) as packed:
        assert "optimiser/locale/zh/LC_MESSAGES/optimise.mo" in packed.namelist()


def test_wheels_are_built_for_every_python_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = {
        f"cp{match[1].replace('.', '')}-*"
        for kind in project["project"]["classifiers"]
        if (match := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", kind))
    }
    assert named == set(project["tool"]["cibuildwheel"]["build"])
