"""Makers of the functions of `scipy.special`, each from a ufunc and a rule for each of its arguments.

An argument without a rule (the order of a Bessel function) is given: the function is not differentiated with respect to
it. A TypeError is raised where that derivative would be lost.

A primitive has the name of the function of SciPy that it computes. Where NumPy has a function of that name, the prefix
`special.` tells them apart (`special.cbrt`); a primitive that computes one output or one case of a function has the
name of that behind a dot (`airy.ai`, `zeta.riemann`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core import elementwise as core
from pydezero.core.bind import bind, python_type
from pydezero.core.broadcasting import loop_dtypes
from pydezero.core.foreign import OPERAND_ERRORS, raise_mixed
from pydezero.core.primitive import CoefficientRule, Elementwise, Rule, define, module_in_execution
from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.functions.reductions.sums import HALF
from pydezero.scipy.operands import SEQUENCES, as_operand, check_given, joined, not_differentiated

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

_F = TypeVar("_F", bound=Callable[..., Any])

_NUMBERS: Final = frozenset({int, float, complex})


class TernaryFunction(Protocol):
    """A function of three arrays: a Variable among them gives a Variable."""

    __name__: str

    @overload
    def __call__(self, x: Variable, y: Operand, z: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: Variable, z: Operand, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: ArrayOrNumber, z: Variable, /) -> Variable: ...
    @overload
    def __call__(self, x: ArrayOrNumber, y: ArrayOrNumber, z: ArrayOrNumber, /) -> NDArray[Any]: ...


class QuaternaryFunction(Protocol):
    """A function of four arrays, of which the first three are given: a Variable as the last gives a Variable."""

    __name__: str

    @overload
    def __call__(self, a: Operand, b: Operand, c: Operand, x: Variable, /) -> Variable: ...
    @overload
    def __call__(self, a: ArrayOrNumber, b: ArrayOrNumber, c: ArrayOrNumber, x: ArrayOrNumber, /) -> NDArray[Any]: ...


def unary(
    ufunc: np.ufunc,
    rule: Rule,
    summary: str,
    name: str = "",
    *,
    keeps_dtype: bool = True,
    coefficient: CoefficientRule | None = None,
) -> UnaryFunction:
    """The differentiable version of a ufunc of one argument; `name` is that of the primitive, if not the ufunc's."""
    function = core.unary(ufunc, rule, summary, name, keeps_dtype=keeps_dtype, coefficient=coefficient)

    def apply(x: Array, /) -> Array:
        x = x if type(x) not in SEQUENCES else joined(x)
        return function(*typed(ufunc, (x,)) if type(x) is Variable and x.dtype == HALF else (x,))

    return cast("UnaryFunction", named(apply, ufunc.__name__, summary))  # overloads cannot be derived


def binary(
    ufunc: np.ufunc,
    x_rule: Rule,
    y_rule: Rule,
    summary: str,
    parameters: tuple[str, str] = ("x", "y"),
    *,
    coefficient: CoefficientRule | None = None,
) -> BinaryFunction:
    """The differentiable version of a ufunc of two arguments, differentiated in both."""
    function = core.binary(ufunc, x_rule, y_rule, summary, coefficient=coefficient)

    def apply(x: Array, y: Array, /) -> Array:
        return function(*typed(ufunc, (x, y)))

    return cast("BinaryFunction", named(apply, ufunc.__name__, summary, parameters))  # overloads cannot be derived


def elementwise(
    function: Callable[..., Array],
    rules: Mapping[str, Rule | None],
    summary: str,
    name: str = "",
    *,
    keeps_dtype: bool = True,
    coefficient: CoefficientRule | None = None,
) -> Callable[..., Any]:
    """The differentiable version of a function that works element by element, with a rule for each of its arguments.

    An argument whose rule is None is given: it is not differentiated. `name` is that of the primitive, if not the
    function's; without `keeps_dtype` the result has another dtype than the arguments. `coefficient` is as of
    `core.primitive.define`.
    """
    name = name or function.__name__
    scipys = name.removeprefix("special.").partition(".")[0]
    where = f"scipy.special.{scipys}"
    given = [(i, parameter) for i, (parameter, rule) in enumerate(rules.items()) if rule is None]
    complete = [rule or refusal(scipys, parameter) for parameter, rule in rules.items()]
    primitive = define(Elementwise, name, function, *complete, keeps_dtype=keeps_dtype, coefficient=coefficient)

    def apply(*args: Array) -> Array:
        if Variable not in map(type, args):
            if SEQUENCES.isdisjoint(map(type, args)) or not has_variable(args):
                try:
                    return function(*args)
                except OPERAND_ERRORS as error:
                    raise_mixed(error, scipys, args)
                    raise
            args = tuple(map(joined, args))
        if len(args) != len(rules):  # one more would be SciPy's `out`
            raise TypeError(f"scipy.special.{scipys} takes {len(rules)} arguments, {', '.join(rules)}; got {len(args)}")
        for i, parameter in given:
            check_given(where, parameter, args[i])
        return bind(primitive, *typed(function, args))

    return named(apply, scipys, summary, tuple(rules))


def refusal(name: str, parameter: str) -> Rule:
    """The rule of a given argument, which raises. It runs where a graph is differentiated after it was traced."""

    def rule(t: Array) -> Array:
        raise TypeError(not_differentiated(f"scipy.special.{name}", parameter))

    return rule


def typed(function: Callable[..., Array], args: Sequence[Array]) -> Sequence[Array]:
    """The arguments of a ufunc in the dtypes in which it computes with them.

    The functions in its rule would compute with a Python number in float64, and `x - 1` of a `uint8` in `uint8`. None
    computes in half precision, in which what a rule multiplies would overflow, and have too few digits.
    """
    function = getattr(function, "__wrapped__", function)
    if not isinstance(function, np.ufunc):
        return args
    kinds = tuple([_kind(x) for x in args])
    if kinds.count(kinds[0]) == len(kinds) and kinds[0] not in SEQUENCES and kinds[0] != HALF:
        return args
    if not all(isinstance(kind, np.dtype) or kind in _NUMBERS for kind in kinds):
        has_lists = not SEQUENCES.isdisjoint(kinds)
        return typed(function, [as_operand(x) if type(x) in SEQUENCES else x for x in args]) if has_lists else args
    return [_in_dtype(x, dtype) for x, dtype in zip(args, _resolved(function, kinds), strict=False)]


def _kind(x: Array) -> Any:
    """The dtype of an argument, or the type of the Python number that it is or stands for."""
    if type(x) is Variable and x.node.is_number:
        return python_type(x)
    return getattr(x, "dtype", type(x))


def _in_dtype(x: Array, dtype: np.dtype[Any]) -> Array:
    if type(x) in _NUMBERS:
        return dtype.type(x)
    return x if x.dtype == dtype else x.astype(dtype)


_resolved: Final = cache(loop_dtypes)


def named(function: _F, name: str, summary: str, parameters: Sequence[str] = ()) -> _F:
    """Give a function the name, the parameters and the documentation of SciPy's function, and return it."""
    function.__name__ = function.__qualname__ = name
    function.__module__ = module_in_execution() or "__main__"
    if parameters and all(map(str.isidentifier, parameters)):
        kind, array = Parameter.POSITIONAL_ONLY, "Array"
        names = [Parameter(parameter, kind, annotation=array) for parameter in parameters]
        function.__dict__["__signature__"] = Signature(names, return_annotation=array)
        function.__annotations__ = dict.fromkeys([*parameters, "return"], array)
    function.__doc__ = (
        f"{summary}\n\n"
        "    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and\n"
        f"    numbers give what `scipy.special.{name}` gives.\n"
    )
    return function


def one_output(ufunc: np.ufunc, place: int, name: str) -> Callable[..., Array]:
    """The function that gives one of the outputs of a ufunc; `name` is what its module calls it."""

    def apply(*args: Array) -> Array:
        return ufunc(*args)[place]

    apply.__name__ = apply.__qualname__ = name
    apply.__module__ = module_in_execution() or "__main__"
    apply.__dict__["__wrapped__"] = ufunc
    return apply


def floating(*args: Array) -> list[NDArray[Any]]:
    """Plain arguments as arrays of the dtype in which a ufunc would compute."""
    dtype = np.result_type(*args)
    return [np.asarray(x, dtype if dtype.kind in "fc" else np.float64) for x in args]


def apart(x: Array) -> tuple[Array, Array]:
    """The mask of what is near 0, where a closed form cancels; and x, with another number there."""
    near = abs(x) < 0.5
    return near, np.where(near, 0.5, x)
