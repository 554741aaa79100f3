"""Whether more or less of an indicator is better, as far as its name and its effects decide it, in
English, Chinese and German. Where they do not, nobody guesses: a wrong sense turns a front upside
down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from optimiser.language import tr
from optimiser.patterns import pattern

__all__ = ["Judged", "judged"]

#: the sense, or None where a person has to choose, and why
Judged = tuple[Literal["maximise", "minimise"] | None, str]

#: English and German words by what they speak of, matched from the start of a word
_STARTS: Final = {
    "gained": (
        "gain|profit|revenue|benefit|income|earning|npv|irr|roi|yield|output|production|"
        "productiv|throughput|efficien|availab|uptime|satisfaction|reliab|margin|turnover|sales|"
        "contribution_margin|ebit|dividend|nutzen|rendite"
    ),
    "spent": (
        "cost|invest|capex|opex|totex|price|spend|spent|expens|expend|fee|budget|outlay|lcoe|"
        "capital_cost"
    ),
    "used": (
        "energy|power|electric|fuel|gas|gases|coal|heat|steam|oil|diesel|co2|co2e|carbon|"
        "emission|ghg|nox|sox|dust|water|waste|wastage|time|delay|lead|risk|loss|lose|defect|"
        "reject|rework|scrap|downtime|intensity|consum|use|usage|demand|accident|incident|injur|"
        "noise|failure|fault|outage|complaint|error|pollut|footprint|leak|churn|backlog|latency|"
        "duration|cycle|energie|wasser"
    ),
    "waited": "payback",
    "done": (
        "saved|avoided|reduced|abated|prevented|cut|decreased|lowered|mitigated|captured|"
        "lost|vermiedene|eingesparte|gesparte|reduzierte|gesenkte"
    ),
    "less": "saving|reduction|abatement|avoidance|decrease|mitigation|cutback",
}
#: German parts of words, and Chinese, which is not cut into words
_PARTS: Final = {
    "gained": (
        "gewinn|ertrag|erl\u00f6s|umsatz|durchsatz|wirkungsgrad|effizienz|produktion|"
        "produktivit\u00e4t|"
        "verf\u00fcgbarkeit|ausbeute|einnahme|deckungsbeitrag|kapitalwert|zufriedenheit|"
        "\u6536\u76ca|\u5229\u6da6|\u6536\u5165|\u6548\u76ca|\u4ea7\u91cf|\u4ea7\u80fd|"
        "\u4ea7\u503c|\u4ea7\u51fa|\u6548\u7387|\u80fd\u6548|\u826f\u54c1\u7387|\u826f\u7387|"
        "\u5408\u683c\u7387|"
        "\u6210\u54c1\u7387|\u51c0\u73b0\u503c|\u6536\u76ca\u7387|\u56de\u62a5|"
        "\u6ee1\u610f\u5ea6|\u53ef\u7528\u7387|\u5229\u7528\u7387|\u5f00\u52a8\u7387|"
        "\u53ef\u9760\u6027|\u53ef\u9760\u5ea6|\u9500\u91cf|\u9500\u552e\u989d|"
        "\u8425\u6536|\u63d0\u5347|\u589e\u4ea7|\u589e\u6548|\u589e\u6536"
    ),
    "spent": (
        "kosten|investition|aufwand|ausgaben|preis|geb\u00fchr|"
        "\u6210\u672c|\u8d39\u7528|\u6295\u8d44|\u6295\u5165|\u4ef7\u683c|\u652f\u51fa|"
        "\u82b1\u8d39|\u5f00\u652f|\u9884\u7b97|\u9020\u4ef7|\u8d44\u91d1"
    ),
    "used": (
        "verbrauch|emission|aussto\u00df|ausschuss|ausschu\u00df|stillstand|ausfall|"
        "ausf\u00e4lle|fehler|"
        "mangel|m\u00e4ngel|l\u00e4rm|risiko|risiken|dauer|verlust|abfall|unf\u00e4lle|unfall|"
        "durchlaufzeit|lieferzeit|r\u00fcstzeit|wartezeit|bedarf|reklamation|"
        "\u80fd\u8017|\u80fd\u6e90|\u7535\u8017|\u7528\u7535|\u8017\u7535|\u71c3\u6599|"
        "\u7528\u80fd|\u7164|\u5929\u7136\u6c14|\u7528\u6c14|\u84b8\u6c7d|\u6392\u653e|\u78b3|"
        "\u7528\u6c34|\u6c34\u8017|\u5e9f|"
        "\u65f6\u95f4|\u5de5\u671f|\u5ef6\u8bef|\u98ce\u9669|\u635f\u5931|\u7f3a\u9677|"
        "\u6b21\u54c1|\u4e0d\u826f|\u505c\u673a|\u7c89\u5c18|\u5f3a\u5ea6|\u6d88\u8017|"
        "\u6545\u969c|"
        "\u5468\u671f|\u4e8b\u6545|\u566a\u58f0|\u566a\u97f3|\u6d6a\u8d39|\u6295\u8bc9|"
        "\u8fd4\u5de5|\u6c61\u67d3|\u635f\u8017"
    ),
    "waited": "amortisation|回收期",
    "done": (
        "vermieden|eingespart|gespart|\u8282\u7ea6|\u8282\u7701|\u964d\u4f4e|\u51cf\u5c11|"
        "\u907f\u514d|\u524a\u51cf|\u964d\u672c"
    ),
    "less": (
        "r\u00fcckgang|einsparung|ersparnis|senkung|minderung|reduktion|vermeidung|reduzierung|"
        "\u8282\u80fd|\u8282\u7535|\u8282\u6c34|\u8282\u7164|\u51cf\u6392|\u51cf\u78b3|"
        "\u964d\u78b3|\u78b3\u51cf\u6392|\u51cf\u91cf|\u964d\u8017|\u51cf\u635f"
    ),
}
_SHORT: Final = 4
_PER: Final = pattern(r"[ _]per[ _].*|/.*|[ _]pro[ _].*")
_OF: Final = pattern(r"[ _](?:of|in|der|des|von)[ _]")
_RATIO: Final = pattern(r"ratio|index|score|quote\b|share|\u6bd4$|\u5360\u6bd4|\u6307\u6570")


def _compiled() -> re.Pattern[str]:
    """Every word of every kind, the longest first."""
    found = []
    for kind, starts in _STARTS.items():
        # Of a short word the whole: time is no part of timeline, use none of usefulness.
        ends = {
            word: "" if len(word) > _SHORT else "(?:e?s)?(?![a-z])" for word in starts.split("|")
        }
        found += [(word, kind, rf"(?<![a-z]){word}{end}") for word, end in ends.items()]
    for kind, parts in _PARTS.items():
        found += [(word, kind, word) for word in parts.split("|")]
    found.sort(key=lambda entry: -len(entry[0]))
    groups = {kind: [p for _, k, p in found if k == kind] for kind in _STARTS}
    return pattern("|".join(f"(?P<{kind}>{'|'.join(p)})" for kind, p in groups.items()))


_WORDS: Final = _compiled()


def _kinds(name: str) -> Iterator[tuple[str, int]]:
    """What a name speaks of, in its order, with where each word starts: of words that overlap the
    longest.
    """
    words = []
    for start in range(len(name)):
        matches = [
            (match.end(), match.lastgroup or "")
            for match in (_WORDS.match(name, start),)
            if match is not None
        ]
        words += [(start, end, kind) for end, kind in matches]
    reach = 0
    for start, end, kind in words:
        if start >= reach:
            yield kind, start
            reach = end


def judged(name: str, effects: Sequence[str], /) -> Judged:
    """The sense that a column's name and its effects decide.

    >>> judged("abatement_cost", ["20", "90"])[0], judged("headcount", ["1"])[0]
    ('minimise', None)
    """
    whole = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold()
    plain = _PER.sub("", whole)
    marks = list(_kinds(plain))
    kinds = [kind for kind, _ in marks]
    rising, falling = _signs(effects)
    if not kinds:
        return None, _undecided(rising, falling)
    if "gained" in kinds and {"spent", "used"} & set(kinds) and _RATIO.search(whole):
        return None, tr("the name speaks of a ratio")
    if "done" in kinds or kinds[-1] == "less":
        return _of_less(
            [kind for kind in kinds if kind not in ("done", "less")], falling and not rising
        )
    if "less" in kinds and kinds[-1] == "used":
        if _OF.search(plain):
            return _of_less(["used"], falling and not rising)
        return None, tr("the name may mean what is saved, or what is left")
    if kinds[-1] == "gained":
        return "maximise", tr("guess: the name speaks of what is gained or produced")
    if kinds[-1] == "waited":
        return "minimise", tr("guess: the name speaks of how long money takes to return")
    if kinds[-1] == "spent":
        return "minimise", tr("guess: the name speaks of money spent")
    if rising and not falling:
        return None, tr(
            "the name speaks of what is used up or goes wrong, and no effect is negative: "
            "minimise, or maximise if these are savings"
        )
    return "minimise", tr("guess: the name speaks of what is used up, emitted or goes wrong")


def _of_less(of: Sequence[str], negative: bool) -> Judged:
    """The sense of what is saved, avoided or reduced."""
    if negative:
        return None, tr(
            "the name speaks of savings, and every effect is negative: minimise if what is left "
            "counts"
        )
    if of and of[-1] == "gained":
        return "minimise", tr("guess: the name speaks of less of what is gained")
    return "maximise", tr("guess: the name speaks of what is saved or avoided")


def _undecided(rising: bool, falling: bool) -> str:
    if rising == falling:
        return tr("the name decides nothing")
    if rising:
        return tr("the name decides nothing; no effect is negative")
    return tr("the name decides nothing; no effect is positive")


def _signs(effects: Sequence[str]) -> tuple[bool, bool]:
    """Whether any effect is above 0, and any below."""
    found = []
    for effect in effects:
        try:
            found.append(float(effect.rstrip("% ")))
        except ValueError:
            continue
    return any(value > 0 for value in found), any(value < 0 for value in found)
