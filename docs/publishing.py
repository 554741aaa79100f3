"""The documentation as a site: what mkdocs has to be told.

Pages are written for readers of the source, where a code host shows them. A site reads some things
otherwise, which is put right here, page by page, as it is built (``mkdocs.yml`` names this file):

- a link that leaves the folder of the documentation leads to a copy of the text, or is no link;
- a link to a page in another language leads to that language's site;
- a fence says its kind only, and as its title the file that it is written to;
- lists may begin without an empty line before them;
- Chinese is searched by words of the glossary and by letters, as it has no blanks between words.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

__all__ = [
    "on_config",
    "on_files",
    "on_page_markdown",
    "on_post_build",
    "pages_in",
    "published",
    "segmented",
    "spread",
]

_DOCS = Path(__file__).resolve().parent
_ROOT = _DOCS.parent
# texts at the top of the source that are pages of the site, too
_COPIED = {
    f"{name}.md": f"about/{name.lower()}.md" for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY")
}
_COPIED["LICENSE"] = "about/licence.md"
_ELSEWHERE = {**_COPIED, "README.md": "index.md", "README.zh.md": "index.md"}
_KINDS = {"csv": "text", "python": "pycon", "sh": "console"}

_FENCE = re.compile(r"^```(\w+)([^\n]*)$")
_ITEM = re.compile(r"^(?:[-*]|\d+\.) ")
_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s]+)\)")
_MARK = re.compile(r"^<!-- .* -->$")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_BETWEEN = "\u200b"  # where the search of the site may part words


def on_config(config: Any) -> Any:
    """Put the pages of a folder where the navigation names the folder; headings are linked by the
    names that code hosts give them.
    """
    from pymdownx.slugs import slugify

    config.nav = spread(config.nav)
    config.mdx_configs["toc"]["slugify"] = slugify(case="lower")
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add what lies at the top of the source."""
    from mkdocs.structure.files import File

    for name, page in _COPIED.items():
        if files.get_file_from_path(page) is None:
            files.append(File.generated(config, page, abs_src_path=str(_ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """A page as the site reads it."""
    where = page.file.src_uri
    source = next((name for name, copy in _COPIED.items() if copy == where), f"docs/{where}")
    return published(markdown, source)


def on_post_build(config: Any) -> None:
    """Let Chinese be searched."""
    index = Path(config.site_dir, "search", "search_index.json")
    found = json.loads(index.read_text(encoding="utf-8"))
    for place in found["docs"]:
        for field in ("title", "text"):
            place[field] = segmented(place[field])
    index.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


# mkdocs reads it: after the languages
for _event in (on_files, on_post_build):
    _event.mkdocs_priority = -200  # type: ignore[attr-defined]  # any function can have one


def pages_in(folder: str, /) -> list[str]:
    """The pages of a folder of the documentation, in English, in the order of their names."""
    found = (path.relative_to(_DOCS).as_posix() for path in (_DOCS / folder).glob("*.md"))
    return sorted(page for page in found if not page.endswith(".zh.md"))


def published(text: str, source: str, /) -> str:
    """A page as the site reads it.

    Args:
        text: as it is written.
        source: its path in the source.
    """
    lines = list(_prepared(text.splitlines(), source))
    return "\n".join(lines) + "\n"


def segmented(text: str, /) -> str:
    """A text whose Chinese is parted into words of the glossary, and into letters elsewhere."""

    def parted(match: re.Match[str]) -> str:
        return _BETWEEN + _BETWEEN.join(_words().findall(match[0])) + _BETWEEN

    return _CHINESE.sub(parted, text)


def spread(nav: Iterable[Any], /) -> list[Any]:
    """A navigation with the pages of folders in the place of the folders."""
    found: list[Any] = []
    for entry in nav:
        if isinstance(entry, dict):
            ((title, content),) = entry.items()
            if isinstance(content, str) and content.endswith("/"):
                content = pages_in(content)
            elif isinstance(content, list):
                content = spread(content)
            found.append({title: content})
        else:
            found.append(entry)
    return found


def _prepared(lines: Iterable[str], source: str) -> Iterator[str]:
    """The lines of a page one by one; what is fenced stays as it is."""
    fenced, before = False, ""
    for line in lines:
        if line.startswith("```"):
            yield line if fenced else _opening(line)
            fenced = not fenced
        elif fenced:
            yield line
        elif _MARK.match(line):
            yield ""
        else:
            if _ITEM.match(line) and before and not _ITEM.match(before) and before[0] != " ":
                yield ""
            yield _LINK.sub(lambda match: _linked(match, source), line)
        before = line


def _opening(line: str) -> str:
    match = _FENCE.match(line)
    if not match:
        return line
    words = dict(word.split("=", 1) for word in match[2].split())
    title = words.get("file") or words.get("of")
    kind = _KINDS.get(match[1], match[1])
    return f'```{kind} title="{title}"' if title else f"```{kind}"


def _linked(match: re.Match[str], source: str) -> str:
    """A link as it leads somewhere in the site."""
    words, target = match[1], match[2]
    path, _, place = target.partition("#")
    if not path or re.match(r"[a-z]+:", path):
        return match[0]
    there = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    here = posixpath.dirname(_ELSEWHERE.get(source, source.removeprefix("docs/")))
    page = _ELSEWHERE.get(there) or there.removeprefix("docs/")
    if (_DOCS / page).is_dir():
        page = next(iter(pages_in(page)), "")
    if not page or (there not in _ELSEWHERE and not there.startswith("docs/")):
        return words[1:-1] if not words.startswith("!") else ""
    anchor = f"#{place}" if place else ""
    in_chinese = source.endswith(".zh.md")
    if page.endswith(".zh.md") != in_chinese and _in_chinese(page).is_file():
        # the other language has a site of its own
        named = page.removesuffix(".md").removesuffix(".zh") + ".html"
        to, at = (named, f"zh/{here}") if in_chinese else (f"zh/{named}", here)
        return f'<a href="{posixpath.relpath(to, at or ".")}{anchor}">{words[1:-1]}</a>'
    page = page.replace(".zh.md", ".md")
    return f"{words}({posixpath.relpath(page, here or '.')}{anchor})"


def _in_chinese(page: str) -> Path:
    return _DOCS / f"{page.removesuffix('.md').removesuffix('.zh')}.zh.md"


@cache
def _words() -> re.Pattern[str]:
    """The words of the glossary, the longest first, and any letter."""
    text = (_DOCS / "glossary.md").read_text(encoding="utf-8")
    words = {word for word in _CHINESE.findall(text) if 1 < len(word) <= 6}
    return re.compile("|".join([*sorted(words, key=lambda word: (-len(word), word)), "."]))
