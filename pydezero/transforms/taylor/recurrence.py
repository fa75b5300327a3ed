"""The operations of a derivative rule that runs on power series, each of which is made once.

The rule of y = f(u) gives the series of y' from those of u, u' and y itself, whose coefficients become known one after
the other. So what the rule computes is lazy, and where it applies the same primitive to the same series again, it gets
the same series again: the rules of sine and cosine refer to each other, and their coefficients are computed side by
side.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from pydezero.core.power_series import Series, derived
from pydezero.core.primitive import Primitive

# Up to this size two constants are compared by their contents, and beyond it by identity.
_SMALL_BYTES: Final = 1 << 16


class Recurrence:
    """The results of the rules of one operation, by primitive and operands."""

    __slots__ = ("_derivatives", "_found")

    def __init__(self) -> None:
        self._derivatives: dict[Series, Series] = {}
        # With the operands and parameters, so that an id stays their own as long as it is a key.
        self._found: dict[Hashable, tuple[Any, Sequence[Any], Mapping[str, Any]]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable) -> Any:
        """The result of an application, None if there was none."""
        found = self._found.get(key)
        return None if found is None else found[0]

    def keep(self, key: Hashable, result: Any, operands: Sequence[Any], params: Mapping[str, Any]) -> None:
        """Keep the result of an application."""
        self._found[key] = result, operands, params

    def derivative(self, series: Series) -> Series:
        """The series of the derivative; the same one for the same series."""
        found = self._derivatives.get(series)
        if found is None:
            found = self._derivatives[series] = derived(series)
        return found

    def clear(self) -> None:
        """Forget everything: the coefficients are complete."""
        self._found.clear()
        self._derivatives.clear()


def key_of(primitive: Primitive, operands: Sequence[Any], params: Mapping[str, Any]) -> Hashable:
    """A key that tells an application from others: primitive, operands (series and constants) and parameters."""
    return (
        primitive,
        tuple([_key(x) for x in operands]),
        tuple([(name, _key_of_parameter(x)) for name, x in params.items()]),
    )


def _key(x: Any) -> Hashable:
    if isinstance(x, np.ndarray | np.generic) and x.nbytes <= _SMALL_BYTES and x.dtype.kind in "fciub":
        return x.shape, x.dtype, x.tobytes()
    return (type(x), x) if isinstance(x, int | float | complex) else id(x)


def _key_of_parameter(x: Any) -> Hashable:
    try:
        hash(x)
    except TypeError:
        return id(x)
    return type(x), x
