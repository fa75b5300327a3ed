"""An expression that was checked, as records: this is all that is ever evaluated."""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs

from pydezero.cli.allowed import Callee

Number: TypeAlias = bool | int | float | complex | None


@attrs.frozen
class Constant:
    """A number, a truth value or None."""

    start: int
    end: int
    value: Number


@attrs.frozen
class Name:
    """A variable."""

    start: int
    end: int
    name: str


@attrs.frozen
class Listing:
    """A list or a tuple: an array of its parts, unless a function takes several arrays."""

    start: int
    end: int
    parts: tuple[Part, ...]


@attrs.frozen
class Several:
    """A list or a tuple for a function that takes several arrays."""

    start: int
    end: int
    parts: tuple[Part, ...]


@attrs.frozen
class Given:
    """An argument that a function takes as it is: whole numbers, nested in tuples."""

    start: int
    end: int
    value: Any  # an axis, a shape, None, ...: what NumPy's functions take there


@attrs.frozen
class Call:
    """A function or an operator with its arguments."""

    start: int
    end: int
    callee: Callee
    args: tuple[Part, ...]
    kwargs: tuple[tuple[str, Part], ...] = ()
    unstated: tuple[int, ...] = ()  # the whole numbers that the function has for parameters without an argument


@attrs.frozen
class Index:
    """Some elements of an array, or one of several results."""

    start: int
    end: int
    x: Part
    index: Any  # integers, slices, None and ... in a tuple: what NumPy takes


Part: TypeAlias = Constant | Name | Listing | Several | Given | Call | Index
