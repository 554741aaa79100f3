"""The frozen dataclasses that the package has."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import optimiser


def test_the_fields_of_each_class_are_what_it_takes() -> None:
    """Found here where that is enough, and by the standard library."""
    seen = 0
    for module in walk_packages(optimiser.__path__, "optimiser."):
        if module.name.endswith("__main__"):
            continue
        for kind in vars(import_module(module.name)).values():
            own = isinstance(kind, type) and kind.__module__ == module.name
            if own and "__dataclass_fields__" in vars(kind):
                taken = inspect.signature(kind).parameters.values()
                fields = [f for f in dataclasses.fields(kind) if f.init]
                fields.sort(key=lambda f: bool(f.kw_only))
                assert [(p.name, p.kind == p.KEYWORD_ONLY) for p in taken] == [
                    (f.name, f.kw_only) for f in fields
                ]
                assert [p.default is p.empty for p in taken] == [
                    f.default is f.default_factory is dataclasses.MISSING for f in fields
                ]
                seen += 1
    assert seen > 100


def test_what_a_run_loads_makes_its_frozen_dataclasses_so() -> None:
    """A class that the standard library makes costs as much as a module."""
    code = (
        "import sys, optimiser; optimiser.solve('smart_manufacturing');"
        "print(sorted(f'{m}.{n}' for m, module in list(sys.modules.items())"
        " if m.startswith('optimiser') for n, kind in vars(module).items()"
        " if getattr(kind, '__module__', '') == m and isinstance(kind, type)"
        " and getattr(kind, '__dataclass_params__', None) and kind.__dataclass_params__.frozen))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
