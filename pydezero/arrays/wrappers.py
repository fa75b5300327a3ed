"""Containers of other libraries: arrays with labels, numbers with a unit.

`pydezero.tree` takes them apart as it does a dict, and puts them together again around other arrays: around Variables
for the function that is differentiated, around the gradient for the caller. The adapter of a library is imported when
its first container is met.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, Protocol

import attrs

from pydezero.arrays.words import adapter_of
from pydezero.lazy import load


class Wrapper(Protocol):
    """The way to take containers of a type apart, and to make others like them."""

    def parts(self, x: Any) -> list[Any]:
        """The parts of a container: its arrays, or containers of another library."""
        ...

    def steps(self, x: Any) -> list[str]:
        """The path to each part, as a program writes it."""
        ...

    def around(self, x: Any, parts: Sequence[Any]) -> Any:
        """A container like x that holds these arrays; the arrays alone, where their shapes do not fit to the labels."""
        ...

    def bare(self, x: Any, parts: Sequence[Any]) -> Any:
        """These parts without labels and units: the one that there is, or a dict of several by their names."""
        ...

    def shell(self, x: Any) -> Any:
        """The labels of x without its arrays, as `around` needs them."""
        ...

    def keys(self, x: Any) -> tuple[Hashable, ...]:
        """The labels or units of x: equal for two containers whose arrays may be added element by element."""
        ...

    def nameless(self, x: Any) -> Any:
        """The container without a name that its parts have together; x itself, if it has none."""
        ...

    def unit(self, x: Any) -> Any:
        """The unit of differences of the numbers in x, None if they have none."""
        ...


@attrs.frozen(eq=False, repr=False)
class Shell:
    """A container of another library, with something that is no array in the places of its arrays: a template.

    Attributes:
        kind: the type of the container.
        like: its labels.
        parts: what stands in the places of its arrays.
    """

    kind: type
    like: Any
    parts: list[Any]


class _ShellWrapper:
    """The wrapper of shells, which become a container again when they are filled with arrays."""

    def parts(self, x: Shell) -> list[Any]:
        return x.parts

    def steps(self, x: Shell) -> list[str]:
        steps: list[str] = WRAPPERS[x.kind].steps(x.like)
        return steps

    def around(self, x: Shell, parts: Sequence[Any]) -> Any:
        return WRAPPERS[x.kind].around(x.like, parts)

    def bare(self, x: Shell, parts: Sequence[Any]) -> Any:
        return WRAPPERS[x.kind].bare(x.like, parts)

    def shell(self, x: Shell) -> Any:
        return x.like

    def keys(self, x: Shell) -> tuple[Hashable, ...]:
        keys: tuple[Hashable, ...] = WRAPPERS[x.kind].keys(x.like)
        return keys

    def nameless(self, x: Shell) -> Shell:
        return Shell(x.kind, WRAPPERS[x.kind].nameless(x.like), x.parts)

    def unit(self, x: Shell) -> Any:
        return WRAPPERS[x.kind].unit(x.like)


class _Registry(dict[type, Any]):  # Any: a Wrapper, or None
    """The wrapper for a type of containers, None for any other type."""

    def __missing__(self, kind: type) -> Wrapper | None:
        adapter = adapter_of(kind, _ADAPTERS)
        found: Wrapper | None = load("pydezero.arrays", adapter)(kind) if adapter else None
        self[kind] = found
        return found


_ADAPTERS: Final[Mapping[str, str]] = {"pint": "pint_wrapper", "xarray": "xarray_wrapper"}

WRAPPERS: Final = _Registry({Shell: _ShellWrapper()})
"""The wrapper for containers of a type: `WRAPPERS[type(x)].parts(x)`."""


def kind_of(x: object) -> type:
    """The type of a container, that of a shell as it was."""
    return x.kind if isinstance(x, Shell) else type(x)


def rebuilt(x: Any, parts: Sequence[Any]) -> Any:
    """A container like x with other parts: a shell, if one of them is no array."""
    wrapper = WRAPPERS[type(x)]
    if all(map(_is_placed, parts)):
        return wrapper.around(x, parts)
    return Shell(kind_of(x), wrapper.shell(x), list(parts))


def _is_placed(part: object) -> bool:
    """Whether a part is an array or a number, or a container of such."""
    return isinstance(part, int | float | complex) or (hasattr(part, "dtype") and hasattr(part, "shape"))
