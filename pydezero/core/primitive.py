"""Primitives: operations as data, with every fact that a transform may ask for.

Each operation of the library is defined once, as one of five kinds, by a NumPy function and one rule per array
argument:

- *elementwise*: the rule multiplies a tangent or a cotangent with the partial derivative. The derivative of an
  elementwise function is diagonal, so it is its own transpose, and one rule serves forward and reverse mode alike. (In
  the complex case too: with the convention of JAX and HIPS autograd nothing is conjugated.)
- *linear*: the rule is the transpose, from the cotangent of the result to the cotangent of the argument. Forward mode
  is the operation itself, on the tangents of all arguments together (a concatenation).
- *multilinear*: linear in each argument by itself (a product). Forward mode is the sum of the operation on the tangent
  of one argument with the values of the others.
- *general*: the rule takes the cotangent of the result to that of the argument, by any formula.
- *nondifferentiable*: there is no rule. The result (a comparison, an index) has no derivative.

What a user defines (`Function`, `custom_vjp`, `custom_jvp`) and what has several outputs is a primitive too, with rules
of another form: see `pydezero.core.operation`.

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

import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import CO_VARARGS, CO_VARKEYWORDS, unwrap
from pickle import PicklingError, UnpicklingError
from types import FrameType, MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar
from weakref import WeakValueDictionary

import attrs
import numpy as np

from pydezero.core.picks import POSITIONS, Pick, pick_of
from pydezero.core.power_series import ConditionalRule
from pydezero.core.types import Array, Index, Residual
from pydezero.lazy import import_home

Rule: TypeAlias = Callable[..., Array]

_Kind = TypeVar("_Kind", bound="RulePrimitive")

# From which of the arguments are batches (along their first axis), the arguments and the parameters, to the batch of
# results: `rule(batched, *args, **params)`.
BatchRule: TypeAlias = Callable[..., Array]

# A rule with its residual in one piece: nothing (None), the one thing that the rule asked for, or a tuple of several.
Pull: TypeAlias = Callable[[Array, Residual], Array]

# The input of a collective rule for each result: where it was taken from, and its cotangent.
Contribution: TypeAlias = tuple[Index, Array]

# From an index k, the coefficients of the result below k, the coefficients of the arguments and the parameters, to the
# coefficient k of the result: `rule(k, out, *xs, **params)`. Coefficients are functions of their index; None is zero.
CoefficientRule: TypeAlias = Callable[..., Any] | ConditionalRule

# From the parameters of a power to its exponent.
Exponent: TypeAlias = Callable[[Mapping[str, Any]], Any]

# From marks of the result (which of its elements are taken, see `pydezero.graph.branches`), the position of an argument
# and its residual, to the marks of the argument.
MarksRule: TypeAlias = Callable[[Array, int, Residual], Array]

# A primitive pickles as a call that gives it again.
MadeBy: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]

# From the arguments of an application to what has a shape that depends on their values ("x[mask]"), "" if nothing has.
DynamicShape: TypeAlias = Callable[[Sequence[Array]], str]

# From the arguments of an application to how they are written for the dtype of the result not to depend on their
# values ("x.astype(complex)"), "" if it does not.
DynamicDtype: TypeAlias = Callable[[Sequence[Array]], str]


@attrs.frozen(eq=False, repr=False)
class Argument:
    """One array argument of a primitive: its rule, and what the rule keeps.

    `rule` is None for an argument that is not differentiated (a condition, an index). `pull` is the rule with its
    residual in one piece; that of a collective rule is for a single contribution. `kept` has the positions of the array
    arguments among what is kept, or is None for all of them.
    """

    rule: Rule | None
    is_collective: bool
    names: tuple[str, ...]
    pick: Pick
    pull: Pull
    kept: frozenset[int] | None

    def keeps(self, position: int) -> bool:
        """Whether the array argument at a position is among what the rule keeps."""
        return self.kept is None or position in self.kept


def static_shape(args: Sequence[Array]) -> str:
    """The `dynamic_shape` of nearly all primitives: the shape of the result follows from shapes and parameters."""
    return ""


def static_dtype(args: Sequence[Array]) -> str:
    """The `dynamic_dtype` of nearly all primitives: the dtype of the result follows from dtypes and parameters."""
    return ""


def real_or_complex(args: Sequence[Array]) -> str:
    """The `dynamic_dtype` of a function whose result for real arguments is complex where it has to be (eigenvalues)."""
    return "" if any(x.dtype.kind == "c" for x in args) else "x.astype(complex)"


NO_PARAMETERS: Final[Mapping[str, Any]] = MappingProxyType({})
"""The parameters, facts or bodies of a primitive that has none."""


class Primitive:
    """An operation, with every fact that a transform may ask for.

    Attributes:
        name: the name in messages and printed graphs; no other primitive has it.
        raw: the function that computes the result from arrays: NumPy's own, or a named function of a module.
        arguments: the array arguments; the last stands for all further ones of a variadic primitive.
        batch: the rule for a batch of arguments, see `batching`; None leaves it to a loop.
        batch_with_node: a batch rule that needs the node of the batch, too: `rule(node, batched, *args)`.
        x_pull, y_pull: the pulls of the first and second argument, where the reverse pass finds them quickest; `x_pull`
            is None where the rule is collective.
        tangent: a rule of forward mode for all arguments together, which is quicker than the sum of their rules.
        push_forward: a rule of forward mode from the values and tangents of the arguments to the outputs and their
            tangents, for an operation whose arguments have no rules of their own.
        push_series: the same of Taylor mode, for an operation that applies bodies: from the values of the arguments,
            their coefficients (a stack for each, or None) and the order to the outputs and theirs.
        push_marks: the same for marks, from the values and marks of the arguments (None for a constant) to the outputs
            and theirs, see `pydezero.graph.taken`.
        record: a rule of reverse mode from the arguments and the level to the outputs, for such an operation.
        chooses: whether each element of the result is one of an argument, or a power of it; others are left out.
        masks: whether it chooses by a condition, so that a cotangent of 0 may be that of a branch that was not taken.
        power: the primitive of a power of the result, for a function that is like a norm: see `core.roots`.
        exponent: from the parameters to the exponent, for an operation that raises its argument to a power.
        coefficient: the rule of Taylor series, where it does not follow from the other rules, see `CoefficientRule`.
        keeps_dtype: whether the result has the dtype that the arguments have in common.
        dynamic_shape: the rule that tells whether the shape of the result depends on values, see `DynamicShape`.
        dynamic_dtype: the rule that tells whether the dtype of the result depends on values, see `DynamicDtype`.
        several_outputs: whether the result is a tuple of arrays.
        is_pure: whether the same arguments always give the same result; a user's function may not.
        is_internal: whether it is only recorded, beside the user's operations (broadcasting, the two ends of a call).
        is_product: whether each rule is the product of the cotangent with the one array that it keeps.
        checks: whether it is applied for what it raises, so that a graph keeps it where nobody uses its result.
        marks: the rule by which marks of the result become those of an argument, where there is a quicker one than that
            of the cotangents, see `MarksRule`.
        facts: what the text of a graph says of it beside its parameters, by name.
        bodies: the functions that it applies, as graphs, by name: those of a loop or a choice.
    """

    __slots__ = ()

    name: str
    raw: Callable[..., Array]
    arguments: tuple[Argument, ...]
    batch: BatchRule | None = None
    batch_with_node: Callable[..., Any] | None = None
    x_pull: Pull | None
    y_pull: Pull
    tangent: Argument | None = None
    push_forward: Callable[..., tuple[Any, Any]] | None = None
    push_series: Callable[..., tuple[Any, Any]] | None = None
    push_marks: Callable[..., tuple[Any, Any]] | None = None
    record: Callable[..., Any] | None = None
    chooses: bool = False
    masks: bool = False
    power: Primitive | None = None
    exponent: Exponent | None = None
    coefficient: CoefficientRule | None = None
    keeps_dtype: bool = True
    dynamic_shape: DynamicShape = staticmethod(static_shape)
    dynamic_dtype: DynamicDtype = staticmethod(static_dtype)
    several_outputs: bool = False
    is_pure: bool = True
    is_internal: bool = False
    is_product: bool = False
    checks: bool = False
    marks: MarksRule | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts that the text of a graph states beside the parameters."""
        return NO_PARAMETERS

    @property
    def bodies(self) -> Mapping[str, Any]:  # Any: graphs are defined above this room
        """The functions that it applies, as graphs."""
        return NO_PARAMETERS

    def with_bodies(self, bodies: Mapping[str, Any]) -> Primitive:  # noqa: ARG002  # there are none to replace
        """The primitive with graphs that compute the same, in the place of its bodies."""
        return self

    def argument(self, position: int) -> Argument:
        """The argument at a position."""
        return self.arguments[min(position, len(self.arguments) - 1)]


@attrs.frozen(eq=False, repr=False)
class RulePrimitive(Primitive):
    """A primitive with one output, whose derivatives follow from one rule for each array argument."""

    name: str
    raw: Callable[..., Array]
    arguments: tuple[Argument, ...]
    batch: BatchRule | None
    x_pull: Pull | None
    y_pull: Pull
    tangent: Argument | None
    chooses: bool
    masks: bool
    power: Primitive | None
    exponent: Exponent | None
    coefficient: CoefficientRule | None
    keeps_dtype: bool
    dynamic_shape: DynamicShape
    dynamic_dtype: DynamicDtype
    is_internal: bool
    is_product: bool
    checks: bool
    marks: MarksRule | None
    made_by: MadeBy

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    def __reduce__(self) -> Any:  # what `object.__reduce__` may return is as various as that
        function, args = self.made_by
        if function is defined and _by_name.get(args) is not self:
            raise PicklingError(f"the primitive {self.name} cannot be pickled: {args[0]} has defined another since")
        return self.made_by


class Elementwise(RulePrimitive):
    """A rule multiplies a tangent or a cotangent with the partial derivative."""


class Linear(RulePrimitive):
    """A rule is the transpose, in one argument, of an operation that is linear in all of them together."""


class Multilinear(Linear):
    """A rule is the transpose, in one argument, of an operation that is linear in each by itself: a product."""


class General(RulePrimitive):
    """A rule takes the cotangent of the result to the cotangent of an argument."""


class Nondifferentiable(RulePrimitive):
    """There is no rule: the result (a comparison, an index) has no derivative."""


def define(
    kind: type[_Kind],
    name: str,
    raw: Callable[..., Array],
    *rules: Rule | None,
    collect: str | None = None,
    batch: BatchRule | None = None,
    tangent: Rule | None = None,
    chooses: bool = False,
    masks: bool = False,
    power: Primitive | None = None,
    exponent: Exponent | None = None,
    coefficient: CoefficientRule | None = None,
    keeps_dtype: bool = True,
    dynamic_shape: DynamicShape = static_shape,
    dynamic_dtype: DynamicDtype = static_dtype,
    is_internal: bool = False,
    is_product: bool = False,
    checks: bool = False,
    marks: MarksRule | None = None,
    made_by: MadeBy | None = None,
) -> _Kind:
    """Make a primitive of a kind, with a rule for each argument; the last is also for all further ones.

    A rule `tangent` takes a list of the tangents of all arguments in the place of a cotangent. `made_by` is the call of
    a function of a module that gives a primitive which is made on demand; any other is made while its module is
    imported, and pickles as the names of the two. The other parameters are the attributes of a `Primitive`.

    Raises:
        TypeError: a rule does not tell what it keeps: it is no Python function, or takes `*args`, `**kwargs` or
            parameters by keyword alone.
    """
    arguments = tuple([argument_of(rule, name, collect) for rule in rules])
    x_pull = None if arguments[0].is_collective else arguments[0].pull
    y_pull = arguments[min(1, len(arguments) - 1)].pull
    of_all = tangent and argument_of(tangent, name)
    dynamic = (dynamic_shape, dynamic_dtype)
    facts = (chooses, masks, power, exponent, coefficient, keeps_dtype, *dynamic)
    uses = (is_internal, is_product, checks, marks)
    key = module_in_execution(), name
    primitive = kind(name, raw, arguments, batch, x_pull, y_pull, of_all, *facts, *uses, made_by or (defined, key))
    if made_by is None:
        _by_name[key] = primitive
    return primitive


# The primitives by the module that defines them, and their names.
_by_name: Final[WeakValueDictionary[tuple[Any, ...], RulePrimitive]] = WeakValueDictionary()


def module_in_execution() -> str:
    """The name of the module that is being executed, which defines something by a call; "" if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return "" if frame is None else frame.f_globals.get("__name__", "")


def defined(module: str, name: str) -> RulePrimitive:
    """The primitive of a name that a module defines."""
    import_home(module)
    primitive = _by_name.get((module, name))
    if primitive is None:
        raise UnpicklingError(f"{module} defines no primitive {name}")
    return primitive


def same(t: Array) -> Array:
    """The rule of a function with derivative 1."""
    return t


def opposite(t: Array) -> Array:
    """The rule of a function with derivative -1."""
    return -t


def zero(t: Array) -> Array:
    """The rule of a function that is constant between its steps."""
    return np.zeros_like(t)


def argument_of(rule: Rule | None, of: str, collect: str | None = None) -> Argument:
    """The argument of a primitive with this rule; the names of the rule's parameters say what it keeps.

    Raises:
        TypeError: they cannot be read.
    """
    if rule is None:
        return Argument(None, False, (), pick_of(()), _pull(same, ()), frozenset())
    names = _names(rule, of)
    pull = _pull(rule, names)
    if collect is not None:
        names = (collect, *names)
        pull = _pull_one(rule)
    kept = None if "xs" in names else frozenset([POSITIONS[name] for name in names if name in POSITIONS])
    return Argument(rule, collect is not None, names, pick_of(names), pull, kept)


def _names(rule: Rule, of: str) -> tuple[str, ...]:
    """The names of what a rule keeps; those of a rule that was decorated are of the function inside."""
    code = getattr(unwrap(rule), "__code__", None)
    if code is None or code.co_flags & (CO_VARARGS | CO_VARKEYWORDS) or code.co_kwonlyargcount or not code.co_argcount:
        raise TypeError(
            f"{of}: the names of a rule's parameters say what it keeps, and those of {rule!r} cannot be read; write it "
            "as a function or lambda of positional parameters (a decorator needs functools.wraps)"
        )
    names: tuple[str, ...] = code.co_varnames[1 : code.co_argcount]
    return names


def _pull(rule: Rule, names: Sequence[str]) -> Pull:
    match names:
        case []:
            return unchanged if rule is same else (lambda g, residual: rule(g))
        case [_]:
            return rule
        case [_, _]:
            return lambda g, residual: rule(g, residual[0], residual[1])
    return lambda g, residual: rule(g, *residual)


def unchanged(g: Array, residual: Residual) -> Array:  # nothing is kept
    """The pull of an argument of which the cotangent is that of the result: the reverse pass goes without the call."""
    return g


def _pull_one(collective: Rule) -> Pull:
    return lambda g, residual: collective([(residual[0], g)], residual[1])
