"""The equations of Sylvester and Lyapunov.

The rules are those of N. Higham, "Functions of Matrices" (2008): the derivative of the solution solves an equation of
the same matrices, and so does the cotangent of the right side, with their transposes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias, overload

import attrs
import numpy as np
import scipy.linalg
from numpy.linalg import LinAlgError
from numpy.typing import NDArray

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, Operation
from pydezero.core.power_series import Coefficients, less
from pydezero.core.primitive import General, define
from pydezero.core.typed import binary_array_function
from pydezero.core.types import Array, ArrayOrNumber, Residual
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.scipy.linalg.stacks import adjoint, as_array, check_square, over_stack, stacked_alike
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy
from pydezero.transforms.implicit.vectors import max_norm

__all__ = [
    "solve_continuous_lyapunov",
    "solve_discrete_lyapunov",
    "solve_sylvester",
]


def _sylvester(a: Array, b: Array, q: Array) -> Array:
    return over_stack(_sylvester_of_matrices, a, b, q)


def _sylvester_of_matrices(a: NDArray[Any], b: NDArray[Any], q: NDArray[Any]) -> Array:
    x = _of_one_matrix(a, q) if a is b and q.size else scipy.linalg.solve_sylvester(a, b, q)
    # Where there is no unique solution SciPy does not raise: it returns that of another equation.
    coefficients, rounding = max_norm(a) + max_norm(b), float(np.finfo(x.dtype).eps)
    if max_norm(x) * coefficients * rounding * 8 > max_norm(q):
        raise LinAlgError(
            "scipy.linalg.solve_sylvester: the equation has no unique solution, because an eigenvalue of a is the "
            "negative of one of b (in the derivative of sqrtm: the matrix is singular)"
        )
    return x


def _of_one_matrix(a: NDArray[Any], q: NDArray[Any]) -> NDArray[Any]:
    """The solution of a @ x + x @ a = q, of one Schur form where SciPy takes two (R. Bartels and G. Stewart, 1972)."""
    triangular, basis = scipy.linalg.schur(a.astype(np.result_type(a, q), copy=False))
    inner = basis.conj().T @ q @ basis
    trsyl: Any = scipy.linalg.get_lapack_funcs("trsyl", (triangular, inner))  # Any: scipy-stubs has no call of it
    found, scale, _ = trsyl(triangular, triangular, inner)
    solution: NDArray[Any] = basis @ (scale * found) @ basis.conj().T
    return solution


def _sylvester_pulled(g: Array, x: Array, y: Array) -> Array:
    return bind(sylvester_p, x.mT, y.mT, g)


def _sylvester_coefficient(k: int, out: Coefficients, a: Coefficients, b: Coefficients, q: Coefficients) -> Array:
    """The coefficient of the solution, from a out + out b = q."""
    right = q(k)
    for j in range(1, k + 1):
        left_matrix, right_matrix, solution = a(j), b(j), out(k - j)
        if solution is None:
            continue
        if left_matrix is not None:
            right = less(right, left_matrix @ solution)
        if right_matrix is not None:
            right = less(right, solution @ right_matrix)
    return None if right is None else bind(sylvester_p, a(0), b(0), right)


sylvester_p: Final[General] = define(
    General,
    "solve_sylvester",
    _sylvester,
    lambda g, x, y, out: -(_sylvester_pulled(g, x, y) @ out.mT),
    lambda g, x, y, out: -(out.mT @ _sylvester_pulled(g, x, y)),
    lambda g, x, y: _sylvester_pulled(g, x, y),
    batch=lambda batched, a, b, q: bind(sylvester_p, *all_batched(batched, (a, b, q))),
    coefficient=_sylvester_coefficient,
)


@attrs.frozen(eq=False)
class _SylvesterOfSeveral(Operation):
    """`solve_sylvester` with several arguments differentiated: their cotangents follow from one solution."""

    name = "solve_sylvester_of_several"
    is_pure = True

    def evaluate(self, values: Sequence[Array]) -> Array:
        return _sylvester(*values)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Array, Residual]:
        a, b, _ = values
        out = bind(sylvester_p, *values)
        return out, (a, b, out)

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        a, b, out = residual
        pulled = _sylvester_pulled(cotangents[0], a, b)
        found = (-(pulled @ out.mT), -(out.mT @ pulled), pulled)
        return [cast(g, spec.dtype) for g, spec in zip(found, specs, strict=True)]

    def push_forward(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, Array]:
        (a, b, _), (t_a, t_b, t_q) = values, tangents
        out = bind(sylvester_p, *values)
        right = 0 if t_q is None else t_q
        if t_a is not None:
            right = right - t_a @ out
        if t_b is not None:
            right = right - out @ t_b
        return out, bind(sylvester_p, a, b, right)

    def coefficient(self, k: int, out: Coefficients, a: Coefficients, b: Coefficients, q: Coefficients) -> Array:
        return _sylvester_coefficient(k, out, a, b, q)

    def batch(self, batched: Sequence[bool], a: Array, b: Array, q: Array) -> Array:
        return bind(sylvester_p, *all_batched(batched, (a, b, q)))


_sylvester_of_several: Final = _SylvesterOfSeveral()


@overload
def solve_sylvester(a: Variable, b: Operand, q: Operand) -> Variable: ...
@overload
def solve_sylvester(a: ArrayOrNumber, b: Variable, q: Operand) -> Variable: ...
@overload
def solve_sylvester(a: ArrayOrNumber, b: ArrayOrNumber, q: Variable) -> Variable: ...
@overload
def solve_sylvester(a: ArrayOrNumber, b: ArrayOrNumber, q: ArrayOrNumber) -> NDArray[Any]: ...
@as_in_scipy(scipy.linalg.solve_sylvester)
@takes_lists
def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """The solution x of Sylvester's equation, a @ x + x @ b = q.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_sylvester(np.eye(2), np.eye(2), Variable(np.array([[2.0, 4.0], [6.0, 8.0]])))
    variable([[1. 2.]
              [3. 4.]])
    """
    return sylvester_solution(a, b, q)


def sylvester_solution(a: Operand, b: Operand, q: Operand) -> Array:
    """`solve_sylvester`, of stacks of plain arrays too, which an older SciPy does not take."""
    check_square("solve_sylvester", "a", a)
    check_square("solve_sylvester", "b", b)
    expected = shape_of(a)[-1], shape_of(b)[-1]
    if shape_of(q)[-2:] != expected:
        raise ValueError(f"scipy.linalg.solve_sylvester: q has the shape {shape_of(q)}; it must be {expected}")
    matrices = [as_array(x) for x in (a, b, q)]
    # SciPy's solution for a real matrix among complex ones is wrong where it has complex eigenvalues.
    dtype = np.result_type(*[x.dtype for x in matrices])
    stacks = stacked_alike(*[x.astype(dtype) for x in matrices])
    several = [type(x) for x in stacks].count(Variable) > 1
    return _sylvester_of_several(*stacks) if several else bind(sylvester_p, *stacks)


@binary_array_function
@as_in_scipy(scipy.linalg.solve_continuous_lyapunov)
@takes_lists
def solve_continuous_lyapunov(a: Operand, q: Operand) -> Array:
    """The solution x of the continuous Lyapunov equation, a @ x + x @ a^H = q.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_continuous_lyapunov(np.eye(2), Variable(np.array([[2.0, 4.0], [4.0, 8.0]])))
    variable([[1. 2.]
              [2. 4.]])
    """
    check_square("solve_continuous_lyapunov", "a", a)
    if shape_of(q)[-2:] != shape_of(a)[-2:]:
        raise ValueError(
            f"scipy.linalg.solve_continuous_lyapunov: q of shape {shape_of(q)} does not fit {shape_of(a)[-2:]}"
        )
    return continuous_solution(a, q)


def continuous_solution(a: Operand, q: Operand) -> Array:
    """`solve_continuous_lyapunov`, likewise."""
    matrix = as_array(a)
    return sylvester_solution(matrix, adjoint(matrix), q)


Method: TypeAlias = Literal["direct", "bilinear"] | None


def _discrete_of_matrices(a: NDArray[Any], q: NDArray[Any], method: Method) -> Array:
    unsolved: Exception | None = None
    try:
        x = scipy.linalg.solve_discrete_lyapunov(a, q, method)
    except LinAlgError as error:
        unsolved = error
    # Where there is no unique solution SciPy does not always raise: it returns that of another equation.
    if unsolved or 8 * max_norm(a @ x @ a.conj().T - x + q) > max_norm(q):
        raise LinAlgError(
            "scipy.linalg.solve_discrete_lyapunov: the equation has no unique solution, because the product of an "
            "eigenvalue of a with the conjugate of one is 1"
        ) from unsolved
    return x


def _discrete(a: Array, q: Array, method: Method) -> Array:
    return over_stack(_discrete_of_matrices, a, q, method=method)


def _discrete_pulled(g: Array, x: Array, method: Method) -> Array:
    return bind(_discrete_p, x.mT, g, method=method)


def _discrete_rule_a(g: Array, x: Array, out: Array, method: Method) -> Array:
    pulled = _discrete_pulled(g, x, method)
    return pulled @ np.conjugate(x) @ out.mT + np.conjugate(pulled.mT @ x @ out)


_discrete_p: Final[General] = define(
    General,
    "solve_discrete_lyapunov",
    _discrete,
    _discrete_rule_a,
    lambda g, x, method: _discrete_pulled(g, x, method),
    batch=lambda batched, a, q, method: bind(_discrete_p, *all_batched(batched, (a, q)), method=method),
)


@binary_array_function
@as_in_scipy(scipy.linalg.solve_discrete_lyapunov)
@takes_lists
def solve_discrete_lyapunov(a: Operand, q: Operand, method: Method = None) -> Array:
    """The solution x of the discrete Lyapunov equation, a @ x @ a^H - x + q = 0.

    The derivative solves an equation with the same a, and the cotangent of q one with its transpose. `method` is
    SciPy's: of the equations for all elements ("direct", for matrices of less than 10 rows by default), or of a
    continuous equation that is made of this one ("bilinear").

    Raises:
        LinAlgError: there is no unique solution.
        ValueError: a is not square, or q has another shape.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> solve_discrete_lyapunov(np.diag([0.5, 0.0]), Variable(np.diag([3.0, 1.0])))
    variable([[4. 0.]
              [0. 1.]])
    """
    return discrete_solution(a, q, method)


def discrete_solution(a: Operand, q: Operand, method: Method = None) -> Array:
    """`solve_discrete_lyapunov`, likewise."""
    check_square("solve_discrete_lyapunov", "a", a)
    if shape_of(q)[-2:] != shape_of(a)[-2:]:
        raise ValueError(f"scipy.linalg.solve_discrete_lyapunov: q of shape {shape_of(q)} does not fit {shape_of(a)}")
    matrices = as_array(a), as_array(q)
    dtype = np.result_type(np.float64, *[x.dtype for x in matrices])  # SciPy's are double, whatever a and q are
    return bind(_discrete_p, *stacked_alike(*[x.astype(dtype) for x in matrices]), method=method)
