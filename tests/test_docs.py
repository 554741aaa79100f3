"""The documentation says what the program does: generated parts, shown output, examples, links,
names of options.
"""

from __future__ import annotations

import importlib
import os
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import typer.main

from docs.generate import LIBRARY, PAGES, ROOT, generated, library_row, parts, with_part
from docs.transcripts import blocks, commands, language_of, prepared, refreshed
from optimiser.commands import application
from optimiser.scenario import library
from optimiser.scenario.format.gates import METRICS
from tests.domain.solving import known, solved
from tests.domain.test_cement_plant import listed, visible

ALL = sorted({*PAGES, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
WITH_EXAMPLES = [
    # in English the same commands are run every time
    pytest.param(page, marks=pytest.mark.slow if page.match("how-to/*.zh.md") else ())
    for page in PAGES
    if any(b.kind in ("console", "sh", "python") for b in blocks(page.read_text("utf-8")))
]
GROUP: Any = typer.main.get_command(application())


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def known_options() -> set[str]:
    found = {"-h", "--help"}
    for command in (GROUP, *GROUP.commands.values()):
        found.update(
            spelling for p in command.params if p.param_type_name == "option" for spelling in p.opts
        )
    return found


def measuring_options() -> set[str]:
    """Those of the commands under benchmarks and of the attack suite."""
    suites = (ROOT / "tests" / name / "__main__.py" for name in ("attacks", "robustness"))
    files = [*(ROOT / "benchmarks").rglob("*.py"), *suites]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return set(re.findall(r"add_argument\(\s*\"(--[a-z-]+)\"", code))


def anchor(heading: str) -> str:
    """The name that a heading can be linked by."""
    plain = heading.strip().lower().replace("`", "")
    return "".join(
        "-" if c == " " else c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LN"
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_generated_parts_are_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == generated(text), "run make docs"


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
@pytest.mark.skipif(os.sep != "/", reason="paths are shown as POSIX writes them")
def test_what_a_page_shows_is_what_happens(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    prepared(page, tmp_path)
    now = refreshed(text, tmp_path, language=language_of(page))
    assert now.splitlines() == text.splitlines(), "run make docs"


@pytest.mark.parametrize("name", library())
def test_the_library_page_has_what_is_found(name: str) -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert library_row(name, known(name)) in text.splitlines(keepends=True), "run make docs"


def test_the_library_page_has_every_scenario_once() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert parts(text) == [LIBRARY]
    assert re.findall(r"^\| \[(\w+)\]", text, re.MULTILINE) == list(library())
    named = set(re.findall(r"`(\w+)`", text.split("<!-- end of library -->")[1]))
    assert named == set(library())


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, place = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / target).resolve() if target else page
        headings = (
            re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            if file.suffix == ".md"
            else []
        )
        if not file.exists() or (place and place not in {anchor(h) for h in headings}):
            broken.append(link)
    assert broken == []


def test_the_map_leads_to_every_page() -> None:
    """Those of the scenarios by way of the library's page, Chinese ones from their own map."""
    folder = ROOT / "docs"
    text = "".join(
        (folder / name).read_text(encoding="utf-8")
        for name in ("index.md", "index.zh.md", "scenarios.md")
    )
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")} - {"index.md"}
    assert [page for page in sorted(pages) if f"({page})" not in text] == []


@pytest.mark.parametrize("name", sorted(n for n, c in GROUP.commands.items() if not c.hidden))
def test_every_command_is_shown_at_work(name: str) -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"\n## optimise {name}\n" in text
    assert any(command.split()[1] == name for command in commands(text))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_what_is_not_there(page: Path) -> None:
    """A command or option that was renamed or never built."""
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^\$ |^)optimise (\w+)", text, re.MULTILINE))
    assert named - set(GROUP.commands) == set()
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))
    assert (
        options
        - known_options()
        - (
            measuring_options()
            if page.name in ("performance.md", "claims.md", "reliability.md")
            else set()
        )
        == set()
    )


def in_code(name: str) -> bool:
    """Whether a dotted name leads to a module, or to something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found is not None
    return False


NOW = [page for page in ALL if page.name != "CHANGELOG.md" and page.parent.name != "decisions"]


@pytest.mark.parametrize("page", NOW, ids=name_of)
def test_no_page_names_code_that_is_not_there(page: Path) -> None:
    """A module, a function or a file that was renamed; what is decided may be history."""
    text = page.read_text(encoding="utf-8")
    spans = re.findall(r"`([^`\n]+)`", text)
    names = {found[0] for span in spans if (found := re.match(r"optimiser?(\.\w+)+", span))}
    names |= set(re.findall(r"python -m ([\w.]+)", text))
    files = {"optimise.1", *(f"optimise.{ending}" for ending in ("toml", "mo", "po"))}
    gone = {name for name in names - files if not in_code(name)}
    # a folder that is ignored holds what somebody made: results/ is also a name in the house
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    tops = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    paths = {span.rstrip("/") for span in spans if re.fullmatch(r"\w[\w.-]*(/[\w.*-]+)+/?", span)}
    gone |= {p for p in paths if p.split("/")[0] in tops and not [*ROOT.glob(p)]}
    assert gone == set()


def test_numbers_of_steps_and_questions_are_those_that_are_there() -> None:
    words = {10: "ten", 11: "eleven"}
    steps = words[len(list((ROOT / "docs" / "tutorial").glob("*.yaml")))]
    for name in ("README.md", "docs/index.md", "docs/tutorial.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"\bin (\w+) steps", text)) == {steps}, name
    questions = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    asked = [
        int(n)
        for head in re.findall(r"^## (.+)$", questions, re.M)
        for n in re.findall(r"\d+", head.split(".")[0])
    ]
    assert asked == list(range(1, 11))
    assert questions.startswith(f"# {words[len(asked)].capitalize()} questions")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.zh.md")), ids=name_of)
def test_a_page_has_the_same_examples_in_every_language(page: Path) -> None:
    shown, english = (
        [(block.kind, block.words, block.commands()) for block in blocks(one.read_text("utf-8"))]
        for one in (page, page.with_name(page.name.replace(".zh", "")))
    )
    assert shown == english


def test_installing_has_every_extra_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = sorted(set(project["optional-dependencies"]) - {"dev"})
    for name in ("installing.md", "installing.zh.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert sorted(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) == extras
        assert f"optimise-{project['version']}-" in text


def test_every_gate_is_explained() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [metric for metric in METRICS if f"`{metric}:" not in text] == []


def test_references_are_those_that_the_code_works_by() -> None:
    """A paper in the list that no docstring names is decoration."""
    text = (ROOT / "docs" / "mathematics.md").read_text(encoding="utf-8")
    text, references = text.split("## References")
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", references, re.MULTILINE)]
    listed = re.findall(r"^\d+\. (\w+), .*?\((\d{4})\)", references, re.MULTILINE)
    assert numbers == list(range(1, len(listed) + 1))
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "optimiser").rglob("*.py")
    )
    paragraphs = re.split(r"\n\s*\n", code)
    assert [(a, y) for a, y in listed if not any(a in p and y in p for p in paragraphs)] == []
    assert sorted({int(n) for n in re.findall(r"\[(\d+)\]", text)}) == numbers


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_no_page_shows_where_it_was_made(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert re.findall(r"(?<![\w.])/(?:home|tmp|root|Users|work)/\S*", text) == []
    assert re.findall(r"(?<!\w)#\d+\b", text) == []


def test_the_readme_shows_what_make_run_does() -> None:
    readme, makefile = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile")
    )
    first = commands(readme)[0]
    assert f"run: $(STAMP)\n\t$(BIN)/{first}\n" in makefile
    assert re.findall(r"^make (\w+)", readme, re.MULTILINE) == ["run", "test"]


def test_the_figures_of_the_cement_plant() -> None:
    points = listed(solved("cement_plant"))
    total, seen = len(points), int(visible(points).sum())
    for name, words in (
        (
            "README.md",
            f"there are {total} efficient plans, and only {seen} of them are the best for "
            "some weights",
        ),
        ("README.md", f"the other\n{total - seen} are invisible to a weighted sum"),
        ("docs/index.md", f"in `cement_plant` {seen} of {total}."),
        ("docs/mathematics.md", f"{total - seen} of {total} for `cement_plant`"),
    ):
        assert words in (ROOT / name).read_text(encoding="utf-8")


def test_a_wrong_page_is_noticed(tmp_path: Path) -> None:
    """The other direction: output, exit code, example and generated part that are not what
    happens.
    """
    shown = "```console\n$ optimise check smart_manufacturing\nsmart_manufacturing: invalid\n```\n"
    assert refreshed(shown, tmp_path) == shown.replace("invalid", "valid")
    with pytest.raises(RuntimeError, match="exit code 0, expected 3"):
        refreshed(shown.replace("console", "console exit=3"), tmp_path)
    assert (
        refreshed("```python\n>>> 1 + 1\n3\n>>> 2 + 2\n4\n```\n", tmp_path)
        == "```python\n>>> 1 + 1\n2\n>>> 2 + 2\n4\n```\n"
    )
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        refreshed("```python\n>>> 1 / 0\n```\n", tmp_path)
    (tmp_path / "step.yaml").write_text("a: 1\nb: 2\nc: 3\n", encoding="utf-8")
    shown = "```yaml lines=1-1,3-3 of=step.yaml\na: 1\n\nc: {}\n```\n"
    assert refreshed(shown.format(4), tmp_path) == shown.format(3)
    marks = "<!-- solvers: written by make docs -->\nold\n<!-- end of solvers -->"
    assert "old" not in generated(marks)
    with pytest.raises(ValueError, match="nothing is written"):
        generated(marks.replace("solvers", "sovlers"))
    with pytest.raises(ValueError, match="are needed"):
        with_part("no marks", "solvers", "")
