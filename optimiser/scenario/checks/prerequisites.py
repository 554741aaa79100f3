"""What requires, requires_any, excludes, levels and groups imply, by propagation alone.

Every rule says "at least k of these literals hold". A rule of which only k literals can still hold
makes them all hold; one of which fewer can hold is a conflict. Nothing is searched: what is
reported is proven, and not everything that is true is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from optimiser.frozen import dataclass, light
from optimiser.language import tr
from optimiser.scenario.checks.cycles import arrows, cycles
from optimiser.scenario.checks.starts import too_late
from optimiser.scenario.format.rules import Count, Prerequisite, group_rules, level_rules, rules_of
from optimiser.scenario.format.schema import Technology
from optimiser.scenario.source.draft import Draft, Path

__all__ = ["Logic", "check_prerequisites", "logic"]


class _Rule(NamedTuple):
    """At least ``need`` of the literals hold; a literal is a name and whether it is adopted.
    ``rule`` is what says so, itself or in words.
    """

    literals: tuple[tuple[str, bool], ...]
    need: int
    rule: Prerequisite | Count | str

    @property
    def text(self) -> str:
        """The rule in words."""
        return self.rule if isinstance(self.rule, str) else self.rule.text


@light(frozen=True)
class _Consequences:
    """What follows from an assumption: the literals, how many of its literals each rule has lost,
    in how many steps that was found, and, where it leads to a conflict, the rules behind it.
    """

    holds: Mapping[str, bool]
    lost: Mapping[int, int]
    steps: int
    conflict: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Logic:
    """The rules of a scenario; names are technologies and ``technology.level``."""

    rules: tuple[_Rule, ...]

    @cached_property
    def _watching(self) -> Mapping[str, list[tuple[int, bool]]]:
        """name -> the rules with a literal of it, and its sign there."""
        found: dict[str, list[tuple[int, bool]]] = {}
        for i, rule in enumerate(self.rules):
            for name, sign in rule.literals:
                found.setdefault(name, []).append((i, sign))
        return found

    @cached_property
    def implied(self) -> frozenset[str]:
        """What the adoption of something else asks for by a rule of these two alone."""
        pairs = (rule.literals for rule in self.rules if len(rule.literals) == 2 and rule.need == 1)
        return frozenset(
            name for pair in pairs if pair[0][1] != pair[1][1] for name, sign in pair if sign
        )

    @cached_property
    def opposed(self) -> frozenset[str]:
        """What has to be adopted for a rule to come into play that would not hold if everything
        were adopted that can be: adopting anything else leads to no conflict.

        A rule that would hold then has as many literals of adoption left as it needs, whatever is
        adopted; so it is never broken by adopting, and only ever asks for adopting more.

        That of several levels one is chosen is broken by nothing where no other rule names a level:
        any is as good as another, and adopting one means no more than adopting its technology.
        """
        named = {name for rule in self.rules if rule.rule for name, _ in rule.literals}
        never = {name for name, holds in self.always.holds.items() if not holds}
        causes: dict[str, list[str]] = {}
        stack: list[str] = []
        levels: set[str] = set()
        for rule in self.rules:
            if_adopted = [name for name, sign in rule.literals if not sign and name not in never]
            left = len(rule.literals) - len(if_adopted)
            if never:
                left -= sum(sign and name in never for name, sign in rule.literals)
            if left < rule.need:
                if rule.rule or not named.isdisjoint(if_adopted):
                    stack += if_adopted
                else:
                    levels.update(if_adopted)
                continue
            for name, sign in rule.literals:
                if sign and if_adopted:
                    causes.setdefault(name, []).extend(if_adopted)
        found: set[str] = set()
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                stack += causes.get(name, ())
        return frozenset(found - levels)

    @cached_property
    def always(self) -> _Consequences:
        """What holds in every plan."""
        return self._propagate({}, {}, range(len(self.rules)))

    def adopting(self, name: str, /) -> _Consequences:
        """What follows from adopting a technology or level, besides what always holds."""
        if self.always.conflict or self.always.holds.get(name):
            return self.always
        if name in self.always.holds:
            return self._propagate({}, {}, (), name)
        return self._propagate(self.always.holds, self.always.lost, (), name)

    def _propagate(
        self,
        before: Mapping[str, bool],
        lost_before: Mapping[int, int],
        rules: Sequence[int],
        adopted: str = "",
    ) -> _Consequences:
        """Follow the rules from what held before, with what each had lost; the steps are as many
        as the literals of names that come to hold.
        """
        holds: dict[str, bool] = {}
        lost: dict[int, int] = {}
        because: dict[str, int] = {}
        full: set[int] = set()
        queue = list(rules)
        watching = self._watching

        def hold(name: str, sign: bool) -> None:
            holds[name] = sign
            for i, other in watching.get(name, ()):
                if other != sign:
                    lost[i] = lost.get(i, lost_before.get(i, 0)) + 1
                queue.append(i)

        if adopted:
            hold(adopted, True)
        for i in queue:
            rule = self.rules[i]
            possible = len(rule.literals) - lost.get(i, lost_before.get(i, 0))
            if possible < rule.need:
                whole = {**before, **holds}
                return _Consequences(holds, lost, len(queue), self._explained(i, because, whole))
            if possible > rule.need or i in full:
                continue
            full.add(i)
            for name, sign in rule.literals:
                if name not in holds and name not in before:
                    because[name] = i
                    hold(name, sign)
        return _Consequences(holds, lost, len(queue))

    def _explained(
        self, conflict: int, because: Mapping[str, int], holds: Mapping[str, bool]
    ) -> tuple[str, ...]:
        """The rules that led to a conflict, causes first."""
        order: list[int] = []
        stack = [conflict]
        while stack:
            i = stack.pop()
            if i in order:
                order.remove(i)
            order.append(i)
            stack += [
                because[n]
                for n, sign in self.rules[i].literals
                if n in because and holds[n] != sign and because[n] != i
            ]
            if len(order) > 50:
                break
        return tuple(dict.fromkeys(self.rules[i].text for i in reversed(order)))


def check_prerequisites(draft: Draft, /) -> None:
    """Report circular prerequisites, and technologies that require what they exclude."""
    uses: dict[str, list[str]] = {}
    for name, technology in draft.scenario.technologies.items():
        single = [
            alternatives[0] for alternatives in technology.requires_any if len(alternatives) == 1
        ]
        uses[name] = [
            owner
            for owner in (m.partition(".")[0] for m in (*map(str, technology.requires), *single))
            if owner in draft.declared["technologies"]
        ]
    for cycle in cycles(uses):
        at = draft.key("technologies", cycle[0], "requires")
        draft.findings.error(
            "S048",
            at,
            tr("circular prerequisites: {cycle}", cycle=arrows(cycle)),
            help=tr("remove one of them; technologies that go together are one technology"),
        )
    for name, technology in draft.scenario.technologies.items():
        _contradiction(draft, name, technology)


def _contradiction(draft: Draft, name: str, technology: Technology) -> None:
    for i, wanted in enumerate(map(str, technology.requires)):
        owner = wanted.partition(".")[0]
        path: Path = ("technologies", name, "requires", i)
        for other in (wanted, owner):
            if other in technology.excludes:
                message = tr(
                    "'{name}' requires '{wanted}' and excludes '{other}': it can never be adopted",
                    name=name,
                    wanted=wanted,
                    other=other,
                )
                draft.findings.error(
                    "S048", draft.at(*path), message, help=tr("remove one of them")
                )
                break
            if (
                other == owner
                and owner in draft.scenario.technologies
                and name in draft.scenario.technologies[owner].excludes
            ):
                message = tr(
                    "'{name}' requires '{wanted}', and '{owner}' excludes '{name}': it can "
                    "never be adopted",
                    name=name,
                    wanted=wanted,
                    owner=owner,
                )
                draft.findings.error(
                    "S048", draft.at(*path), message, help=tr("remove one of them")
                )
                break
    if name in technology.excludes:
        at = draft.at("technologies", name, "excludes", technology.excludes.index(name))
        draft.findings.error(
            "S048",
            at,
            tr("'{name}' excludes itself: it can never be adopted", name=name),
            help=tr("remove it from the list"),
        )


def logic(draft: Draft, /) -> Logic:
    """The rules of a scenario without errors."""
    never = (_Rule(((mode, False),), 1, reason) for mode, reason in too_late(draft))
    return Logic((*_rules(draft), *never))


def _rules(draft: Draft) -> Iterator[_Rule]:
    for name, technology in draft.scenario.technologies.items():
        if technology.levels:
            members = [f"{name}.{level}" for level in technology.levels]
            for member in members:
                yield _Rule(((member, False), (name, True)), 1, "")
            yield _Rule(((name, False), *((m, True) for m in members)), 1, "")
        for count in level_rules(name, technology):
            yield from _counted(draft, count, "")
        for rule in rules_of(name, technology):
            if isinstance(rule, Count):
                yield from _counted(draft, rule, rule)
            else:
                wanted = ((member, True) for member in dict.fromkeys(rule.wanted))
                yield _Rule(((name, False), *wanted), 1, rule)
    for rule in group_rules(draft.scenario):
        if len(set(rule.members)) == len(rule.members):
            yield from _counted(draft, rule, rule)


def _counted(draft: Draft, rule: Count, said: Count | str) -> Iterator[_Rule]:
    low, high = draft.values.get(rule.at_least), draft.values.get(rule.at_most)
    if low is not None:
        yield _Rule(tuple([(m, True) for m in rule.members]), int(low), said)
    if high is not None:
        need = len(rule.members) - int(high)
        yield _Rule(tuple([(m, False) for m in rule.members]), need, said)
