"""`quad`, differentiable in the limits, and in what the integrand computes with.

By Leibniz' rule the derivative of an integral is the integral of the derivative of the integrand, and that by a limit
is the integrand there. Both are integrals of functions with several values, by the same rules of QUADPACK with the same
tolerances, one value after the other: what was evaluated for one is there for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, Unpack, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import each_of_batch
from pydezero.core.foreign import check_on_host
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.snapshot import copied
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, bottom, shape_of
from pydezero.scipy.integrate.closures import (
    CaptureError,
    as_doubles,
    closure,
    foreseen,
    holds_variable,
    number_of,
    refuse_variables,
    unpacked,
    watched,
)
from pydezero.scipy.integrate.flow import fitted, rows
from pydezero.scipy.integrate.pure import Pure, parts_of
from pydezero.scipy.integrate.signatures import QuadOptions
from pydezero.scipy.integrate.solvers import SCIPYS
from pydezero.transforms.loops.stacking import example_of

__all__ = ["quad"]

_NAME: Final = "quad"

# The weights that depend on the limits themselves, which are no Variables then.
_OF_LIMITS: Final = ("alg", "alg-loga", "alg-logb", "alg-log")

# The factor of a weight at a limit, from the limit and wvar.
_FACTORS: Final[Mapping[str, Callable[[Array, Any], Array]]] = {
    **dict.fromkeys(_OF_LIMITS, lambda x, w: np.nan * x),
    "cos": lambda x, w: np.cos(w * x),
    "sin": lambda x, w: np.sin(w * x),
    "cauchy": lambda x, w: 1 / (x - w),
}


@overload
def quad(
    func: Callable[..., Any],
    a: Variable,
    b: Operand,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[Variable, float]: ...
@overload
def quad(
    func: Callable[..., Any],
    a: ArrayOrNumber,
    b: Variable,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[Variable, float]: ...
@overload
def quad(
    func: Callable[..., Variable],
    a: ArrayOrNumber,
    b: ArrayOrNumber,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[Variable, float]: ...
@overload
def quad(
    func: Callable[..., Any],
    a: ArrayOrNumber,
    b: ArrayOrNumber,
    args: Any = ...,
    *,
    full_output: Literal[False, 0] = ...,
    complex_func: Literal[False] = ...,
    **options: Unpack[QuadOptions],
) -> tuple[float, float]: ...
@overload
def quad(
    func: Callable[..., Any],
    a: Operand,
    b: Operand,
    args: Any = ...,
    full_output: bool | Literal[0, 1] = ...,
    epsabs: float = ...,
    epsrel: float = ...,
    limit: int = ...,
    points: Any = ...,
    weight: str | None = ...,
    wvar: Any = ...,
    wopts: Any = ...,
    maxp1: int = ...,
    limlst: int = ...,
    complex_func: bool = ...,
) -> Any: ...
def quad(
    func: Callable[..., Any],
    a: Any,
    b: Any,
    args: Any = (),
    full_output: Any = 0,
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
    limit: int = 50,
    points: Any = None,
    weight: str | None = None,
    wvar: Any = None,
    wopts: Any = None,
    maxp1: int = 50,
    limlst: int = 50,
    complex_func: bool = False,
) -> Any:
    """The integral of func(x, *args) from a to b, with an estimate of its error, as `scipy.integrate.quad` returns it.

    It is differentiable in a, in b, and in what func computes with: in `args`, and in Variables that it captures. A
    limit may be infinite, and has the derivative 0 then. The integrand is smooth in what is differentiated: of a jump,
    whose place moves with a parameter, Leibniz' rule knows nothing.

    All arguments are SciPy's. Under differentiation func is recorded once, as the right-hand side of `solve_ivp` is.

    Returns:
        The integral, a Variable where something is differentiated, and the estimate of its error, a number; with
        `full_output` also SciPy's dictionary. (Of a batch the estimate is the largest, the dictionary that of the first
        example.)

    Raises:
        TypeError: `points`, `wvar`, or a tolerance is a Variable; a limit is, with the weights "alg", "alg-loga",
            "alg-logb" and "alg-log", or with `complex_func`.
        EscapeError: func cannot be recorded and captures a Variable.
        RuntimeError: (where something is differentiated) QUADPACK reports a failure, with its message.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def area(rate, end):
    ...     return quad(lambda x: np.exp(-rate * x), 0, end)[0]
    >>> grad(area, argnums=(0, 1))(2.0, 1.0)  # doctest: +ELLIPSIS
    (np.float64(-0.148498...), np.float64(0.135335...))
    >>> round(grad(area)(2.0, np.inf), 6)  # of 1 / rate
    np.float64(-0.25)
    """
    options = {
        "epsabs": epsabs,
        "epsrel": epsrel,
        "limit": limit,
        "points": copied(points),
        "weight": weight,
        "wvar": wvar,
        "wopts": wopts,
        "maxp1": maxp1,
        "limlst": limlst,
    }
    refuse_variables(_NAME, options)
    if not holds_variable((a, b, args)):
        try:
            return SCIPYS.quad(watched(func), a, b, args, full_output, **options, complex_func=complex_func)
        except CaptureError:
            pass
    extra = unpacked(args if isinstance(args, tuple) else (args,), _NAME)
    if complex_func:
        return _of_complex(func, a, b, extra, full_output, options)
    return _integrated(func, a, b, extra, full_output, options)


def _of_complex(
    func: Callable[..., Any], a: Any, b: Any, args: tuple[Any, ...], full_output: Any, options: dict[str, Any]
) -> Any:
    """The integral of complex values: the real part and then the imaginary one, as SciPy does it."""
    found = [
        _integrated(lambda x, *args, part=part: part(func(x, *args)), a, b, args, full_output, options)
        for part in (np.real, np.imag)
    ]
    value, error = found[0][0] + 1j * found[1][0], found[0][1] + 1j * found[1][1]
    return (value, error, {"real": found[0][2:], "imag": found[1][2:]}) if full_output else (value, error)


def _integrated(
    func: Callable[..., Any], a: Any, b: Any, args: tuple[Any, ...], full_output: Any, options: dict[str, Any]
) -> Any:
    check_on_host(map(bottom, (a, b)), f"{_NAME}: a limit")
    limits = [as_doubles(x) for x in (a, b)]
    for argument, limit in zip("ab", limits, strict=True):
        if shape_of(limit):
            raise ValueError(f"{_NAME}: the limit {argument} must be a number, got the shape {shape_of(limit)}")
    if options["weight"] in _OF_LIMITS:
        refuse_variables(f"{_NAME}, with the weight {options['weight']!r}", {"a": a, "b": b})
    of_func = closure(_NAME, number_of(func, _NAME), args, (_inside(*map(example_of, limits)),))
    integrand = of_func.pure.flat()

    def attempt() -> Any:
        reports: list[tuple[Any, ...]] = []
        integral = Integral(integrand, options, reports)
        value = integral(*limits, *of_func.variables)[0]
        error = max([float(report[0]) for report in reports])
        return (value, error, *reports[0][1:]) if full_output else (value, error)

    return foreseen(attempt, [of_func])


def _inside(a: float, b: float) -> Any:
    """A number between two limits, of which some are infinite."""
    if np.isfinite(a) and np.isfinite(b):
        return np.float64((a + b) / 2)
    if np.isfinite(a) or np.isfinite(b):
        return np.float64(a + np.sign(b) if np.isfinite(a) else b + np.sign(a))
    return np.float64(0.5)


@attrs.frozen(eq=False)
class Integral(Operation):
    """From two limits and the parameters to the integrals of the elements of a vector.

    `integrand` is a function of a number and the parameters. `reports` gets what QUADPACK says of each integral.
    """

    integrand: Pure
    options: Mapping[str, Any]
    reports: list[tuple[Any, ...]] = attrs.field(factory=list)

    name = "quad"

    def evaluate(self, values: Sequence[Array]) -> Array:
        check_on_host(map(bottom, values), f"{self.name}: a parameter")
        a, b, *parameters = values
        known: dict[float, NDArray[Any]] = {}

        def at(x: float) -> NDArray[Any]:
            found = known.get(x)
            if found is None:
                found = known[x] = self.integrand.of_arrays(np.float64(x), *parameters)[0]
            return found

        like = at(float(_inside(a, b)))

        def part(i: int, of: Callable[[Any], Any]) -> float:
            return self._integral(lambda x: of(at(x)[i]), a, b)

        real = np.array([part(i, np.real) for i in range(len(like))], np.float64)
        if like.dtype.kind != "c":
            return real
        return real + 1j * np.array([part(i, np.imag) for i in range(len(like))], np.float64)

    def _integral(self, function: Callable[[float], Any], a: Array, b: Array) -> float:
        value, *report = SCIPYS.quad(function, float(a), float(b), full_output=1, **self.options)
        if len(report) > 2:
            message = " ".join(str(report[2]).split())
            raise RuntimeError(f"{self.name}: {message} An integral that fails has no derivative.")
        self.reports.append(tuple(report))
        return float(value)

    def pull(self, residual: Any, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        a, b, *parameters = residual
        (g,) = cotangents
        # One that is not asked for may be singular.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            gradients = [-np.sum(g * self._at(a, b, parameters)), np.sum(g * self._at(b, a, parameters))]
        if parameters:
            pullback = self.integrand.pullback(range(1, 1 + len(parameters))).flat()
            gradients += parts_of(Integral(pullback, self.options)(a, b, *parameters, g), parameters)
        return [fitted(x, spec) for x, spec in zip(gradients, specs, strict=True)]

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array | None]) -> tuple[Array, Array | None]:
        a, b, *parameters = values
        of_a, of_b, *of_parameters = tangents
        value = self(*values)
        moving = [i for i, t in enumerate(of_parameters) if t is not None]
        parts: list[Array] = []
        if of_a is not None:
            parts.append(-of_a * self._at(a, b, parameters))
        if of_b is not None:
            parts.append(of_b * self._at(b, a, parameters))
        if moving:
            tangent = self.integrand.tangent([1 + i for i in moving]).output(1)
            moved = [of_parameters[i] for i in moving]
            parts.append(Integral(tangent, self.options)(a, b, *parameters, *moved))
        return value, sum(parts[1:], parts[0]) if parts else None

    def batch(self, batched: Sequence[bool], *values: Array) -> Array:
        found = each_of_batch(self, batched, values)
        if not found:
            raise ValueError(f"{self.name} of a batch without examples")
        return np.stack(found)

    def _at(self, limit: Array, other: Array, parameters: Sequence[Array]) -> Array:
        """The integrand at a limit, times its weight; 0 at an infinite one, where it vanishes."""
        is_finite = np.isfinite(limit)
        place = np.where(is_finite, limit, np.where(np.isfinite(other), other, 0.5))
        (found,) = rows(self.integrand, 1, [np.reshape(place, (1,)), *parameters])
        weight = self.options["weight"]
        factor = 1.0 if weight is None else _FACTORS[weight](place, self.options["wvar"])
        return np.where(is_finite, found[0] * factor, 0.0)
