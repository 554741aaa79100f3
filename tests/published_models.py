"""Nonlinear models from the literature as the content of scenarios, in the format's own
expressions.

References:
    Zitzler, Deb, Thiele (2000) (ZDT).
    Deb, Thiele, Laumanns, Zitzler (2005) (DTLZ). Binh, Korn (1997) (BNH).
    Osyczka, Kundu (1995) (OSY). Tanaka et al. (1995) (TNK). Ma, Wang (2019) (MW).
    Tanabe, Ishibuchi (2020) (RE).
"""

from __future__ import annotations

from typing import Any

__all__ = ["MODELS"]

Content = dict[str, Any]


def _box(*bounds: tuple[float, float]) -> Content:
    return {
        f"x{i}": {"type": "real", "min": low, "max": high}
        for i, (low, high) in enumerate(bounds, 1)
    }


def _minimised(*expressions: str) -> Content:
    return {f"f{i}": {"sense": "minimise", "expr": expr} for i, expr in enumerate(expressions, 1)}


def _content(variables: Content, objectives: Content, **constraints: str) -> Content:
    return {
        "variables": variables,
        "objectives": objectives,
        **({"constraints": constraints} if constraints else {}),
    }


def bnh() -> Content:
    objectives = _minimised("4 * x1**2 + 4 * x2**2", "(x1 - 5)**2 + (x2 - 5)**2")
    near, far = "(x1 - 5)**2 + x2**2 <= 25", "(x1 - 8)**2 + (x2 + 3)**2 >= 7.7"
    return _content(_box((0, 5), (0, 3)), objectives, near=near, far=far)


def osy() -> Content:
    first = "-(25 * (x1 - 2)**2 + (x2 - 2)**2 + (x3 - 1)**2 + (x4 - 4)**2 + (x5 - 1)**2)"
    objectives = _minimised(first, " + ".join(f"x{i}**2" for i in range(1, 7)))
    rows = {
        "a": "x1 + x2 >= 2",
        "b": "x1 + x2 <= 6",
        "c": "x2 - x1 <= 2",
        "d": "x1 - 3 * x2 <= 2",
        "g": "(x3 - 3)**2 + x4 <= 4",
        "h": "(x5 - 3)**2 + x6 >= 4",
    }
    return _content(_box((0, 10), (0, 10), (1, 5), (0, 6), (1, 5), (0, 10)), objectives, **rows)


def tnk() -> Content:
    ring = "x1**2 + x2**2 >= 1 + 0.1 * cos(16 * atan(x1 / x2))"
    disc = "(x1 - 0.5)**2 + (x2 - 0.5)**2 <= 0.5"
    return _content(_box((0, 3.15), (0, 3.15)), _minimised("x1", "x2"), ring=ring, disc=disc)


def mw1(n: int = 15) -> Content:
    terms = [f"exp(-10 * (x{i}**{n - 2} - 0.5 - {i - 1} / {2 * n})**2)" for i in range(2, n + 1)]
    variables = _box(*[(0, 1)] * n)
    content = _content(
        variables,
        _minimised("x1", "second"),
        wave="x1 + second <= 1 + 0.5 * sin(2 * pi * sqrt(2) * (second - x1))**8",
    )
    second = f"{n} - sum({', '.join(terms)}) - 0.85 * x1"
    return {
        **content,
        "indicators": {"second": {"expr": second}},
        "objectives": {"second": "minimise", **_minimised("x1")},
    }


def zdt1(n: int = 30) -> Content:
    mean = f"sum({', '.join(f'x{i}' for i in range(2, n + 1))}) / {n - 1}"
    content = _content(_box(*[(0, 1)] * n), _minimised("x1", "g * (1 - sqrt(x1 / g))"))
    return {**content, "indicators": {"g": {"expr": f"1 + 9 * {mean}"}}}


def dtlz2(n: int = 12) -> Content:
    radius = "1 + " + " + ".join(f"(x{i} - 0.5)**2" for i in range(3, n + 1))
    half = "x{} * pi / 2"
    first, second = half.format(1), half.format(2)
    shapes = (f"cos({first}) * cos({second})", f"cos({first}) * sin({second})", f"sin({first})")
    content = _content(_box(*[(0, 1)] * n), _minimised(*(f"radius * {shape}" for shape in shapes)))
    return {**content, "indicators": {"radius": {"expr": radius}}}


def re21() -> Content:
    low = "sqrt(2)"
    variables = {
        f"x{i}": {"type": "real", "min": low if i in (2, 3) else 1, "max": 3} for i in range(1, 5)
    }
    volume = "200 * (2 * x1 + sqrt(2) * x2 + sqrt(x3) + x4)"
    return _content(
        variables,
        _minimised(volume, "0.01 * (2 / x1 + 2 * sqrt(2) / x2 - 2 * sqrt(2) / x3 + 2 / x4)"),
    )


def re31() -> Content:
    volume = "x1 * sqrt(16 + x3**2) + x2 * sqrt(1 + x3**2)"
    missing = (
        "max(volume - 0.1, 0) + max(stress - 1e5, 0) + max(80 * sqrt(1 + x3**2) / (x3 * x2) "
        "- 1e5, 0)"
    )
    content = _content(
        _box((1e-5, 100), (1e-5, 100), (1, 3)),
        {"volume": "minimise", "stress": "minimise", **_minimised(missing)},
    )
    stress = "20 * sqrt(16 + x3**2) / (x1 * x3)"
    return {**content, "indicators": {"volume": {"expr": volume}, "stress": {"expr": stress}}}


def re36(largest: int = 60) -> Content:
    variables = {f"x{i}": {"type": "integer", "min": 12, "max": largest} for i in range(1, 5)}
    objectives = {
        "error": "minimise",
        **_minimised("max(x1, x2, x3, x4)", "max(0, error / 6.931 - 0.5)"),
    }
    return {
        **_content(variables, objectives),
        "indicators": {"error": {"expr": "abs(6.931 - x3 * x4 / (x1 * x2))"}},
    }


MODELS = {
    "bnh": bnh,
    "osy": osy,
    "tnk": tnk,
    "mw1": mw1,
    "zdt1": zdt1,
    "dtlz2": dtlz2,
    "re21": re21,
    "re31": re31,
}
