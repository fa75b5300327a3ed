"""`jvp`: the Jacobian-vector product."""

# The overloads overlap on purpose, and stand in order: Variables and numbers before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, TypeVarTuple, overload

from pydezero.core.level import next_level
from pydezero.core.types import ArrayOrNumber
from pydezero.core.variable import AnyNode, Operand, Variable, is_numeric
from pydezero.graph.linear import zeros_for
from pydezero.transforms.boundary.arguments import call, check_flag, result_and_aux
from pydezero.transforms.boundary.export import (
    checked_leaves,
    export,
    export_owned,
    handed_on,
    like_result,
    unwrap_tree,
)
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans
from pydezero.transforms.boundary.lifting import lift
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.seeds import check_tuples, checked_tangents
from pydezero.transforms.boundary.signatures import AnyNumber, OfArrays, OfNumPy, OfPython, Result, Traced
from pydezero.transforms.forward.tangent import TangentNode, with_tangents
from pydezero.tree import unflatten
from pydezero.units import with_unit_powers

Aux = TypeVar("Aux")
R = TypeVar("R")
Ts = TypeVarTuple("Ts")


@overload
def jvp(
    f: Callable[[Traced], Result], primals: tuple[float], tangents: tuple[AnyNumber], has_aux: Literal[False] = ...
) -> tuple[OfPython, OfPython]: ...
@overload
def jvp(
    f: Callable[[Traced], Result], primals: tuple[AnyNumber], tangents: tuple[AnyNumber], has_aux: Literal[False] = ...
) -> tuple[OfNumPy, OfNumPy]: ...
@overload
def jvp(
    f: Callable[[Traced], Result],
    primals: tuple[ArrayOrNumber],
    tangents: tuple[ArrayOrNumber],
    has_aux: Literal[False] = ...,
) -> tuple[OfArrays, OfArrays]: ...
@overload
def jvp(
    f: Callable[[Traced], Result], primals: tuple[Operand], tangents: tuple[Operand], has_aux: Literal[False] = ...
) -> tuple[Variable, Variable]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced], Result],
    primals: tuple[float, float],
    tangents: tuple[AnyNumber, AnyNumber],
    has_aux: Literal[False] = ...,
) -> tuple[OfPython, OfPython]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced], Result],
    primals: tuple[ArrayOrNumber, ArrayOrNumber],
    tangents: tuple[ArrayOrNumber, ArrayOrNumber],
    has_aux: Literal[False] = ...,
) -> tuple[OfArrays, OfArrays]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced], Result],
    primals: tuple[Operand, Operand],
    tangents: tuple[Operand, Operand],
    has_aux: Literal[False] = ...,
) -> tuple[Variable, Variable]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced, Traced], Result],
    primals: tuple[float, float, float],
    tangents: tuple[AnyNumber, AnyNumber, AnyNumber],
    has_aux: Literal[False] = ...,
) -> tuple[OfPython, OfPython]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced, Traced], Result],
    primals: tuple[ArrayOrNumber, ArrayOrNumber, ArrayOrNumber],
    tangents: tuple[ArrayOrNumber, ArrayOrNumber, ArrayOrNumber],
    has_aux: Literal[False] = ...,
) -> tuple[OfArrays, OfArrays]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced, Traced], Result],
    primals: tuple[Operand, Operand, Operand],
    tangents: tuple[Operand, Operand, Operand],
    has_aux: Literal[False] = ...,
) -> tuple[Variable, Variable]: ...
@overload
def jvp(
    f: Callable[[*Ts], R], primals: tuple[*Ts], tangents: tuple[*Ts], has_aux: Literal[False] = ...
) -> tuple[R, R]: ...
@overload
def jvp(
    f: Callable[[Traced], tuple[Result, Aux]], primals: tuple[float], tangents: tuple[AnyNumber], has_aux: Literal[True]
) -> tuple[OfPython, OfPython, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced], tuple[Result, Aux]],
    primals: tuple[AnyNumber],
    tangents: tuple[AnyNumber],
    has_aux: Literal[True],
) -> tuple[OfNumPy, OfNumPy, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced], tuple[Result, Aux]],
    primals: tuple[ArrayOrNumber],
    tangents: tuple[ArrayOrNumber],
    has_aux: Literal[True],
) -> tuple[OfArrays, OfArrays, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced], tuple[Result, Aux]], primals: tuple[Operand], tangents: tuple[Operand], has_aux: Literal[True]
) -> tuple[Variable, Variable, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]],
    primals: tuple[float, float],
    tangents: tuple[AnyNumber, AnyNumber],
    has_aux: Literal[True],
) -> tuple[OfPython, OfPython, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]],
    primals: tuple[ArrayOrNumber, ArrayOrNumber],
    tangents: tuple[ArrayOrNumber, ArrayOrNumber],
    has_aux: Literal[True],
) -> tuple[OfArrays, OfArrays, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced], tuple[Result, Aux]],
    primals: tuple[Operand, Operand],
    tangents: tuple[Operand, Operand],
    has_aux: Literal[True],
) -> tuple[Variable, Variable, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    primals: tuple[float, float, float],
    tangents: tuple[AnyNumber, AnyNumber, AnyNumber],
    has_aux: Literal[True],
) -> tuple[OfPython, OfPython, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    primals: tuple[ArrayOrNumber, ArrayOrNumber, ArrayOrNumber],
    tangents: tuple[ArrayOrNumber, ArrayOrNumber, ArrayOrNumber],
    has_aux: Literal[True],
) -> tuple[OfArrays, OfArrays, Aux]: ...
@overload
def jvp(
    f: Callable[[Traced, Traced, Traced], tuple[Result, Aux]],
    primals: tuple[Operand, Operand, Operand],
    tangents: tuple[Operand, Operand, Operand],
    has_aux: Literal[True],
) -> tuple[Variable, Variable, Aux]: ...
@overload
def jvp(
    f: Callable[[*Ts], tuple[R, Aux]], primals: tuple[*Ts], tangents: tuple[*Ts], has_aux: Literal[True]
) -> tuple[R, R, Aux]: ...
def jvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool = False) -> Any:
    """The value of f, and its derivative in the direction of some tangents, in one evaluation of f.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        primals: a tuple of its arguments, all of which are differentiated: arrays, numbers, Variables, containers of
            them. Integers are taken as float64.
        tangents: a tuple with one entry for each primal, built like it, of arrays of the shapes of its arrays. Where
            the primal holds no number (a string, None), the entry is ignored.
        has_aux: f returns a pair `(y, aux)`, of which y alone is differentiated.

    Returns:
        The pair (y, tangent), or (y, tangent, aux) if has_aux is set.

        - y: what `f(*primals)` gives.
        - tangent: for a function with Jacobian J the product J @ t: a container like y, of arrays of the shapes and
          dtypes of its arrays; zeros of float64 where y holds integers or booleans. A leaf that is not a number is
          as in y.
        - aux: what f returned beside y.

    Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: primals or tangents are not tuples, or a tangent is not built like its primal, or complex where that
            is real; a primal holds nothing to differentiate, or f returns something without numbers.
        ValueError: there are not as many tangents as primals, or a tangent has another shape than its primal.

    >>> import numpy as np
    >>> jvp(lambda x: x * x, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([1., 4.]), array([ 2., 40.]))
    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (np.float64(6.0), np.float64(3.0))
    """
    if not callable(f):
        raise TypeError(f"jvp(f, primals, tangents): f must be a function, got {describe_structure(f)}")
    where = f"jvp({name_of(f)})"
    if has_aux is not False:
        check_flag(where, "has_aux", has_aux)
    check_tuples(primals, tangents, where, "jvp(f, (x,), (t,))")
    level = next_level()
    loans: list[Loan] = []
    try:
        inputs = lift(primals, range(len(primals)), level, where, loans)
        seeds, outer = checked_tangents(inputs, tangents, where)
        try:
            output = call(f, with_tangents(inputs, seeds, level, loans), {})
        finally:
            level.finished = where
        output, aux = result_and_aux(output, where) if has_aux else (output, None)
        leaves = checked_leaves(output, where)
        output = unflatten(output, [None] * len(leaves))  # so that nothing but the leaves refers to a value
        results = [_exported([leaves.pop(0)], level, inputs.outer, outer) for _ in range(len(leaves))]
        values, moved = zip(*results, strict=True)
        y = unflatten(output, values)
        if output is not None:
            output = with_unit_powers(output, 1)
        tangent = unflatten(output, moved)
        if loans:
            check_loans(loans, where, f, primals, {})
    finally:
        if loans:
            end_loans(loans)
    return (y, tangent, unwrap_tree(aux, level, inputs.outer)) if has_aux else (y, tangent)


def _exported(box: list[Any], level: int, of_primals: AnyNode | None, of_all: AnyNode | None) -> tuple[Any, Any]:
    """A leaf of the result, in a list that is used up, and its tangent, as the caller gets them.

    The value does not depend on tangents.
    """
    leaf = box.pop()
    if not is_numeric(leaf):
        return leaf, leaf
    if type(leaf) is Variable and type(leaf.node) is TangentNode and leaf.node.level == level:
        values, tangents = [leaf._value], [leaf.node.tangent]
        if tangents[0] is not None and not leaf.node.is_array:
            del leaf
            return export_owned(values, of_primals), export_owned(tangents, of_all)
        value = like_result(export(leaf._value, of_primals), leaf)
        if tangents[0] is not None:
            return value, like_result(export(tangents[0], of_all), leaf)
    else:
        value = handed_on(leaf, of_primals)
    return value, like_result(export(zeros_for(leaf), of_all), leaf)
