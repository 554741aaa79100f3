"""What planners write: full-width punctuation, commas and words in numbers, other files and
encodings. Each is understood, or refused in its place with what to write.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser.advice import check
from optimiser.errors import Diagnostic, UsageError
from optimiser.scenario import format_diagnostic, load

HEAD = """\
optimise: 1
name: test
indicators: {cost: {unit: EUR, timing: one_off}, 产能: {baseline: 100}}
objectives: {cost: minimise}
phases: [{name: "2027"}, {name: "2028"}]
"""
FIRST = HEAD.count("\n") + 1

# what follows HEAD -> the errors: code, line behind HEAD from 1, column, a part of the help
PUNCTUATION: dict[str, tuple[str, list[tuple[str, int, int, str]]]] = {
    "colon in braces": (
        "parameters: {p: {value: 1, unit：元/t}}\n",
        [("S017", 1, 32, "unit: 元/t")],
    ),
    "colon with a blank": (
        "parameters: {p: {value： 1, unit: t}}\n",
        [("S017", 1, 23, "value: 1")],
    ),
    "colon of a section": ("technologies：\n  a: {}\n", [("S017", 1, 13, "technologies:")]),
    "colon before braces": ("technologies:\n  a：{}\n  b: {}\n", [("S017", 2, 4, "': '")]),
    "colon in a block": (
        "technologies:\n  a:\n    title： Anlage\n    layer: x\n",
        [("S017", 3, 10, "title: Anlage")],
    ),
    "the last line": (
        "technologies:\n  a:\n    layer: x\n    title：Anlage\n",
        [("S017", 4, 10, ":")],
    ),
    "colon after wide characters": (
        "technologies:\n  a: {title: 定型机余热回收, layer：节能}\n",
        [("S017", 2, 28, "layer: 节能")],
    ),
    "a colon where the section is a text": (
        "constraints:\n  k：cost <= 5\nsource: x\n",
        [("S017", 2, 4, "k: cost")],
    ),
    "indented with full-width blanks": (
        "technologies:\n\u3000\u3000a: {}\n",
        [("S017", 2, 1, "plain blanks")],
    ),
    "comma in braces": (
        "technologies:\n  a: {earliest: 2028，latest: 2028}\n",
        [("S017", 2, 21, "', '")],
    ),
    "commas and colons": (
        "technologies:\n  a: {earliest： 2028，latest： 2028，title: x}\n",
        [("S017", 2, 15, ""), ("S017", 2, 21, ""), ("S017", 2, 28, ""), ("S017", 2, 34, "")],
    ),
    "a key that a value swallowed": (
        "technologies:\n  a: {title: 甲，layer：乙}\n",
        [("S017", 2, 15, "甲, layer"), ("S017", 2, 21, "layer: 乙")],
    ),
    "comma in a list": (
        "technologies:\n  a: {requires: [b，c]}\n  b: {}\n  c: {}\n",
        [("S017", 2, 19, "b, c")],
    ),
    "enumeration comma": (
        "technologies:\n  a: {requires: [b、c]}\n  b: {}\n  c: {}\n",
        [("S017", 2, 19, "b, c")],
    ),
    "semicolon in a list": (
        "technologies:\n  a: {requires: [b; c]}\n  b: {}\n  c: {}\n",
        [("S017", 2, 19, "b, c")],
    ),
    "braces": (
        "technologies:\n  a: {effects: ｛cost：5｝}\n",
        [("S017", 2, 16, "{"), ("S017", 2, 21, "cost: 5"), ("S017", 2, 23, "}")],
    ),
    "no blank behind a colon": ("technologies:\n  a: {layer:x}\n", [("S017", 2, 12, "layer: x")]),
    "no blank, in a block": (
        "technologies:\n  a:\n    layer:x\n    title: y\n",
        [("S017", 3, 10, "layer: x")],
    ),
    "a full-width blank": (
        "technologies:\n  a:\n    layer:\u3000x\n    title: y\n",
        [("S017", 3, 11, "blank")],
    ),
    "decimal comma in braces": (
        "technologies:\n  a: {effects: {cost: 1,5}}\n",
        [("S017", 2, 24, "write 1.5")],
    ),
    "two decimal commas": (
        "technologies:\n  a: {effects: {cost: 1,5, 产能: +2,5%}}\n",
        [("S017", 2, 24, "write 1.5"), ("S017", 2, 34, "write 2.5")],
    ),
    "decimal comma in a limit": (
        "constraints:\n  k: {expr: 产能 <= 103,5, why: x}\n",
        [("S017", 2, 22, "write 103.5")],
    ),
    "groups in braces": (
        "technologies:\n  a: {effects: {cost: 1,000,000}}\n",
        [("S017", 2, 23, "write 1000000")],
    ),
    "decimal commas in a list": (
        "technologies:\n  a: {effects: {cost: 1}, ramp: [0,5, 0,8]}\n",
        [("S017", 2, 35, "[0.5, 0.8]")],
    ),
    "a comma inside a call": (
        "constraints:\n  k: {expr: max(cost, 产能) <= 500, why: x}\n",
        [("S017", 2, 13, "'max(cost, 产能) <= 500'")],
    ),
    "the value of a phase in braces": (
        'constraints:\n  k: {expr: cost["2027"] <= 5, why: x}\n',
        [("S017", 2, 13, "'cost[\"2027\"] <= 5'")],
    ),
    "a phase without quotes": (
        "constraints:\n  k: cost[2027] <= 5\n",
        [("S030", 2, 11, 'cost["2027"]')],
    ),
    "a mistake behind a slip": (
        "technologies:\n  a: {layer：x, effects: {cots: 1}}\n",
        [("S017", 2, 12, "layer: x"), ("S012", 2, 26, "'cost'")],
    ),
    "in an unknown key": (
        "technologies:\n  a: {efects: {cots: 1}}\n",
        [("S011", 2, 7, "'effects'"), ("S012", 2, 16, "'cost'")],
    ),
}
#: what follows HEAD and is right as it stands
UNDERSTOOD = {
    "text in block": "technologies:\n  a:\n    title: 节能：余热，回收（一期）\n",
    "text in braces": "technologies:\n  a: {title: 节能：余热，回收（一期）, layer: 一、二}\n",
    "text with a word and a colon": "technologies:\n  a: {title: 甲，方案：乙}\n",
    "brackets in a title": "technologies:\n  a: {title: 【重点】锅炉, layer: ［一］}\n",
    "quoted": 'technologies:\n  a: {title: "a：b，c", layer: "x:y"}\n',
    "times and addresses": "source: https://example.org/a:b\ndescription: from 8:30\n",
    "a folded text": "description: >\n  甲：乙，丙\n  x:y\n",
    "a long text": "description: 甲\n  乙：丙，丁\n",
    "whole numbers in a list": "variables:\n  x: {values: [1,2,3]}\n  y: {values: [1, 2, 3]}\n",
    "arguments": "constraints:\n  k: max(cost,5) <= 500\n",
    "a quoted phase": 'constraints:\n  k: cost["2027"] <= 5\n',
    "comments": "# 注：甲，乙\ntechnologies: {a: {}}  # x：y\n",
    "ids that look alike": "technologies: {能耗: {}, 电耗: {}}\n",
}
# a number as an effect -> code, the characters that are meant, a part of the help
NUMBERS: dict[str, tuple[str, str, str]] = {
    "18万": ("S030", "18万", "write 180000"),
    "18万元": ("S030", "18万元", "write 180000"),
    "1.2亿": ("S030", "1.2亿", "write 120000000"),
    "3千": ("S030", "3千", "write 3000"),
    "2百万": ("S030", "2百万", "write 2000000"),
    "18w": ("S030", "18w", "write 180000"),
    "5k": ("S030", "5k", "or 5 where the unit says 'k'; for a product with 'k' write 5 * k"),
    "5 K": ("S030", "5 K", "write 5000, or 5"),
    "2 Mio": ("S030", "2 Mio", "write 2000000"),
    "2.5 Mrd": ("S030", "2.5 Mrd", "write 2500000000"),
    "100 tsd": ("S030", "100 tsd", "write 100000"),
    "3 million": ("S030", "3 million", "write 3000000"),
    "3bn": ("S030", "3bn", "write 3000000000"),
    "-1.5M": ("S030", "1.5M", "write 1500000"),
    "5 EUR": ("S030", "5 EUR", "unit: EUR"),
    "300元": ("S030", "300元", "unit: 元"),
    "¥5": ("S030", "¥", "unit"),
    "5€": ("S030", "€", "unit"),
    "三百二十": ("S031", "三百二十", "write 320"),
    "1,5": ("S030", "1,5", "write 1.5"),
    "1，5": ("S030", "1，5", "write 1.5"),
    "1,500": ("S030", "1,500", "write 1.500 for a decimal, 1500 for thousands"),
    "1,000,000": ("S030", "1,000,000", "write 1000000"),
    "1,000.5": ("S030", "1,000.5", "write 1000.5"),
    "1.000.000": ("S030", "1.000.000", "write 1000000"),
    "1.000,5": ("S030", "1.000,5", "write 1000.5"),
    "1 000 000": ("S030", "1 000 000", "write 1000000"),
    "1'000": ("S030", "1'000", "write 1000"),
    "1_000": ("S030", "1_", "write 1000"),
    "1_000_000.5": ("S030", "1_", "write 1000000.5"),
    "5±1": ("S030", "±", "write one number"),
    "4 percent": ("S030", "4 percent", "write 0.04, or 4% as an effect"),
    "5‰": ("S030", "‰", "write 5 ‰ as 0.005"),
    "2027-05-03": ("S021", "2027-05-03", "write a number"),
    "5/3/2027": ("S021", "5/3/2027", "write a number"),
    "1½": ("S030", "1½", "write 1.5"),
    "½": ("S030", "½", "write 0.5"),
    "１２": ("S030", "１２", "write 12"),
    "+4％": ("S030", "％", "write %"),
    "~5": ("S030", "~", "write the number alone"),
}
# a constraint -> the characters that are meant, the help
COMPARISONS = {
    "cost ＜＝ 5": ("＜＝", "write <="),
    "cost ＞＝ 5": ("＞＝", "write >="),
    "cost <＝ 5": ("＝", "write ="),
    "cost ＝ 5": ("＝", "write =="),
    "cost ≤ 5": ("≤", "write <="),
    "（cost + 1） <= 5": ("（", "write ("),
    "cost ＋ 1 <= 5": ("＋", "write +"),
    "cost － 1 <= 5": ("－", "write -"),
    "2 ＊ cost <= 5": ("＊", "write *"),
    "max(cost，1) <= 5": ("，", "write ,"),
    "cost <= 18万": ("18万", "write 180000"),
    "cost <= 3,5": ("3,5", "write 3.5"),
    "产能 <= 1,000,000": ("1,000,000", "write 1000000"),
}


def errors(folder: Path, data: str | bytes, name: str = "scenario.yaml") -> list[Diagnostic]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    scenario, found = check(path)
    wrong = [d for d in found if d.severity == "error"]
    assert (scenario is None) == bool(wrong)
    return wrong


@pytest.mark.parametrize("name", PUNCTUATION)
def test_punctuation_is_named_in_its_place(name: str, tmp_path: Path) -> None:
    text, expected = PUNCTUATION[name]
    found = errors(tmp_path, HEAD + text)
    places = [(d.code, d.line, d.column) for d in found]
    assert places == [(code, FIRST - 1 + line, column) for code, line, column, _ in expected]
    for diagnostic, (_, _, _, help) in zip(found, expected, strict=True):
        assert help in diagnostic.help
        assert "null" not in diagnostic.message


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_is_right_stays_right(name: str, tmp_path: Path) -> None:
    assert errors(tmp_path, HEAD + UNDERSTOOD[name]) == []


@pytest.mark.parametrize("written", NUMBERS)
def test_numbers_of_planners(written: str, tmp_path: Path) -> None:
    code, meant, help = NUMBERS[written]
    line = f"      cost: {written}"
    found = errors(tmp_path, f"{HEAD}technologies:\n  a:\n    effects:\n{line}\n")
    assert [(d.code, d.column) for d in found] == [(code, line.index(meant, 12) + 1)]
    assert found[0].length == len(meant)
    assert help in found[0].help


@pytest.mark.parametrize("written", COMPARISONS)
def test_comparisons_of_planners(written: str, tmp_path: Path) -> None:
    meant, help = COMPARISONS[written]
    line = f"  k: {written}"
    found = errors(tmp_path, f"{HEAD}constraints:\n{line}\n")
    assert [(d.code, d.column) for d in found] == [("S030", line.index(meant) + 1)]
    assert help in found[0].help


def test_a_file_of_full_width_colons(tmp_path: Path) -> None:
    found = errors(tmp_path, "optimise：1\nname：示例\nobjectives：\n  cost：minimise\n")
    assert [(d.code, d.line, d.column) for d in found if d.code == "S017"] == [
        ("S017", 1, 9),
        ("S017", 2, 5),
        ("S017", 3, 11),
        ("S017", 4, 7),
    ]


ENCODED = "optimise: 1\nname: 示例\ntitle: 印染厂数字化与节能改造\n"
ENCODINGS = {
    "UTF-16 with a mark": (ENCODED.encode("utf-16"), "UTF-16", 0),
    "UTF-16LE": (ENCODED.encode("utf-16-le"), "UTF-16", 0),
    "UTF-16BE": (ENCODED.encode("utf-16-be"), "UTF-16", 0),
    "UTF-32": (ENCODED.encode("utf-32"), "UTF-32", 0),
    "GB18030": (ENCODED.encode("gb18030"), "GB18030", 2),
    "Windows-1252": ("name: a\ntitle: Kühlung und Wärme\n".encode("cp1252"), "Windows-1252", 2),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_other_encodings_are_recognised(name: str, tmp_path: Path) -> None:
    data, encoding, line = ENCODINGS[name]
    found = errors(tmp_path, data)
    assert [(d.code, d.line) for d in found] == [("S004", line)]
    assert encoding in found[0].message
    assert "UTF-8" in found[0].help
    assert "\ufffd" not in found[0].source


def test_utf_8_stays_utf_8(tmp_path: Path) -> None:
    for data in (ENCODED.encode(), ENCODED.encode("utf-8-sig"), "name: Kühlung\n".encode()):
        assert all(d.code != "S004" for d in errors(tmp_path, data))


FOREIGN = {
    "front.csv": ("plan,rank,score,cost\np1,1,0.5,3\n", "the table of a result"),
    "measures.csv": ("id;cost\na;1\nb;2\n", "a table"),
    "measures.yaml": ("id,cost,title\na,1,x\nb,2,y\n", "a table"),
    "tabs.yaml": ("id\tcost\na\t1\n", "a table"),
    "result.json": ('{"schema_version": 1, "scenario": {}, "plans": []}\n', "a result"),
    "page.yaml": ("<!DOCTYPE html>\n<html></html>\n", "a web page"),
    "book.yaml": ("PK\x03\x04rest", "a workbook"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_given_in_place_of_a_scenario(name: str, tmp_path: Path) -> None:
    text, what = FOREIGN[name]
    found = errors(tmp_path, text, name)
    assert [d.code for d in found] == ["S002"]
    assert what in found[0].message
    assert found[0].help


def test_which_scenario_of_a_folder_is_meant(tmp_path: Path) -> None:
    def help() -> str:
        return check(tmp_path)[1][0].help

    assert "none in this folder" in help()
    (tmp_path / "a.yaml").write_text(HEAD)
    assert help() == f"name the file in it: {tmp_path / 'a.yaml'}"
    (tmp_path / "b.yml").write_text(HEAD)
    assert "a.yaml, b.yml" in help()


def test_which_scenario_of_a_name_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    original = load("production_steps")
    Path("factory.yaml").write_text(HEAD)
    with pytest.raises(UsageError) as caught:
        load("factory")
    assert "did you mean factory.yaml?" in caught.value.help
    Path("production_steps.yaml").write_text(HEAD)
    with pytest.raises(UsageError, match=r"of the library, and production_steps\.yaml is here too"):
        load("production_steps")
    assert load("./production_steps.yaml").name == "test"
    from optimiser.scenario import library

    Path("production_steps.yaml").write_bytes(library()["production_steps"].read_bytes())
    assert load("production_steps") == original


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "word " * 50_000,
        HEAD + f"technologies: {{a: {{effects: {{{'x' * 100_000}: 1}}}}}}\n",
        HEAD + f"constraints: {{k: {'cost + ' * 20_000}+ <= 5}}\n",
        HEAD + f"technologies: {{a: {{requires: [{'y' * 100_000}]}}}}\n",
        HEAD + f"phases: {'z' * 100_000}\n",
        "a，b：" * 50_000,
    ],
)
def test_no_message_prints_a_whole_file(text: str, tmp_path: Path) -> None:
    for diagnostic in errors(tmp_path, text):
        assert len(format_diagnostic(diagnostic)) < 3_000
        assert len(diagnostic.message) <= 1_000


def test_a_dyehouse_with_planted_mistakes(tmp_path: Path) -> None:
    text = """\
optimise: 1
name: 染厂
parameters:
  steam_price: {value: 210, low: 180, high: 290, unit：元/t, title: 蒸汽价格}
indicators:
  产能: {baseline: 62}
  蒸汽: {baseline: 310}
  返工率: {baseline: 4.2}
  capex: {timing: one_off}
technologies:
  iot: {effects: {产能: +0.8%, capex: 240}}
  定型机: {scale: {min: 1, max: 6}, effects: {capex: 30}, efects_per_unit: {蒸气: -3.1, capex: 85}}
  mes: {requires: [iott], levels: {试点: {effects: {产能: +1%}}, 全厂: {effects: {产能: +2%}}}}
constraints:
  quality: {expr: 返工律 <= 3,5, why: 客户要求}
objectives:
  产能: {sense: maximze}
  capex: minimise
plans:
  咨询: {adopt: {iott: 1, mes: 全}}
"""
    found = [(d.code, d.line, d.column, d.help) for d in errors(tmp_path, text)]
    assert found == [
        ("S017", 4, 54, "write ': ': unit: 元/t"),
        ("S011", 12, 56, "did you mean 'effects_per_unit'?"),
        ("S012", 12, 74, "did you mean '蒸汽'?"),
        ("S012", 13, 20, "did you mean 'iot'?"),
        ("S031", 15, 19, "did you mean '返工率'?"),
        ("S017", 15, 27, "write 3.5"),
        ("S015", 17, 15, "did you mean 'maximise'?"),
        ("S012", 20, 16, "did you mean 'iot'?"),
        ("S050", 20, 30, "did you mean '全厂'?"),
    ]
