"""The operators and methods that a Variable shares with an ndarray.

The operators are functions of the library, and the library is built on the Variable; so the class is empty here, and
filled in by `pydezero.functions.methods` when the package is imported. What the type checker sees of them stands in
`operators.pyi`, which no program has to load.
"""

from __future__ import annotations


class EscapeError(TypeError):
    """A value was asked to leave its graph, and its derivative would have been lost."""


class ArrayOperators:
    """The operators and methods of an ndarray that do not change it."""

    __slots__ = ()
