"""The arguments of distributions: by position and by name, as real numbers, and those that are not differentiated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from pydezero.core.bind import bind
from pydezero.core.primitive import Elementwise, define
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand, check_given, not_differentiated

__all__ = [
    "by_name",
    "found_true",
    "given",
    "real",
]

_DOUBLE: Final = np.dtype(np.float64)


def by_name(
    function: str, names: Sequence[str], defaults: Mapping[str, Any], args: Sequence[Any], kwds: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameters of a distribution in the order of their names.

    Raises:
        TypeError: one is missing, unknown, or there twice.
    """
    wanted = f"scipy.stats.{function}: the parameters are {', '.join(names)}"
    if len(args) > len(names):
        raise TypeError(f"{wanted}; got {len(args)} by position")
    found = dict(zip(names, args, strict=False))
    for name in kwds:
        if name not in names:
            raise TypeError(f"{wanted}; got {name}=")
        if name in found:
            raise TypeError(f"{wanted}; got {name} twice, by position and by name")
    found = {**defaults, **found, **kwds}
    missing = [name for name in names if name not in found]
    if missing:
        raise TypeError(f"{wanted}; {', '.join(missing)} missing")
    return {name: found[name] for name in names}


def real(function: str, name: str, x: Any) -> Array:
    """An argument in double precision, in which SciPy computes; a Python number as it is.

    Raises:
        TypeError: it is complex.
    """
    if type(x) is float or type(x) is int:
        return float(x)
    x = as_operand(x)
    if x.dtype.kind not in "biuf":
        raise TypeError(f"scipy.stats.{function}: {name} must be real, got an array of dtype {x.dtype}")
    return in_dtype(x, _DOUBLE)


def given(function: str, name: str, x: Array) -> Array:
    """An argument that is not differentiated.

    Raises:
        TypeError: it is a Variable of a transform that differentiates.
    """
    if type(x) is not Variable:
        return x
    check_given(f"scipy.stats.{function}", name, x)
    return bind(_given_p, x, function=function, argument=name)


def found_true(condition: Array) -> bool:
    """Whether a condition holds somewhere, for some example of a batch; False of a trace, for which it is not known."""
    while type(condition) is Variable:
        if condition.node.differentiates and not condition.node.has_one_value:
            return False
        condition = condition._value
    return bool(condition.any() if type(condition) is np.ndarray else np.any(condition))


def _same(x: Array, function: str, argument: str) -> Array:
    return x


def _given_rule(t: Array, function: str, argument: str) -> Array:
    """The rule of a given argument, which raises. It runs where a graph is differentiated after it was traced."""
    raise TypeError(not_differentiated(f"scipy.stats.{function}", argument))


_given_p: Final[Elementwise] = define(Elementwise, "stats.given", _same, _given_rule)
