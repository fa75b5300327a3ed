"""Roots of functions of a number, or of arrays element by element; their derivatives follow from the equation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, Unpack, overload

import attrs
import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.scipy.optimize.brackets import Brent, of_brackets
from pydezero.scipy.optimize.problems import (
    Equation,
    ScipyReport,
    first_of,
    given,
    guarded,
    parameters,
    refuse,
    result,
    scipys,
)
from pydezero.scipy.optimize.signatures import (
    BrentqOptions,
    NewtonOptions,
    OfNumbers,
    RootReport,
    RootScalarOptions,
    Variables,
)
from pydezero.transforms.implicit.inverse import Inverse, elementwise_inverse
from pydezero.transforms.implicit.operation import Found
from pydezero.transforms.implicit.solution import Guard
from pydezero.tree import Tree

__all__ = [
    "brentq",
    "newton",
    "root_scalar",
]


# The defaults of SciPy's brentq.
_XTOL: Final = 2e-12
_RTOL: Final = 4 * float(np.finfo(float).eps)
_MAXITER: Final = 100


@overload
def root_scalar(
    f: Callable[..., Any], args: Variables, method: str | None = ..., **others: Unpack[RootScalarOptions]
) -> RootReport[Variable]: ...
@overload
def root_scalar(
    f: OfNumbers, args: Any = ..., method: str | None = ..., **others: Unpack[RootScalarOptions]
) -> RootReport[float]: ...
@overload
def root_scalar(
    f: Callable[..., Any],
    args: Any = ...,
    method: str | None = ...,
    bracket: Sequence[Any] | None = ...,
    fprime: Any = ...,
    fprime2: Any = ...,
    x0: Any = ...,
    x1: Any = ...,
    xtol: float | None = ...,
    rtol: float | None = ...,
    maxiter: int | None = ...,
    options: Any = ...,
) -> RootReport[Any]: ...
def root_scalar(
    f: Callable[..., Any],
    args: Any = (),
    method: str | None = None,
    bracket: Sequence[Any] | None = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Any = None,
    x1: Any = None,
    xtol: float | None = None,
    rtol: float | None = None,
    maxiter: int | None = None,
    options: Any = None,
) -> Any:
    """The solution x of f(x, *args) = 0 for a number, with its derivative with respect to args and what f refers to.

    The arguments are those of `scipy.optimize.root_scalar`. bracket, x0 and x1 only choose among the roots: their
    derivatives are zero.

    Returns:
        SciPy's `RootResults`. With Variables, root has its derivative.

    Raises:
        TypeError: there is a Variable in xtol, rtol or options.
        RuntimeError: (where it is differentiated) SciPy has found no root; the message is SciPy's.
        LinAlgError: (where it is differentiated) the derivative of f is zero there.

    >>> from pydezero import grad
    >>> grad(lambda a: root_scalar(lambda x, a: x**2 - a, args=(a,), bracket=(0.0, 3.0)).root)(4.0)
    np.float64(0.25)
    """
    where = "scipy.optimize.root_scalar"
    refuse(where, xtol=xtol, rtol=rtol, options=options)

    def run(guard: Guard, start: Tree, params: tuple[Any, ...]) -> ScipyReport:
        names = {"bracket": start[0], "x0": start[1], "x1": start[2]}
        others = given(xtol=xtol, rtol=rtol, maxiter=maxiter, options=options, method=method, **names)
        derivatives = given(fprime=guarded(guard, fprime), fprime2=guarded(guard, fprime2))
        return scipys.root_scalar(guard.of(f), params, **derivatives, **others)

    has_more = fprime is True or fprime2 is True
    together = None
    if bracket is not None and method in (None, "brentq") and not options:
        brent = Brent(xtol or _XTOL, rtol or _RTOL, maxiter or _MAXITER)
        together = of_brackets(brent, lambda start: tuple(start[0]))
    problem = Equation(where, first_of(f) if has_more else f, run, "root", "converged", "flag", together)
    return result(problem, ((bracket, x0, x1), parameters(args)), lambda x: {})


@overload
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Variables,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[BrentqOptions],
) -> Variable: ...
@overload
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Variables,
    *,
    full_output: Literal[True],
    **options: Unpack[BrentqOptions],
) -> tuple[Variable, RootReport[Variable]]: ...
@overload
def brentq(
    f: OfNumbers,
    a: Any,
    b: Any,
    args: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[BrentqOptions],
) -> float: ...
@overload
def brentq(
    f: OfNumbers, a: Any, b: Any, args: Any = ..., *, full_output: Literal[True], **options: Unpack[BrentqOptions]
) -> tuple[float, RootReport[float]]: ...
@overload
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Any = ...,
    xtol: float = ...,
    rtol: float = ...,
    maxiter: int = ...,
    full_output: bool = ...,
    disp: bool = ...,
) -> Any: ...
def brentq(
    f: Callable[..., Any],
    a: Any,
    b: Any,
    args: Any = (),
    xtol: float = _XTOL,
    rtol: float = _RTOL,
    maxiter: int = _MAXITER,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """The solution x of f(x, *args) = 0 between a and b, with its derivative with respect to args and what f refers to.

    The arguments are those of `scipy.optimize.brentq`. a and b only choose among the roots: their derivatives are zero.
    Under `vmap` the roots of all examples are found together, by the same steps, if f can be evaluated for all at once.

    Returns:
        The root, and with full_output SciPy's `RootResults` beside it.

    Raises:
        TypeError: there is a Variable in xtol or rtol.
        ValueError: f(a) and f(b) have the same sign.
        RuntimeError: SciPy has found no root (with `disp`, or where it is differentiated).
        LinAlgError: (where it is differentiated) the derivative of f is zero there.

    >>> from pydezero import grad
    >>> grad(lambda a: brentq(lambda x: x**2 - a, 0.0, 3.0))(4.0)
    np.float64(0.25)
    """
    where = "scipy.optimize.brentq"
    refuse(where, xtol=xtol, rtol=rtol)

    def run(guard: Guard, start: Tree, params: tuple[Any, ...]) -> ScipyReport:
        return scipys.brentq(guard.of(f), *start, params, xtol, rtol, maxiter, full_output=True, disp=disp)[1]

    together = of_brackets(Brent(xtol, rtol, maxiter))
    problem = Equation(where, f, run, "root", "converged", "flag", together)
    found = result(problem, ((a, b), parameters(args)), lambda x: {})
    return (found.root, found) if full_output else found.root


@overload
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    *,
    args: Variables,
    full_output: Literal[False] = ...,
    **options: Unpack[NewtonOptions],
) -> Variable: ...
@overload
def newton(
    func: OfNumbers,
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    args: Any = ...,
    *,
    full_output: Literal[False] = ...,
    **options: Unpack[NewtonOptions],
) -> NDArray[np.float64]: ...
@overload
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    args: Any = ...,
    *,
    full_output: Literal[True],
    **options: Unpack[NewtonOptions],
) -> tuple[Any, ...]: ...
@overload
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = ...,
    args: Any = ...,
    tol: float = ...,
    maxiter: int = ...,
    fprime2: Callable[..., Any] | None = ...,
    x1: Any = ...,
    rtol: float = ...,
    full_output: bool = ...,
    disp: bool = ...,
) -> Any: ...
def newton(
    func: Callable[..., Any],
    x0: Any,
    fprime: Callable[..., Any] | None = None,
    args: Any = (),
    tol: float = 1.48e-8,
    maxiter: int = 50,
    fprime2: Callable[..., Any] | None = None,
    x1: Any = None,
    rtol: float = 0.0,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    """The solution x of func(x, *args) = 0 by the secant method or Newton's, with its derivative.

    The arguments are those of `scipy.optimize.newton`. x0 and x1 only choose among the roots: their derivatives are
    zero. For an array x0, func works element by element, and so does the derivative.

    Returns:
        The root; and with full_output what SciPy has beside it.

    Raises:
        TypeError: there is a Variable in tol or rtol.
        RuntimeError: SciPy has found no root (with `disp`, or where it is differentiated).
        LinAlgError: (where it is differentiated) the derivative of func is zero there.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda a: newton(lambda x, a: x**2 - a, np.ones(2), args=(a,)).sum())(np.array([4.0, 16.0]))
    array([0.25 , 0.125])
    """
    where = "scipy.optimize.newton"
    refuse(where, tol=tol, rtol=rtol)

    def run(guard: Guard, start: Tree, params: tuple[Any, ...]) -> ScipyReport:
        derivatives = {"fprime": guarded(guard, fprime), "fprime2": guarded(guard, fprime2)}
        options = {"tol": tol, "maxiter": maxiter, "rtol": rtol, "disp": disp, "full_output": True, "x1": start[1]}
        found = scipys.newton(guard.of(func), start[0], args=params, **derivatives, **options)
        if isinstance(found[1], scipy.optimize.RootResults):
            return found[1]
        return scipys.OptimizeResult(**found._asdict(), flag="some elements have not converged")

    problem = _Elementwise(where, func, run, "root", "converged", "flag")
    found = result(problem, ((x0, x1), tuple(args)), lambda x: {})
    if not full_output:
        return found.root
    return (found.root, found.converged, found.zero_der) if "zero_der" in found else (found.root, found)


@attrs.frozen(eq=False)
class _Elementwise(Equation):
    """An equation for each element of an array."""

    def inverse(self, found: Found, unknown: Sequence[Array], args: Sequence[Tree]) -> Inverse:
        """The inverse of the derivative of the residual with respect to the unknown."""
        (x,) = unknown
        if x.size == 1:
            return super().inverse(found, unknown, args)
        return elementwise_inverse(lambda x: self.residual(x, args)[0], x, found.captured, self.where)
