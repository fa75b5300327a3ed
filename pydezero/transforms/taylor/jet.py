"""`jet`: the derivatives of a function along a curve, of all orders at once."""

# The overloads overlap on purpose, and stand in order: Variables and numbers before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar, TypeVarTuple, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.boundary.export import checked_leaves
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans
from pydezero.transforms.boundary.lifting import lift
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.signatures import AnyNumber, OfArrays, OfNumPy, OfPython, Result, Traced
from pydezero.transforms.taylor.curve import checked_derivatives, exported_derivatives, higher, level_of_order, moving
from pydezero.tree import unflatten
from pydezero.units import with_unit_powers

R = TypeVar("R")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# The derivatives of arguments: arrays, or an array with one axis more.
_OfNumbers: TypeAlias = Sequence[AnyNumber] | Sequence[ArrayOrNumber] | NDArray[Any]
_OfArrays: TypeAlias = Sequence[ArrayOrNumber] | NDArray[Any]
_OfAny: TypeAlias = Sequence[Operand] | NDArray[Any] | Variable


@overload
def jet(
    f: Callable[[Traced], Result], primals: tuple[float], series: tuple[_OfNumbers]
) -> tuple[OfPython, list[OfPython]]: ...
@overload
def jet(
    f: Callable[[Traced], Result], primals: tuple[AnyNumber], series: tuple[_OfNumbers]
) -> tuple[OfNumPy, list[OfNumPy]]: ...
@overload
def jet(
    f: Callable[[Traced], Result], primals: tuple[ArrayOrNumber], series: tuple[_OfArrays]
) -> tuple[OfArrays, list[OfArrays]]: ...
@overload
def jet(
    f: Callable[[Traced], Result], primals: tuple[Operand], series: tuple[_OfAny]
) -> tuple[Variable, list[Variable]]: ...
@overload
def jet(
    f: Callable[[Traced, Traced], Result], primals: tuple[float, float], series: tuple[_OfNumbers, _OfNumbers]
) -> tuple[OfPython, list[OfPython]]: ...
@overload
def jet(
    f: Callable[[Traced, Traced], Result],
    primals: tuple[ArrayOrNumber, ArrayOrNumber],
    series: tuple[_OfArrays, _OfArrays],
) -> tuple[OfArrays, list[OfArrays]]: ...
@overload
def jet(
    f: Callable[[Traced, Traced], Result], primals: tuple[Operand, Operand], series: tuple[_OfAny, _OfAny]
) -> tuple[Variable, list[Variable]]: ...
@overload
def jet(f: Callable[[T], R], primals: tuple[T], series: tuple[Sequence[T]]) -> tuple[R, list[R]]: ...
@overload
def jet(f: Callable[[*Ts], R], primals: tuple[*Ts], series: tuple[Sequence[Any], ...]) -> tuple[R, list[R]]: ...
def jet(f: Callable[..., Any], primals: tuple[Any, ...], series: tuple[Any, ...]) -> Any:
    """The value of f, and its derivatives along a curve up to any order, in one evaluation of f.

    The arguments of f are the values at t = 0 of a curve x(t), of which the derivatives are given; the results are the
    value and the derivatives of f(x(t)). They are computed as power series, so that the cost grows with the square of
    the order, where that of nested `jvp` doubles with each order (A. Griewank and A. Walther, "Evaluating Derivatives",
    2nd ed., 2008, chapter 13; J. Bettencourt, M. Johnson and D. Duvenaud, "Taylor-mode automatic differentiation for
    higher-order derivatives in JAX", 2019).

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        primals: a tuple of its arguments, all of which are differentiated: arrays, numbers, Variables, containers of
            them. Integers are taken as float64.
        series: a tuple with one entry for each primal: the list of its derivatives, from the first on, each of them
            built like the primal, of arrays of the shapes of its arrays. All lists are equally long, and their length
            is the order. A derivative itself is given, and not divided by a factorial.

    Returns:
        The pair (y, y_series): y is what `f(*primals)` gives, and y_series the list of its derivatives, from the first
        to that of the order, each built like y; zeros of float64 where y holds integers or booleans. A derivative that
        is not known, as that of a root at 0, is infinite or nan, and those above it are nan. Where f chooses by values
        (`np.where`, `np.max`, `if`), the derivatives are those of the branch at the primals.

    Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: primals or series are not tuples, or an entry of series is no list; a derivative is not built like
            its primal, or complex where that is real; a primal holds nothing to differentiate, or f returns something
            without numbers.
        ValueError: there are not as many series as primals, or they are not equally long; a derivative has another
            shape than its primal.

    >>> import numpy as np
    >>> from pydezero import jet
    >>> y, (y1, y2, y3) = jet(np.sin, (0.0,), ([1.0, 0.0, 0.0],))
    >>> print(y, y1, y2, y3)
    0.0 1.0 0.0 -1.0
    >>> jet(lambda x, y: x * y, (np.array([1.0, 2.0]), 3.0), ([np.ones(2), np.zeros(2)], [1.0, 0.0]))
    (array([3., 6.]), [array([4., 5.]), array([2., 2.])])
    """
    if not callable(f):
        raise TypeError(f"jet(f, primals, series): f must be a function, got {describe_structure(f)}")
    where = f"jet({name_of(f)})"
    order = _checked_order(primals, series, where)
    level = level_of_order(order)
    loans: list[Loan] = []
    try:
        inputs = lift(primals, range(len(primals)), level, where, loans)
        derivatives: list[list[Array]] = []
        outer = inputs.outer
        for k in range(order):
            names = [(f"primal {i}", f"derivative {k + 1} of series {i}") for i in range(len(primals))]
            found, top = checked_derivatives(inputs, [s[k] for s in series], names, where)
            derivatives.append(found)
            outer = higher(outer, top)
        try:
            output = call(f, moving(inputs, derivatives, order, level), {})
        finally:
            level.finished = where
        rows = [exported_derivatives(y, level, order, inputs.outer, outer) for y in checked_leaves(output, where)]
        like = with_unit_powers(output, 1)
        y, *y_series = [unflatten(like if k else output, [row[k] for row in rows]) for k in range(order + 1)]
        if loans:
            check_loans(loans, where, f, primals, {})
    finally:
        if loans:
            end_loans(loans)
    return y, y_series


def _checked_order(primals: Any, series: Any, where: str) -> int:
    """The order of some series: how many derivatives each of them has.

    Raises:
        TypeError: primals or series are no tuples, or an entry of series is no list.
        ValueError: there are not as many series as primals, or they are not equally long.
    """
    for name, given in (("primals", primals), ("series", series)):
        if type(given) is not tuple or not given:
            found = "an empty tuple" if type(given) is tuple else describe_structure(given)
            raise TypeError(
                f"{where}: {name} must be a tuple with one entry for each argument of the function, got {found}; "
                "write jet(f, (x,), ([x1, x2],)) for a function of one argument and two derivatives"
            )
    if len(series) != len(primals):
        raise ValueError(f"{where}: got {len(primals)} primals and {len(series)} series; each primal has one")
    for i, s in enumerate(series):
        is_stack = isinstance(s, np.ndarray | Variable) and s.ndim
        if not isinstance(s, list | tuple) and not is_stack:
            raise TypeError(
                f"{where}: series {i} must be a list of the derivatives of primal {i}, got {describe_structure(s)}; "
                "write [x1] for the first derivative alone"
            )
    lengths = [len(s) for s in series]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"{where}: the series have {', '.join(map(str, lengths))} derivatives; they must have equally many "
            "(zeros stand for those that vanish)"
        )
    return lengths[0]
