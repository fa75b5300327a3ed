"""The three kinds of primitive: what a differentiable operation is, as data.

Each operation of the library is defined once, as one of three kinds, by a NumPy function and one rule per array
argument:

- *elementwise*: the rule multiplies a tangent or a cotangent with the partial derivative. The derivative of an
  elementwise function is diagonal, so it is its own transpose, and one rule serves forward and reverse mode alike. (In
  the complex case too: with the convention of JAX and HIPS autograd nothing is conjugated.)
- *linear* in each differentiable argument: the rule is the transpose, from the cotangent of the result to the
  cotangent of the argument. Forward mode is the operation itself.
- *general*: the rule takes the cotangent of the result to that of the argument, by any formula.

A rule is a plain NumPy expression. Its first parameter is the (co)tangent; the names of the others say what it needs,
and nothing else is kept alive until the reverse pass:

- `x`, `y`, `z`: the first, second, third array argument; `xs`: all of them, for a variadic primitive;
- `x_shape`, `y_shape`, `z_shape`: only the shape of an argument;
- `out`: the result;
- `position`: which argument this is, for a variadic primitive, whose arguments all have the same rule;
- anything else: the parameter of that name (`axis`, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Final, TypeAlias, TypeVar

import attrs
import numpy as np

from pydezero.core.types import Array

Rule: TypeAlias = Callable[..., Array]

_POSITIONS: Final = {"x": 0, "y": 1, "z": 2}

_Kind = TypeVar("_Kind", bound="Primitive")


# Picks a residual from one application of a primitive: from its values, its result, its parameters, and the position of
# the argument whose rule it is for.
Pick: TypeAlias = Callable[[Sequence[Array], Array, Mapping[str, Any], int], Array]


@attrs.frozen(eq=False)
class Residuals:
    """What one rule keeps: how to pick it from a call, and which array arguments are among it."""

    names: tuple[str, ...]
    pick: Callable[[Sequence[Array], Array, Mapping[str, Any], int], tuple[Array, ...]]
    positions: frozenset[int]
    keeps_all: bool


@attrs.frozen
class Repeated:
    """The same item for each argument of a variadic primitive, however many there are."""

    item: Any

    def __iter__(self) -> Iterator[Any]:
        return repeat(self.item)


@attrs.frozen(eq=False)
class Primitive:
    """A differentiable operation: its name, the NumPy function that computes it, and a rule per array argument."""

    name: str
    raw: Callable[..., Array] = attrs.field(repr=False)
    rules: Iterable[Rule] = attrs.field(repr=False)
    residuals: Iterable[Residuals] = attrs.field(repr=False)


class Elementwise(Primitive):
    """A rule multiplies a tangent or a cotangent with the partial derivative."""


class Linear(Primitive):
    """A rule is the transpose, in one argument, of an operation that is linear in each."""


class General(Primitive):
    """A rule takes the cotangent of the result to the cotangent of an argument."""


def define(
    kind: type[_Kind],
    name: str,
    raw: Callable[..., Array],
    *rules: Rule,
    variadic: bool = False,
) -> _Kind:
    """Make a primitive of a kind; a variadic one has a single rule, for each of its arguments."""
    residuals = tuple([residuals_of(rule) for rule in rules])
    if variadic:
        return kind(name, raw, Repeated(rules[0]), Repeated(residuals[0]))
    return kind(name, raw, rules, residuals)


def zero(t: Array) -> Array:
    """The rule of a function that is constant between its steps."""
    return np.zeros_like(t)


def residuals_of(rule: Rule) -> Residuals:
    """Read from the names of a rule's parameters what it keeps."""
    code = rule.__code__
    names = code.co_varnames[1 : code.co_argcount]
    return Residuals(
        names=names,
        pick=_together([_pick(name) for name in names]),
        positions=frozenset(_POSITIONS[name] for name in names if name in _POSITIONS),
        keeps_all="xs" in names,
    )


def _together(picks: Sequence[Pick]) -> Callable[[Sequence[Array], Array, Mapping[str, Any], int], tuple[Array, ...]]:
    """Several picks as one that gives a tuple; without a loop where there are few, as there are for most rules."""
    match picks:
        case []:
            return lambda values, out, params, position: ()
        case [first]:
            return lambda values, out, params, position: (first(values, out, params, position),)
        case [first, second]:
            return lambda values, out, params, position: (
                first(values, out, params, position),
                second(values, out, params, position),
            )
    return lambda values, out, params, position: tuple([pick(values, out, params, position) for pick in picks])


def _pick(name: str) -> Pick:
    if name == "out":
        return lambda values, out, params, position: out
    if name == "position":
        return lambda values, out, params, position: position
    if name == "xs":
        return lambda values, out, params, position: tuple(values)
    argument, _, suffix = name.partition("_")
    if argument in _POSITIONS and suffix in ("", "shape"):
        i = _POSITIONS[argument]
        if suffix:
            return lambda values, out, params, position: values[i].shape
        return lambda values, out, params, position: values[i]
    return lambda values, out, params, position: params[name]
