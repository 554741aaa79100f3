"""The page as one file: markup, style, scripts and data, and a policy that lets nothing else in.

Everything a user wrote travels as JSON in a block that no browser runs, and is put into the page as
text. The policy names the style and the scripts by their hashes, and allows no request.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from optimiser import paths
from optimiser.language import marked, spoken, tr
from optimiser.patterns import pattern
from optimiser.reports.page.payload import payload
from optimiser.results.printable import printable

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["ASSETS", "LICENCES", "SCRIPTS", "VENDORED", "assembled", "page", "script_json"]

ASSETS: Final = Path(__file__).parent / "assets"
VENDORED: Final = Path(__file__).parent / "vendored"
SCRIPTS: Final = (
    "reading.js",
    "ranking.js",
    "written.js",
    "deciding.js",
    "elements.js",
    "drawing.js",
    "charts.js",
    "controls.js",
    "plans.js",
    "repairs.js",
    "sections.js",
    "page.js",
)
"""The page's own, in the order in which they are run; `echarts.js` comes first."""

LICENCES: Final = (
    "NOTICE-echarts.txt",
    "LICENSE-echarts.txt",
    "LICENSE-d3.txt",
    "LICENSE-zrender.txt",
    "LICENSE-tslib.txt",
)
"""What the page has to carry with the library that it draws with."""

_NEEDS: Final = marked(
    "This page needs JavaScript: everything it shows is in it, nothing is loaded."
)
_SCRIPT_END: Final = pattern(r"[<>&\u2028\u2029]")


def page(
    result: Result,
    /,
    *,
    robust: Mapping[str, Any] | None = None,
    repair: Mapping[str, Any] | None = None,
) -> str:
    """The whole page as HTML.

    Args:
        result: what it shows; in the language that is spoken, with a switch to the others.
        robust: what `robust --format json` answers, for a section of its own.
        repair: what `repair --format json` answers, likewise.
    """
    title = result.scenario.title or str(result.scenario.name)
    return assembled(payload(result, robust=robust, repair=repair), title=title)


def assembled(
    data: Mapping[str, Any],
    /,
    *,
    title: str,
    scripts: Sequence[str] = SCRIPTS,
    library: bool = True,
    connecting: str = "",
) -> str:
    """A page as HTML.

    Args:
        data: what it knows.
        title: of the window.
        scripts: its own, in the order in which they are run.
        library: whether these draw.
        connecting: what the policy lets it ask for; nothing by default.
    """
    style = _asset("page.css")
    drawing = paths.content(VENDORED / "echarts.js").decode() if library else ""
    own = "".join(map(_asset, scripts))
    licences = "\n\n".join(
        paths.content(VENDORED / name).decode() for name in ("VERSIONS.txt", *LICENCES)
    )
    places = {
        "LICENCES": html.escape(licences, quote=False) if library else "",
        "LANGUAGE": spoken(),
        "RUNNING": f"{_source(drawing)} {_source(own)}",
        "STYLED": _source(style),
        "CONNECTING": f"connect-src {connecting}; " if connecting else "",
        "TITLE": html.escape(printable(title)),
        "NEEDS": html.escape(tr(_NEEDS)),
        "STYLE": style,
        "DATA": script_json(data),
        "LIBRARY": drawing,
        "SCRIPT": own,
    }
    # in one pass: what is put in is not looked through again
    return re.sub(r"@([A-Z]+)@", lambda found: places[found[1]], _asset("page.html"))


def script_json(value: Any, /) -> str:
    """A value as JSON that ends no script, whatever texts it holds, and reads back the same."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # a lone surrogate has no bytes in a file
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return _SCRIPT_END.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _asset(name: str) -> str:
    return paths.content(ASSETS / name).decode()


def _source(content: str) -> str:
    """How the policy names a script or a style: by the hash of what stands between its tags."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
