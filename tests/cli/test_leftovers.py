"""A made-up language, in which every letter of a message is another one that looks like it: what a
command prints in letters never went through the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from pathlib import Path
from string import Formatter, ascii_letters

import pytest
import typer

from docs.messages import CATALOGUES, read
from optimiser import language
from optimiser.commands import COMMANDS, application
from optimiser.commands.help import complaint
from optimiser.engine import registry
from optimiser.exports import formats
from optimiser.ranking import methods
from optimiser.scenario import Scenario
from optimiser.scenario.format.gates import METRICS
from tests.cli.processes import Done

# letters that look like those of English and are none
LOOKALIKES = [chr(first + i) for first in (0x1D5BA, 0x1D5A0) for i in range(26)]
MARKS = str.maketrans(ascii_letters, "".join(LOOKALIKES))
WORD = re.compile(r"[A-Za-z][A-Za-z]{2,}")

SCENARIO = """\
optimise: 1
name: zzfactory
indicators:
  zzoutput: {baseline: 100, unit: zzt}
  zzmoney: {unit: zzeur, timing: one_off}
technologies:
  zzone: {effects: {zzoutput: +4%, zzmoney: 1.8}}
  zztwo: {requires: [zzone], effects: {zzoutput: +7%, zzmoney: 3.1}}
  zzmore:
    scale: {min: 1, max: 4, step: 1, unit: zzmw}
    effects_per_unit: {zzoutput: 1, zzmoney: 2}
synergies:
  zzboth: {between: [zzone, zztwo], effects: {zzoutput: +3%}}
constraints:
  zzbudget: zzmoney <= 9
objectives:
  zzoutput: {sense: maximise, weight: 0.5, target: 110}
  zzmoney: {sense: minimise, weight: 0.5}
plans:
  zzold: {adopt: {zzone: 1}}
  zzall: {adopt: {zzone: 1, zztwo: 1, zzmore: 4}}
"""
PHASES = """
phases:
  - {name: zzfirst, years: 1, limits: {zzmoney: 6}}
  - {name: zzthen, years: 2}
"""


class MadeUp(NullTranslations):
    """Marks the letters of messages, and of nothing that is put into them."""

    def __init__(self) -> None:
        super().__init__()
        self._catalog = {
            f"{m.context}\x04{m.id}" if m.context else str(m.id): "" for m in read(CATALOGUES[0])
        }

    def gettext(self, message: str) -> str:
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return marked(msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return marked(message) if f"{context}\x04{message}" in self._catalog else message


def marked(message: str) -> str:
    if "{" not in message:
        return message.translate(MARKS)
    pieces = []
    for text, name, form, conversion in Formatter().parse(message):
        pieces.append(text.replace("{", "{{").replace("}", "}}").translate(MARKS))
        if name is not None:
            pieces.append(
                f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
            )
    return "".join(pieces)


@pytest.fixture(scope="module")
def catalogue() -> MadeUp:
    return MadeUp()


@pytest.fixture
def made_up(catalogue: MadeUp, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "_catalogue", lambda _: catalogue)
    with language.speaking("zh"):
        yield


# what is the same in every language
KEYS = [
    *COMMANDS,
    *registry(),
    *methods(),
    *Scenario.model_fields,
    *formats(),
    *METRICS,
    "optimise auto nosuch BASE NEW results effects combinations feasible extends limits",
]


def leftovers(text: str) -> set[str]:
    """The words that no message said, but for names, paths, options, and what is never
    translated.
    """
    known = {*WORD.findall(" ".join(KEYS)), "error", "warning"}
    plain = re.sub(r"--?[a-z][\w-]*|\S*[/\\]\S*|p[0-9a-f]{12}|\w+\.(?:yaml|csv|json)", " ", text)
    return {
        word
        for word in WORD.findall(plain)
        if not word.startswith("zz") and word not in known and not re.fullmatch("[A-Z]+", word)
    }


CALLS = [
    "check zz.yaml",
    "run zz.yaml",
    "run zz.yaml -v",
    "run phased.yaml",
    "show results/zzfactory",
    "show results/zzfactory {plan}",
    "show results/zzphased {phased}",
    "rank results/zzfactory --method topsis",
    "verify results/zzfactory",
    "compare results/zzfactory results/zzphased --fail-on best.zzoutput:1%",
    "assess zz.yaml",
    "run zz.yaml --equivalents",
    "run zz.yaml --format md",
    "compare results/zzfactory zz.yaml --format md",
]
WRONG = [
    "run nosuch",
    "run zz.yaml --method nosuch",
    "rank results/zzfactory --weights zzx=1",
    "run zz.yaml --set zzindicators.zzx=1",
    "show results/zzfactory zzp",
    "export results/zzfactory -o zz.zz",
    "run zz.yaml --time-limit 0",
    "compare results/zzfactory zz.yaml --fail-on zzmetric:1",
    "check bad.yaml",
    "run zz.yaml --csv zz.yaml",
    "check empty.yaml",
]


@pytest.mark.usefixtures("made_up")
def test_nothing_on_screen_escapes_the_catalogue(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    """Tables, messages, errors with their help, of results and of mistakes."""
    (tmp_path / "zz.yaml").write_text(SCENARIO, encoding="utf-8")
    phased = SCENARIO.replace("zzfactory", "zzphased") + PHASES
    (tmp_path / "phased.yaml").write_text(phased, encoding="utf-8")
    bad = SCENARIO.replace("zzmoney: 1.8", "zzmony: 1.8").replace("<= 9", "<= 9 +")
    (tmp_path / "bad.yaml").write_text(bad, encoding="utf-8")
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    plans: dict[str, str] = {}
    escaped: dict[str, set[str]] = {}
    for call in [*CALLS, *WRONG]:
        done = optimise(*call.format(**plans).split())
        if call.startswith("run ") and (found := re.search(r"\bp[0-9a-f]{12}\b", done.out)):
            plans.setdefault("phased" if "phased" in call else "plan", found.group())
        if words := leftovers(done.out + done.err):
            escaped[call] = words
    assert sorted(f"{call}: {sorted(words)}" for call, words in escaped.items()) == []


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_said_in_the_language(command: str, optimise: Callable[..., Done]) -> None:
    done = optimise(*([command] if command else []), "--help")
    options = r"^ *(?:-\w, )?(?:--[\w-]+)(?: [<A-Z]\S*)?|\S*\|\S*|<\S+>|\[\S+\]|\{\S+\}"
    assert leftovers(re.sub(options, "", done.out, flags=re.MULTILINE)) - {"auto", "exact"} == set()


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize(
    "call", ["run --zz", "repair zz.yaml zz zz", "rank", "zzrun", "run --top zz zz"]
)
def test_typer_complains_in_the_language(call: str) -> None:
    with pytest.raises(typer.TyperException) as error:
        application()(call.split(), prog_name="optimise", standalone_mode=False)
    words = re.sub(
        r"\[OPTIONS\]|\{SCENARIO\}|COMMAND \[ARGS\]...|'[^']*'", "", complaint(error.value)
    )
    assert leftovers(words) - {"Error", "RESULT"} == set()


def test_a_word_that_escapes_is_seen() -> None:
    assert leftovers(f"{marked('three words here')} here") == {"here"}
    assert leftovers(marked("only {what} here").format(what="zzthis")) == set()
