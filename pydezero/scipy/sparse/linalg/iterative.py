"""Linear equations solved by iteration: conjugate gradients, and generalized minimal residuals.

The derivative is that of the solution and not of the iteration: it follows from one more equation, with the transpose
of the matrix (see `direct`), which the same method solves to the same tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, overload

import attrs
import numpy as np
from numpy.linalg import LinAlgError
from numpy.typing import NDArray
from scipy.sparse import linalg as scipys

from pydezero.core.batching import looped
from pydezero.core.bind import bind
from pydezero.core.primitive import General, define, zero
from pydezero.core.typed import has_variable
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import in_dtype
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import takes_scipys_arguments
from pydezero.scipy.sparse.arrays import SparseArray
from pydezero.scipy.sparse.linalg.system import Operator, System, as_operator, plain, solved_dtype, with_entries

__all__ = ["cg", "gmres"]

# Where the tolerance is an absolute one, that of the equation of the derivative is relative.
_RTOL: Final = 1e-8


@attrs.frozen(eq=False)
class Method:
    """A method of SciPy, with its options for one equation."""

    name: str
    preconditioner: Operator | None
    options: dict[str, Any]

    def __repr__(self) -> str:
        return self.name

    @property
    def of_derivative(self) -> Method:
        """The method for the equation with the transpose: its right side has another size, so that atol means nothing.

        It starts from zeros, and the user's function is not called.
        """
        options = {key: x for key, x in self.options.items() if key not in ("atol", "callback", "callback_type")}
        transposed = self.preconditioner and self.preconditioner.transpose
        return Method(self.name, transposed, {**options, "rtol": options["rtol"] or _RTOL})

    def solve(self, matrix: Any, b: NDArray[Any], x0: NDArray[Any] | None, is_transposed: bool) -> NDArray[Any]:
        """The solution.

        Raises:
            LinAlgError: the method has not reached the tolerance.
            TypeError: the matrix is the transpose of an operator that has none.
        """
        # One whose adjoint is not known is left out: the solution is the same, after more steps.
        m = self.preconditioner.matrix(b) if self.preconditioner and self.preconditioner.is_known else None
        try:
            x, info = getattr(scipys, self.name)(matrix, b, x0=x0, M=m, **self.options)
        except NotImplementedError as error:
            raise TypeError(
                f"scipy.sparse.linalg.{self.name}: the derivative needs the adjoint of a LinearOperator A; give "
                f"LinearOperator(shape, matvec, rmatvec=...)"
            ) from error
        if info:
            which = "the equation of its derivative, with the transpose of A" if is_transposed else "A x = b"
            raise LinAlgError(
                f"scipy.sparse.linalg.{self.name}: convergence to tolerance not achieved for {which}, info={info}; "
                "a larger maxiter, a preconditioner M or a larger rtol may help"
            )
        solution: NDArray[Any] = x
        return solution.copy() if np.may_share_memory(x, b) else solution


def _solve(data: Array, b: Array, x0: Array, system: System, method: Method) -> Array:
    return method.solve(system.matrix(data), b, x0, system.is_transposed)


def _rule_b(g: Array, x: Array, system: System, method: Method) -> Array:
    return bind(solve_p, x, g, np.zeros_like(g), system=system.transpose, method=method.of_derivative)


def _rule_data(g: Array, x: Array, out: Array, system: System, method: Method) -> Array:
    return -system.products(_rule_b(g, x, system, method), out)


solve_p: Final[General] = define(
    General,
    "solved_by_iteration",
    _solve,
    _rule_data,
    _rule_b,
    zero,  # the solution does not depend on where the iteration starts
    batch=lambda batched, *args, **params: looped(batched, solve_p, args, params),
)


def solved_by(name: str, a: Any, b: Any, x0: Any, m: Any, options: dict[str, Any]) -> tuple[Any, int]:
    """The solution of a @ x = b by the method of SciPy of that name, and 0."""
    if isinstance(m, Variable) or (isinstance(m, SparseArray) and has_variable(m.data)):
        raise TypeError(
            f"scipy.sparse.linalg.{name}: M is not differentiated, because the solution does not depend on it; pass "
            "M.data or stop_gradient(M) of a Variable M"
        )
    if not has_variable([a.data if isinstance(a, SparseArray) else a, b, x0]):
        found: tuple[Any, int] = getattr(scipys, name)(plain(a), b, x0=x0, M=plain(m), **options)
        return found
    is_hermitian = name == "cg"
    system: System
    if isinstance(a, Variable | SparseArray):
        data, system = with_entries(name, a)
        shape, dtype = system.shape, data.dtype
    else:
        data, system = np.zeros(0), as_operator(a, is_hermitian)
        shape, dtype = system.operator.shape, system.operator.dtype
    b = as_operand(b)
    if shape[0] != shape[1] or shape_of(b) not in ((shape[0],), (shape[0], 1)):
        raise ValueError(
            f"scipy.sparse.linalg.{name}: A must be square and b a vector that fits, got A of shape {tuple(shape)} and "
            f"b of shape {shape_of(b)}"
        )
    dtype = solved_dtype(dtype, b.dtype)
    b = np.reshape(in_dtype(b, dtype), shape[0])
    preconditioner = None if m is None else as_operator(plain(m), is_hermitian)
    start = _start(name, x0, b)
    entries = in_dtype(data, dtype) if data.size else data
    return bind(solve_p, entries, b, start, system=system, method=Method(name, preconditioner, options)), 0


def _start(name: str, x0: Any, b: Array) -> Array:
    n = b.shape[0]
    if x0 is None:
        return np.zeros(n, b.dtype)
    if isinstance(x0, str):
        raise TypeError(f"scipy.sparse.linalg.{name}: x0={x0!r} is not taken with a Variable; give a vector")
    start = as_operand(x0)
    if shape_of(start) not in ((n,), (n, 1)):
        raise ValueError(f"scipy.sparse.linalg.{name}: x0 must have the shape ({n},), got {shape_of(start)}")
    return np.reshape(in_dtype(start, b.dtype), n)


@overload
def cg(
    A: SparseArray[Variable] | Variable,  # noqa: N803  # SciPy's name
    b: Operand,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]: ...
@overload
def cg(
    A: Any,  # noqa: N803  # SciPy's name
    b: Variable,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[Variable, int]: ...
@overload
def cg(
    A: Any,  # noqa: N803  # SciPy's name
    b: ArrayOrNumber,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[NDArray[Any], int]: ...
@takes_scipys_arguments(scipys.cg)
def cg(
    A: Any,  # noqa: N803  # SciPy's name
    b: Any,
    x0: Any = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
) -> tuple[Any, int]:
    """The solution x of A @ x = b for a symmetric (Hermitian), positive definite A, by conjugate gradients; and 0.

    Args:
        A: a sparse array of SciPy, a SparseArray or a matrix, of which the entries are differentiated, or a
            LinearOperator, which is constant. The derivative is that of the solution for any change of the entries.
        b: the right side, a vector.
        x0: where the iteration starts, zeros by default; its derivative is 0.
        rtol: the iteration ends when the norm of b - A @ x is below rtol times that of b,
        atol: or below atol. The equation of the derivative is solved to rtol, relative to its own right side.
        maxiter: the number of steps after which it fails.
        M: the preconditioner, an approximate inverse of A: a matrix or LinearOperator, which is constant.
        callback: is called with x after each step.

    Returns:
        The solution, a vector, and SciPy's number that says how it ended: 0 for one that has converged.

    Raises:
        LinAlgError: with a Variable, the solution has not converged, or that of the equation of the derivative.
        TypeError: M is a Variable.
        ValueError: A is not square, or b or x0 does not fit.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> a = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> np.round(grad(lambda b: cg(a, b, rtol=1e-12)[0][1])(np.array([1.0, 2.0])), 6)
    array([-0.2,  0.4])
    """
    options = {"rtol": rtol, "atol": atol, "maxiter": maxiter, "callback": callback}
    return solved_by("cg", A, b, x0, M, options)


@overload
def gmres(
    A: SparseArray[Variable] | Variable,  # noqa: N803  # SciPy's name
    b: Operand,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[Variable, int]: ...
@overload
def gmres(
    A: Any,  # noqa: N803  # SciPy's name
    b: Variable,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[Variable, int]: ...
@overload
def gmres(
    A: Any,  # noqa: N803  # SciPy's name
    b: ArrayOrNumber,
    x0: Operand | None = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[NDArray[Any], int]: ...
@takes_scipys_arguments(scipys.gmres)
def gmres(
    A: Any,  # noqa: N803  # SciPy's name
    b: Any,
    x0: Any = None,
    *,
    rtol: float = 1e-5,
    atol: float = 0.0,
    restart: int | None = None,
    maxiter: int | None = None,
    M: Any = None,  # noqa: N803  # SciPy's name
    callback: Callable[[Any], object] | None = None,
    callback_type: str | None = None,
) -> tuple[Any, int]:
    """The solution x of A @ x = b for any regular A, by generalized minimal residuals; and 0.

    The arguments are those of `cg`, and `restart`, the number of steps after which the method starts anew, `maxiter`
    being that of such rounds, and `callback_type`, "x", "pr_norm" or "legacy", which says with what SciPy calls the
    `callback`. A LinearOperator A needs an rmatvec for the derivative. If M has none, the equation of the derivative is
    solved without a preconditioner.

    Returns:
        The solution, a vector, and SciPy's number that says how it ended: 0 for one that has converged.

    Raises:
        LinAlgError: with a Variable, the solution has not converged, or that of the equation of the derivative.
        TypeError: M is a Variable; or A is a LinearOperator without an rmatvec.
        ValueError: A is not square, or b or x0 does not fit.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> from pydezero.scipy.sparse import coo_array
    >>> places = np.array([0, 0, 1]), np.array([0, 1, 1])
    >>> b = np.array([4.0, 2.0])
    >>> f = lambda data: gmres(coo_array((data, places)), b, rtol=1e-12)[0][0]
    >>> np.round(grad(f)(np.array([2.0, 1.0, 1.0])), 6)
    array([-0.5, -1. ,  1. ])
    """
    options = {"rtol": rtol, "atol": atol, "restart": restart, "maxiter": maxiter}
    return solved_by("gmres", A, b, x0, M, {**options, "callback": callback, "callback_type": callback_type})
