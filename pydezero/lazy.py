"""Packages whose names are imported when they are first asked for (PEP 562), by the table in `pydezero.exports`.

`import pydezero` loads what nearly every program needs, and a name that is asked for loads the one module that defines
it. This is the only way in which the library imports on demand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from sys import modules
from typing import Any, Final

from pydezero.exports import EXPORTS


@cache
def load(package: str, name: str) -> Any:  # Any: whatever has the name
    """The object that a package exports under a name.

    Raises:
        AttributeError: the package exports no such name.
    """
    place = EXPORTS[package].get(name)
    if place is None:
        instead = load("pydezero.functions.methods", "instead_of_name")(package, name)
        # With the package Python may say which of its names was meant.
        message = f"module {package!r} has no attribute {name!r}{instead}"
        raise AttributeError(message, name=name, obj=modules.get(package))
    module, _, attribute = place.partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


HOOKS: Final[dict[str, tuple[str, str]]] = {}
"""The package and the name of what a room calls of a room above it, by the name of the hook.

The room below does not know who stands above it: the package joins them when it is imported.
"""


def hooked(hook: str) -> Any:  # Any: a function, or the module that has it
    """The function that is joined to a hook, imported when it is first asked for."""
    return load(*HOOKS[hook])


def import_home(module: str) -> None:
    """Import the module that defines what was pickled by its name, if it has not been."""
    import_module(module)


def attributes(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions `__getattr__` and `__dir__` of a package in the table.

    A name that was asked for becomes a global of the package, so that it is looked up once.
    """

    def get(name: str) -> Any:
        value = load(package, name)
        setattr(modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(modules[package]), *EXPORTS[package]})

    return get, names
