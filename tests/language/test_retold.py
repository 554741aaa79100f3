"""What is kept in English is said in the reader's language, whatever it was put together from."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser import language
from optimiser.language import RETOLD, joined, retold, speaking

ENGLISH = {
    "the list is short": "表短",
    "plan {number} of {total} is rounded": "{total} 个中的第 {number} 个已取整",
    "no certificate: {reason}": "没有证书：{reason}",
    "no plan holds; these nearly hold": "没有方案成立；这些几乎成立",
    "decision {name!r} is a real number: the front is infinite": "{name!r} 是实数：前沿是无限的",
    "{solver}: {why}": "{solver}：{why}",
    "cost": "成本",
    "; ": "；",
    ", ": "、",
    " or ": " 或 ",
}


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A catalogue of these messages alone."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    messages = Catalog(locale="zh")
    for english, chinese in ENGLISH.items():
        messages.add(english, chinese, context=None if english in ("; ", ", ", " or ") else RETOLD)
    file = tmp_path / "zh" / "LC_MESSAGES" / "optimise.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, messages)
    monkeypatch.setattr(language, "_FOLDER", tmp_path)
    for kept in (language._catalogue, language._patterned):
        monkeypatch.setattr(language, kept.__name__, kept.__wrapped__)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("nobody says this", "nobody says this"),
        ("nobody; says this", "nobody; says this"),
        ("the list is short", "表短"),
        ("plan 3 of 7 is rounded", "7 个中的第 3 个已取整"),
        ("the list is short; plan 3 of 7 is rounded", "表短；7 个中的第 3 个已取整"),
        ("no certificate: the list is short", "没有证书：表短"),
        (
            "plan 3 of 7 is rounded; no certificate: the list is short",
            "7 个中的第 3 个已取整；没有证书：表短",
        ),
        ("no plan holds; these nearly hold", "没有方案成立；这些几乎成立"),
        ("no plan holds; these nearly hold; the list is short", "没有方案成立；这些几乎成立；表短"),
        ("the list is short; nobody says this", "表短；nobody says this"),
        ("nobody says this; the list is short", "nobody says this；表短"),
        (
            "exact: decision 'a b' is a real number: the front is infinite; "
            "cost: the list is short",
            "exact：'a b' 是实数：前沿是无限的；cost：表短",
        ),
        ("no certificate: cost", "没有证书：cost"),
        ("no certificate: 'cost'", "没有证书：'cost'"),
        ("no certificate: 'the list is short'", "没有证书：'表短'"),
        ("plan {x} of {y} is rounded", "{y} 个中的第 {x} 个已取整"),
    ],
)
def test_retold(text: str, said: str) -> None:
    with speaking("zh"):
        assert retold(text) == said
    assert retold(text) == text


def test_joined() -> None:
    assert joined() == joined("", "") == ""
    assert joined("a", "", "b") == "a; b"


@pytest.mark.parametrize(
    ("message", "value", "said"),
    [
        ("目标 {x} 的值", "成本", "目标成本的值"),
        ("目标 {x} 的值", "cost", "目标 cost 的值"),
        ("目标{x}的值", "cost", "目标 cost 的值"),
        ("目标 '{x}' 的值", "成本", "目标 '成本' 的值"),
        ("实际为{x}", "'iot'", "实际为 'iot'"),
        ("{x}可用", "'iot'", "'iot' 可用"),
        ("在 {x} 中：", "约束 'c'", "在约束 'c' 中："),
        ("{x}：{x} 起", "第 3 行", "第 3 行：第 3 行起"),
        ("{x:.1f} 吨，{{x}}", 2.5, "2.5 吨，{x}"),
        ("{x!r} 的", "甲 乙", "'甲 乙' 的"),
        ("不变 {x}", "", "不变 "),
    ],
)
def test_a_blank_stands_just_where_wide_and_narrow_letters_meet(
    message: str, value: object, said: str
) -> None:
    with speaking("zh"):
        assert language.tr(message, x=value) == said
    assert language.tr(message, x=value) == message.format(x=value)


def test_names_of_either_kind_are_listed_as_the_language_lists_them() -> None:
    with speaking("zh"):
        assert language.listed(["甲", "乙", "丙"], last="or") == "甲、乙或丙"
        assert language.listed(["a", "b", "c"], last="or") == "a、b 或 c"


@pytest.mark.parametrize("text", ["; " * 9_000, "a; " * 6_000, "the list is short; " * 1_000])
def test_what_has_more_parts_than_anything_of_ours_is_not_looked_up(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(language, "_said", lambda text, **_: asked.append(text))
    with speaking("zh"):
        assert retold(text) == text
    assert asked == []
