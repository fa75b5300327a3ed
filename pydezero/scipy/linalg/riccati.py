"""Algebraic Riccati equations, of control in continuous and in discrete time.

The derivative of the solution solves an equation of Lyapunov with the matrix of the closed loop, and so do the
cotangents, with its transpose (implicit differentiation; P. Lancaster and L. Rodman, "Algebraic Riccati Equations",
1995). The solution is Hermitian, and so is the derivative: q and r get those of their Hermitian parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, cast, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core import broadcasting
from pydezero.core.batching import all_batched
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.types import Array, ArrayOrNumber, Residual
from pydezero.core.variable import Operand, Variable
from pydezero.scipy.linalg.stacks import adjoint, as_array, check_square, over_stack, stacked_alike
from pydezero.scipy.linalg.sylvester import continuous_solution, discrete_solution
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["solve_continuous_are", "solve_discrete_are"]


@attrs.frozen(eq=False)
class _Riccati(Operation):
    """An equation of a, b, q, r, e and s; the last two are the identity and zeros unless it is generalised."""

    name: str
    is_discrete: bool
    is_generalised: bool
    balanced: bool

    is_pure = True

    def evaluate(self, values: Sequence[Array]) -> Array:
        solve = scipy.linalg.solve_discrete_are if self.is_discrete else scipy.linalg.solve_continuous_are
        return over_stack(solve, *values[: 6 if self.is_generalised else 4], balanced=self.balanced)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Array, Residual]:
        out = self(*values)
        return out, (*values, out)

    def loop(self, values: Sequence[Array], x: Array) -> tuple[Array, Array, Array]:
        """The feedback, the matrix of the closed loop, and the product with the solution that multiplies it."""
        a, b, _, r, e, s = values
        if self.is_discrete:
            feedback = np.linalg.solve(r + adjoint(b) @ x @ b, adjoint(b) @ x @ a + adjoint(s))
            closed = a - b @ feedback
            return feedback, closed, x @ closed
        feedback = np.linalg.solve(r, adjoint(b) @ x @ e + adjoint(s))
        return feedback, a - b @ feedback, x @ e

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, Array]:
        x = self(*values)
        feedback, closed, product = self.loop(values, x)
        a, b, q, r, e, s = [np.zeros_like(v) if t is None else t for v, t in zip(values, tangents, strict=True)]
        # The terms whose adjoints are in the equation, too; q and r stand for themselves.
        half = adjoint(product) @ (a - b @ feedback) - s @ feedback
        half = half + (q + adjoint(feedback) @ r @ feedback) / 2
        half = half + (-adjoint(values[4]) @ x @ e if self.is_discrete else adjoint(closed) @ x @ e)
        change, inverse = half + adjoint(half), values[4]
        if self.is_generalised:
            closed = closed @ np.linalg.inv(inverse)
            change = np.linalg.solve(adjoint(inverse), adjoint(np.linalg.solve(adjoint(inverse), change)))
        if self.is_discrete:
            return x, discrete_solution(adjoint(closed), change)
        return x, continuous_solution(adjoint(closed), -change)

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        *values, x = residual
        feedback, closed, product = self.loop(values, x)
        g, inverse = (cotangents[0] + adjoint(cotangents[0])) / 2, np.conjugate(values[4])
        looped = closed @ np.linalg.inv(values[4]) if self.is_generalised else closed
        if self.is_discrete:
            pulled = discrete_solution(np.conjugate(looped), g)
        else:
            pulled = continuous_solution(np.conjugate(looped), -g)
        if self.is_generalised:
            pulled = np.linalg.solve(inverse, adjoint(np.linalg.solve(inverse, pulled)))
        of_loop, of_feedback = 2 * np.conjugate(product) @ pulled, pulled @ feedback.mT
        gradients = (
            of_loop,
            -of_loop @ feedback.mT,
            pulled,
            np.conjugate(feedback) @ of_feedback,
            2 * np.conjugate(-x @ values[4] if self.is_discrete else x @ closed) @ pulled,
            -2 * of_feedback,
        )
        return [broadcasting.cast(g, spec.dtype) for g, spec in zip(gradients, specs, strict=True)]

    def batch(self, batched: Sequence[bool], *values: Array) -> Array:
        return self(*all_batched(batched, values))


# By the name of the function, whether the equation is generalised, and whether it is balanced.
_EQUATIONS: Final = {
    (name, is_generalised, balanced): _Riccati(
        name + "_generalised" * is_generalised + "_unbalanced" * (not balanced),
        name == "solve_discrete_are",
        is_generalised,
        balanced,
    )
    for name in ("solve_continuous_are", "solve_discrete_are")
    for is_generalised in (False, True)
    for balanced in (False, True)
}


class RiccatiFunction(Protocol):
    """A function of the matrices of a Riccati equation: a Variable for any of them gives a Variable."""

    __name__: str

    @overload
    def __call__(  # type: ignore[overload-overlap]  # arguments without Variables come first
        self,
        a: ArrayOrNumber,
        b: ArrayOrNumber,
        q: ArrayOrNumber,
        r: ArrayOrNumber,
        e: ArrayOrNumber | None = None,
        s: ArrayOrNumber | None = None,
        balanced: bool = True,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self,
        a: Operand,
        b: Operand,
        q: Operand,
        r: Operand,
        e: Operand | None = None,
        s: Operand | None = None,
        balanced: bool = True,
    ) -> Variable: ...


def _riccati_function(function: Callable[..., Array]) -> RiccatiFunction:
    return cast(RiccatiFunction, function)  # cast: a checker cannot derive overloads


def _solved(
    name: str, a: Array, b: Array, q: Array, r: Array, e: Array | None, s: Array | None, balanced: bool
) -> Array:
    given: dict[str, Any] = {"a": a, "b": b, "q": q, "r": r, "e": e, "s": s}
    matrices = {parameter: as_array(x) for parameter, x in given.items() if x is not None}
    for parameter in matrices.keys() & {"a", "r"}:
        check_square(name, parameter, matrices[parameter])
    n, m = matrices["a"].shape[-1], matrices["r"].shape[-1]
    shapes = {"a": (n, n), "b": (n, m), "q": (n, n), "r": (m, m), "e": (n, n), "s": (n, m)}
    for parameter, x in matrices.items():
        if x.shape[-2:] != shapes[parameter]:
            raise ValueError(
                f"scipy.linalg.{name}: {parameter} has the shape {x.shape}; it must be {shapes[parameter]}, as a and r "
                "are square and b has a row for each of a, and a column for each of r"
            )
    dtype = np.result_type(np.float64, *[x.dtype for x in matrices.values()])  # SciPy's are double, whatever a is
    whole: dict[str, Array] = {"e": np.eye(n), "s": np.zeros((n, m))} | matrices
    values = stacked_alike(*[whole[parameter].astype(dtype) for parameter in shapes])
    return _EQUATIONS[name, len(matrices) > 4, bool(balanced)](*values)


@_riccati_function
@as_in_scipy(scipy.linalg.solve_continuous_are)
@takes_lists
def solve_continuous_are(
    a: Operand,
    b: Operand,
    q: Operand,
    r: Operand,
    e: Operand | None = None,
    s: Operand | None = None,
    balanced: bool = True,
) -> Array:
    """The stabilising solution x of a^H x e + e^H x a - (e^H x b + s) r^-1 (b^H x e + s^H) + q = 0.

    It gives the cost of the best control of x' = a x + b u, with the feedback u = -r^-1 (b^H x e + s^H) x.

    Args:
        a: the matrix of the system, (n, n), or a stack of them, as may be all.
        b: the matrix of the control, (n, m).
        q: the cost of the state, Hermitian, (n, n).
        r: the cost of the control, Hermitian and regular, (m, m).
        e: a regular matrix, (n, n); the identity by default.
        s: the cost of products of state and control, (n, m); zeros by default.
        balanced: whether SciPy scales the equation before it is solved.

    Raises:
        LinAlgError: there is no stabilising solution.
        ValueError: a matrix has a wrong shape, or q or r is not Hermitian.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_continuous_are(np.zeros((1, 1)), np.eye(1), Variable(np.array([[9.0]])), np.eye(1))
    variable([[3.]])
    """
    return _solved("solve_continuous_are", a, b, q, r, e, s, balanced)


@_riccati_function
@as_in_scipy(scipy.linalg.solve_discrete_are)
@takes_lists
def solve_discrete_are(
    a: Operand,
    b: Operand,
    q: Operand,
    r: Operand,
    e: Operand | None = None,
    s: Operand | None = None,
    balanced: bool = True,
) -> Array:
    """The stabilising solution x of a^H x a - e^H x e - (a^H x b + s) (r + b^H x b)^-1 (b^H x a + s^H) + q = 0.

    It gives the cost of the best control in discrete time. The arguments are those of `solve_continuous_are`; r may be
    singular.

    Raises:
        LinAlgError: there is no stabilising solution.
        ValueError: a matrix has a wrong shape, or q or r is not Hermitian.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_discrete_are(np.ones((1, 1)), np.eye(1), Variable(np.array([[0.5]])), np.eye(1))
    variable([[1.]])
    """
    return _solved("solve_discrete_are", a, b, q, r, e, s, balanced)
