"""Write the library's large case: 60 technologies, 4 phases, 3 objectives.

    python -m benchmarks.large_roadmap

Five platforms are shared by eleven areas of a factory, and each area has the same five technologies
with numbers of its own: sensors, monitoring on their data, control by AI on top of that, and the
machines either refitted or renewed. The numbers are drawn from a fixed seed by ``random()`` alone,
whose sequence Python guarantees, so that the file is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

__all__ = ["FILE", "scenario_text"]

FILE = Path(__file__).resolve().parent.parent / "scenarios" / "factory_roadmap.yaml"
"""Where the scenario belongs."""

_SEED = 2027
_AREAS = {
    "casting": "Casting",
    "forging": "Forging",
    "machining": "Machining",
    "welding": "Welding",
    "painting": "Painting",
    "assembly": "Assembly",
    "testing": "Testing",
    "packing": "Packing",
    "warehouse": "Warehouse",
    "transport": "Transport",
    "energy": "Energy supply",
}

_HEAD = """\
# Sixty technologies in four phases: what a real programme looks like, and how far a proof reaches.
#
# Written by benchmarks/large_roadmap.py from a fixed seed. Five platforms (a network, a data platform, AI, a code of rules for
# data, training) are shared by eleven areas and paid once. Each area has sensors, monitoring on their data, control by AI on
# top, and old machines that are either refitted or renewed. Control by AI takes a phase until it works, monitoring works half
# in its first phase, and AI needs the data platform a phase before it.
#
# Each technology starts in one of four phases or never: 5^60 roadmaps before the rules, 10^41. Nobody lists all efficient ones
# of so many, and nobody could read them. Within the minute that the file allows, the run chooses plans such that whatever one
# could do instead is at most a stated share of the range better in any objective, and proves that:
#   optimise run factory_roadmap
# Sixty plans, chosen among 240, stand for all within 3.6 % after some ten CPU seconds. No sixty do within 1.2 %, and 1 % takes more
# than a hundred. More plans stand for all within less, 2 % after ten seconds and 1 % after thirty, which a gap asks for in place
# of a number:
#   optimise run factory_roadmap --set solver.points=null --gap 0.01
optimise: 1
name: factory_roadmap
title: Sixty technologies in four phases
description: >-
  Which of sixty technologies should a factory start in which of four phases, when each phase has a purse and money that is
  left moves on? Benefit over the whole time against CO2 avoided at its end and against investment.
source: Ours; invented effects, drawn from a fixed seed, that show the size of a problem that can be solved.
illustrative: true

indicators:
  benefit:     {unit: M CNY, title: Benefit over five years, aggregate: total}
  co2_avoided: {unit: kt/yr, title: CO2 avoided at the end, aggregate: final}
  investment:  {unit: M CNY, title: Investment, timing: one_off}

technologies:
  network:
    title: Network of the factory
    layer: infrastructure
    latest: "2028"
    effects: {investment: 6}
  data_rules:
    title: "Rules for data: privacy, access, safety"
    layer: infrastructure
    latest: "2028"
    effects: {investment: 2}
  data_platform:
    title: Data platform
    layer: platform
    latest: "2028"
    requires: [network, data_rules]
    effects: {benefit: 0.4, investment: 8}
  ai_platform:
    title: AI platform
    layer: platform
    latest: "2029"
    requires: [{technology: data_platform, lead: 1}]
    effects: {benefit: 0.3, investment: 7}
  training:
    title: Training
    layer: ecosystem
    effects: {benefit: 0.6, investment: 3}
"""

_TAIL = """
objectives:
  benefit:     {sense: maximise, weight: 0.5}
  co2_avoided: {sense: maximise, weight: 0.2}
  investment:  {sense: minimise, weight: 0.3}

phases:
  - {name: "2027", years: 1, limits: {investment: 40}}
  - {name: "2028", years: 1, limits: {investment: 40}}
  - {name: "2029", years: 1, limits: {investment: 35}}
  - {name: "2030", years: 2, limits: {investment: 35}}
carry_over: true

plans:
  nothing: {title: As it is}
  platforms_first:
    title: "Platforms in the first year, then machining and assembly"
    adopt:
      network: 1@2027
      data_rules: 1@2027
      data_platform: 1@2027
      training: 1@2027
      machining_sensors: 1@2027
      machining_monitoring: 1@2028
      assembly_sensors: 1@2028
      assembly_monitoring: 1@2028
      ai_platform: 1@2028
      machining_ai: 1@2029
      assembly_ai: 1@2029

solver: {points: 60, time_limit: 60}
"""


def scenario_text() -> str:
    """The content of the file."""
    random = Random(_SEED)
    areas = "".join(line for area, title in _AREAS.items() for line in _area(random, area, title))
    synergies = "".join(
        line for area, title in _AREAS.items() for line in _synergy(random, area, title)
    )
    return f"{_HEAD}{areas}\nsynergies:\n{synergies}{_TAIL}"


def _area(random: Random, area: str, title: str, /) -> Iterator[str]:
    def drawn(low: int, high: int) -> str:
        """A number between low and high tenths."""
        return f"{(low + int(random.random() * (high - low + 1))) / 10:g}"

    yield f"  # {title}\n"
    for name, about, layer, rules, effects in (
        (
            "sensors",
            "sensors",
            "infrastructure",
            ("requires: [network]", 'latest: "2029"'),
            (None, None, (8, 20)),
        ),
        (
            "monitoring",
            "monitoring",
            "application",
            (f"requires: [{area}_sensors, data_platform]", "ramp: [0.5]"),
            ((4, 14), (1, 8), (10, 25)),
        ),
        (
            "ai",
            "control by AI",
            "application",
            (f"requires: [{area}_monitoring, ai_platform]", "delay: 1", 'latest: "2029"'),
            ((10, 30), (3, 15), (20, 50)),
        ),
        (
            "refit",
            "machines refitted",
            "infrastructure",
            (f"excludes: [{area}_renewal]", 'latest: "2028"'),
            ((3, 9), (4, 16), (15, 40)),
        ),
        (
            "renewal",
            "machines renewed",
            "infrastructure",
            ('earliest: "2028"',),
            ((10, 30), (10, 40), (50, 140)),
        ),
    ):
        yield f'  {area}_{name}:\n    title: "{title}: {about}"\n    layer: {layer}\n'
        yield from (f"    {rule}\n" for rule in rules)
        named = zip(("benefit", "co2_avoided", "investment"), effects, strict=True)
        yield (
            "    effects: {"
            + ", ".join(f"{key}: {drawn(*span)}" for key, span in named if span is not None)
            + "}\n"
        )


def _synergy(random: Random, area: str, title: str, /) -> Iterator[str]:
    benefit = f"{(3 + int(random.random() * 8)) / 10:g}"
    yield f'  {area}_new_and_clever:\n    title: "{title}: new machines under AI"\n'
    yield f"    between: [{area}_ai, {area}_renewal]\n    effects: {{benefit: {benefit}}}\n"


if __name__ == "__main__":
    FILE.write_text(scenario_text(), encoding="utf-8", newline="\n")
