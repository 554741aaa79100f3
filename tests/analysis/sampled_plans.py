"""Models with uncertain parameters, and every plan of them at every sample, in plain floats."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from hypothesis import strategies as st

from optimiser.scenario import Scenario, load

__all__ = ["Oracle", "models", "written"]


def written(folder: Path, text: str) -> Scenario:
    """The scenario of a text."""
    (folder / "made.yaml").write_text(text, encoding="utf-8")
    return load(folder / "made.yaml")


class Oracle:
    """Indicators are sums over adopted technologies of ``number * parameter``."""

    def __init__(
        self,
        effects: list[dict[str, tuple[float, str | None]]],
        senses: dict[str, float],
        limit: tuple[str, float, str | None],
    ) -> None:
        self.effects, self.senses, self.limit = effects, senses, limit
        self.plans = list(product((0, 1), repeat=len(effects)))

    def value(self, plan: tuple[int, ...], name: str, at: dict[str, float]) -> float:
        total = 0.0
        for adopted, own in zip(plan, self.effects, strict=True):
            number, parameter = own.get(name, (0.0, None))
            total += adopted * number * (at[parameter] if parameter else 1.0)
        return total

    def minimised(self, plan: tuple[int, ...], at: dict[str, float]) -> list[float]:
        return [sign * self.value(plan, name, at) for name, sign in self.senses.items()]

    def holds(self, plan: tuple[int, ...], at: dict[str, float]) -> bool:
        name, bound, parameter = self.limit
        bound *= at[parameter] if parameter else 1.0
        return self.value(plan, name, at) <= bound + 1e-6 * max(1.0, abs(bound))


@st.composite
def models(draw: st.DrawFn) -> tuple[str, Oracle]:
    """A scenario of up to five technologies, and its oracle."""
    names = {"g": draw(st.sampled_from([-1.0, 1.0])), "c": 1.0}
    if draw(st.booleans()):
        names["r"] = draw(st.sampled_from([-1.0, 1.0]))
    parameters = ["p", "q"]
    effects: list[dict[str, tuple[float, str | None]]] = [
        {
            name: (
                draw(st.integers(-20, 60)) / 10,
                draw(st.sampled_from([None, *parameters])),
            )
            for name in names
        }
        for _ in range(draw(st.integers(1, 5)))
    ]
    limit = ("c", draw(st.integers(1, 120)) / 10, draw(st.sampled_from([None, "q"])))
    lines = ["optimise: 1", "name: made", "parameters:"]
    lines += ["  p: {value: 1, low: 0.5, high: 1.5}"]
    lines += ["  q: {value: 2, low: 1, high: 2.5, distribution: uniform}"]
    lines += ["indicators:", *(f"  {name}: {{}}" for name in names), "technologies:"]
    for i, own in enumerate(effects):
        parts = (f"{n}: {{value: {v}{f' * {p}' if p else ''}}}" for n, (v, p) in own.items())
        lines.append(f"  t{i}: {{effects: {{{', '.join(parts)}}}}}")
    bound = f"{limit[1]} * {limit[2]}" if limit[2] else f"{limit[1]}"
    lines += ["constraints:", f"  most: c <= {bound}", "objectives:"]
    lines += [f"  {n}: {'maximise' if s < 0 else 'minimise'}" for n, s in names.items()]
    return "\n".join(lines), Oracle(effects, names, limit)
