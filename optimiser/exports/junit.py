"""A JUnit report of one suite: a test case a file, which fails with what does not hold."""

from __future__ import annotations

from collections.abc import Iterable

from optimiser.exports.escaping import attribute

__all__ = ["junit"]


def junit(suite: str, cases: Iterable[tuple[str, list[str]]], /) -> str:
    """The report.

    Args:
        suite: its name.
        cases: name of each, and its faults; none where it passes.
    """
    named = list(cases)
    failed = sum(bool(faults) for _, faults in named)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites name={attribute(suite)}>",
        f'  <testsuite name={attribute(suite)} tests="{len(named)}" failures="{failed}" '
        'errors="0" skipped="0">',
    ]
    for name, faults in named:
        case = f"    <testcase classname={attribute(suite)} name={attribute(name)}"
        failure = f"<failure message={attribute(chr(10).join(faults))}/></testcase>"
        lines.append(f"{case}>{failure}" if faults else f"{case}/>")
    return "\n".join([*lines, "  </testsuite>", "</testsuites>", ""])
