"""The three kinds of primitive: what a differentiable operation is, as data.

Each operation of the library is defined once, as one of three kinds, by a NumPy function and one rule per array
argument:

- *elementwise*: the rule multiplies a tangent or a cotangent with the partial derivative. The derivative of an
  elementwise function is diagonal, so it is its own transpose, and one rule serves forward and reverse mode alike. (In
  the complex case too: with the convention of JAX and HIPS autograd nothing is conjugated.)
- *linear*: the rule is the transpose, from the cotangent of the result to the cotangent of the argument. Forward mode
  is the operation itself, on the tangents of all arguments together (a concatenation), or of one after the other with
  the values of the rest (*multilinear*: a product).
- *general*: the rule takes the cotangent of the result to that of the argument, by any formula.

A rule is a plain NumPy expression. Its first parameter is the (co)tangent; the names of the others say what it needs,
and nothing else is kept alive until the reverse pass:

- `x`, `y`, `z`: the first, second, third array argument; `xs`: all of them, for a variadic primitive;
- `x_shape`, `y_shape`, `z_shape`: only the shape of an argument;
- `out`: the result;
- `position`: which argument this is, for a variadic primitive, whose arguments all have the same rule;
- anything else: the parameter of that name (`axis`, ...).

A *collective* rule is for a primitive whose result says little about its argument alone: the cotangent of `x[i]` is an
array of zeros but for one place, and a loop over all i would make n arrays of n elements and add them up. Instead the
cotangents of all such results are collected, and the rule is called once, with a list of pairs (where, cotangent) in
the place of the cotangent. The parameter of the primitive that is the `where` of a pair is named in its definition
(`collect="index"`); the rule has one more parameter, for what all pairs share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

import attrs
import numpy as np

from pydezero.core.types import Array, Residual

Rule: TypeAlias = Callable[..., Array]

_POSITIONS: Final = {"x": 0, "y": 1, "z": 2}

_Kind = TypeVar("_Kind", bound="Primitive")

# Picks a residual from one application of a primitive: from its values, its result, its parameters, and the position of
# the argument whose rule it is for.
Pick: TypeAlias = Callable[[Sequence[Array], Array, Mapping[str, Any], int], Residual]

# From which of the arguments are batches (along their first axis), the arguments and the parameters, to the batch of
# results: `rule(batched, *args, **params)`.
BatchRule: TypeAlias = Callable[..., Array]

# A rule with its residual in one piece: nothing (None), the one thing that the rule asked for, or a tuple of several.
Pull: TypeAlias = Callable[[Array, Residual], Array]


@attrs.frozen(eq=False)
class Argument:
    """One array argument of a primitive: its rule, and what the rule keeps.

    `pull` of a collective rule is what it makes of a single contribution.
    """

    # None for an argument that is not differentiated: a condition, an index.
    rule: Rule | None
    is_collective: bool
    names: tuple[str, ...]
    pick: Pick
    pull: Pull
    # The positions of the array arguments among what is kept; None for all of them.
    kept: frozenset[int] | None

    def keeps(self, position: int) -> bool:
        """Whether the array argument at a position is among what the rule keeps."""
        return self.kept is None or position in self.kept


@attrs.frozen(eq=False)
class Primitive:
    """A differentiable operation: its name, the NumPy function that computes it, and its array arguments.

    The last of `arguments` stands for all further ones of a variadic primitive. `x_pull` and `y_pull` are those of the
    first and second argument, where the reverse pass finds them quickest; there is no `x_pull` where the rule is
    collective. `batch` is the rule for a batch of arguments, see `batching`; None leaves it to a loop. `chooses` says
    that the result has elements of one argument or another, so that the cotangents of those not chosen are zeros.
    `tangent` is the forward mode of all arguments together, where that is quicker than what follows from the rules.
    """

    name: str
    raw: Callable[..., Array] = attrs.field(repr=False)
    arguments: tuple[Argument, ...] = attrs.field(repr=False)
    batch: BatchRule | None = attrs.field(repr=False)
    x_pull: Pull | None = attrs.field(repr=False)
    y_pull: Pull = attrs.field(repr=False)
    chooses: bool = attrs.field(repr=False)
    tangent: Argument | None = attrs.field(repr=False)

    def argument(self, position: int) -> Argument:
        """The argument at a position."""
        return self.arguments[min(position, len(self.arguments) - 1)]


class Elementwise(Primitive):
    """A rule multiplies a tangent or a cotangent with the partial derivative."""


class Linear(Primitive):
    """A rule is the transpose, in one argument, of an operation that is linear in all of them together."""


class Multilinear(Linear):
    """A rule is the transpose, in one argument, of an operation that is linear in each by itself: a product."""


class General(Primitive):
    """A rule takes the cotangent of the result to the cotangent of an argument."""


class Nondifferentiable(Primitive):
    """There is no rule: the result (a comparison, an index) is not differentiated."""


def define(
    kind: type[_Kind],
    name: str,
    raw: Callable[..., Array],
    *rules: Rule | None,
    collect: str | None = None,
    batch: BatchRule | None = None,
    chooses: bool = False,
    tangent: Rule | None = None,
) -> _Kind:
    """Make a primitive of a kind, with a rule for each argument; the last is also for all further ones.

    A rule `tangent` takes a list of the tangents of all arguments in the place of a cotangent.
    """
    arguments = tuple([_argument(rule, collect) for rule in rules])
    x_pull = None if arguments[0].is_collective else arguments[0].pull
    y_pull = arguments[min(1, len(arguments) - 1)].pull
    return kind(name, raw, arguments, batch, x_pull, y_pull, chooses, tangent and _argument(tangent, None))


def same(t: Array) -> Array:
    """The rule of a function with derivative 1."""
    return t


def zero(t: Array) -> Array:
    """The rule of a function that is constant between its steps."""
    return np.zeros_like(t)


def _argument(rule: Rule | None, collect: str | None) -> Argument:
    """Read from the names of a rule's parameters what it keeps."""
    if rule is None:
        return Argument(None, False, (), _pick(()), _pull(same, ()), frozenset())
    code = rule.__code__
    names = code.co_varnames[1 : code.co_argcount]
    pull = _pull(rule, names)
    if collect is not None:
        names = (collect, *names)
        pull = _pull_one(rule)
    kept = None if "xs" in names else frozenset([_POSITIONS[name] for name in names if name in _POSITIONS])
    return Argument(rule, collect is not None, names, _pick(names), pull, kept)


def _pull(rule: Rule, names: Sequence[str]) -> Pull:
    match names:
        case []:
            return (lambda g, residual: g) if rule is same else (lambda g, residual: rule(g))
        case [_]:
            return rule
        case [_, _]:
            return lambda g, residual: rule(g, residual[0], residual[1])
    return lambda g, residual: rule(g, *residual)


def _pull_one(collective: Rule) -> Pull:
    return lambda g, residual: collective([(residual[0], g)], residual[1])


@cache
def _pick(names: tuple[str, ...]) -> Pick:
    """What picks the residual of a rule, as one function: with one for each name it would take three times as long."""
    picks = [_picked(name) for name in names]
    residual = f"({', '.join(picks)})" if len(picks) > 1 else picks[0] if picks else "None"
    pick: Pick = eval(f"lambda values, out, params, position: {residual}")  # of the words below alone
    return pick


def _picked(name: str) -> str:
    if name in ("out", "position"):
        return name
    if name == "xs":
        return "tuple(values)"
    argument, _, suffix = name.partition("_")
    if argument in _POSITIONS and suffix in ("", "shape"):
        return f"values[{_POSITIONS[argument]}]" + (".shape" if suffix else "")
    return f"params[{name!r}]"
