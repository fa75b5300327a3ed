"""The exponential, the logarithm and the square root of matrices, and the functions composed of them.

The derivative of a function f of a matrix A in the direction E is a block of f([[A, E], [0, A]]) (N. Higham, "Functions
of Matrices", 2008, theorem 3.6), and that of the square root is the solution of Sylvester's equation (section 6.1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.power_series import Coefficients, less
from pydezero.core.primitive import General, define, real_or_complex
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, bottom, undifferentiated
from pydezero.functions.linalg.matrices import unless, zero_tolerance
from pydezero.scipy.linalg.stacks import as_array, check_square, native, over_stack
from pydezero.scipy.linalg.sylvester import sylvester_p
from pydezero.scipy.operands import takes_lists
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "coshm",
    "cosm",
    "expm",
    "logm",
    "sinhm",
    "sinm",
    "sqrtm",
    "tanhm",
    "tanm",
]


def _derivative(f: Callable[[Array], Array], a: Array, e: Array) -> Array:
    """The derivative of a function of matrices at a, in the direction e."""
    n = a.shape[-1]
    if not n:
        return e
    # The algorithms take longer the larger the norm is. The derivative is linear in e, so e may be scaled down.
    scale = np.max(np.abs(undifferentiated(e)), axis=(-2, -1), keepdims=True)
    scale = np.where(scale == 0, 1, scale)
    above = np.concatenate([a, e / scale], axis=-1)
    below = np.concatenate([np.zeros_like(a), a], axis=-1)
    return f(np.concatenate([above, below], axis=-2))[..., :n, n:] * scale


def _coefficient(f: Callable[[Array], Array], k: int, x: Coefficients) -> Array:
    """The coefficient k of f(x): a block of f of a matrix in which coefficient i lies i blocks above the diagonal.

    Such matrices multiply as series do (R. Mathias, "A chain rule for matrix functions", 1996).
    """
    blocks = [x(j) for j in range(k + 1)]
    if all(block is None for block in blocks[1:]):
        return None
    # The algorithms take longer the larger the norm is. Where x moves s times as fast, coefficient j is s ** j times
    # itself.
    sizes = [0.0 if block is None else float(np.max(np.abs(bottom(block)), initial=0.0)) for block in blocks]
    largest = max(sizes[0], 1.0)
    scale = min([(largest / size) ** (1 / j) for j, size in enumerate(sizes) if j and size > largest], default=1.0)
    zeros, n = np.zeros_like(blocks[0]), blocks[0].shape[-1]
    scaled = [zeros if block is None else scale**j * block for j, block in enumerate(blocks)]
    rows = [np.concatenate([*[zeros] * i, *scaled[: k + 1 - i]], axis=-1) for i in range(k + 1)]
    return f(np.concatenate(rows, axis=-2))[..., :n, k * n :] / scale**k


def _sqrtm_coefficient(k: int, out: Coefficients, x: Coefficients) -> Array:
    """The coefficient of the square root, from out out = x."""
    right = x(k)
    for j in range(1, k):
        a, b = out(j), out(k - j)
        if a is not None and b is not None:
            right = less(right, a @ b)
    root = _unless_singular(x(0), out(0))
    return None if right is None else bind(sylvester_p, root, root, right)


def _sqrtm_rule(g: Array, x: Array, out: Array) -> Array:
    root = _unless_singular(x, out).mT
    return bind(sylvester_p, root, root, g)


def _unless_singular(x: Array, root: Array) -> Array:
    """The square root of a matrix, unless that is singular up to rounding."""
    n = root.shape[-1]
    if not n:
        return root
    s = np.linalg.svd(undifferentiated(x), compute_uv=False)
    message = "scipy.linalg.sqrtm: of a singular matrix there is no derivative"
    return unless(s[..., -1] <= zero_tolerance(s, n) * s[..., 0], message, root)


def derivative_of_expm(a: Array, e: Array) -> Array:
    """The derivative of the exponential at a, in the direction e."""
    return _derivative(lambda x: bind(_expm_p, x), a, e)


_NODES: Final = tuple(zip(*(x.tolist() for x in np.polynomial.legendre.leggauss(10)), strict=True))


def _logm_of_matrix(x: NDArray[Any]) -> Array:
    """The logarithm of a matrix, by that of a root of it that is near the identity (Higham 2008, section 11.5).

    Derivatives are computed with it, because `scipy.linalg.logm` estimates norms at random: its last digits differ from
    call to call.
    """
    root = x.astype(np.result_type(x.dtype, np.float64))
    identity, power = np.eye(x.shape[-1]), 1
    while np.linalg.norm(root - identity, 1) > 0.25:
        if power > 2**50:
            raise np.linalg.LinAlgError("scipy.linalg.logm: the matrix is singular, and its logarithm infinite")
        root, power = scipy.linalg.sqrtm(root), 2 * power
        root = root.astype(np.complex128 if root.dtype.kind == "c" else np.float64)  # older SciPy: extended precision
    z = root - identity
    # The integral of z / (1 + t z) from 0 to 1, by Gauss's formula.
    terms = [weight * np.linalg.solve(identity + 0.5 * (1 + node) * z, z) for node, weight in _NODES]
    total = 0.5 * power * np.sum(terms, axis=0)
    return total.astype(np.result_type(x.dtype, np.complex64 if total.dtype.kind == "c" else np.float32))


def _expm(x: Array) -> Array:
    return scipy.linalg.expm(native(x))


def _logm(x: Array) -> Array:
    return over_stack(scipy.linalg.logm, x)


def _logm_by_roots(x: Array) -> Array:
    return over_stack(_logm_of_matrix, x)


def _sqrtm(x: Array) -> Array:
    return over_stack(scipy.linalg.sqrtm, x)


_expm_p: Final[General] = define(
    General,
    "expm",
    _expm,
    lambda g, x: derivative_of_expm(x.mT, g),
    batch=lambda _, x: bind(_expm_p, x),
    coefficient=lambda k, out, x: _coefficient(lambda a: bind(_expm_p, a), k, x),
)
_logm_p: Final[General] = define(
    General,
    "logm",
    _logm,
    lambda g, x: _derivative(lambda a: bind(logm_by_roots_p, a), x.mT, g),
    batch=lambda _, x: bind(_logm_p, x),
    coefficient=lambda k, out, x: _coefficient(lambda a: bind(logm_by_roots_p, a), k, x),
    keeps_dtype=False,
    dynamic_dtype=real_or_complex,
)
logm_by_roots_p: Final[General] = define(
    General,
    "logm.by_roots",
    _logm_by_roots,
    lambda g, x: _derivative(lambda a: bind(logm_by_roots_p, a), x.mT, g),
    batch=lambda _, x: bind(logm_by_roots_p, x),
    coefficient=lambda k, out, x: _coefficient(lambda a: bind(logm_by_roots_p, a), k, x),
    keeps_dtype=False,
    dynamic_dtype=real_or_complex,
)
_sqrtm_p: Final[General] = define(
    General,
    "sqrtm",
    _sqrtm,
    _sqrtm_rule,
    batch=lambda _, x: bind(_sqrtm_p, x),
    coefficient=_sqrtm_coefficient,
    keeps_dtype=False,
    dynamic_dtype=real_or_complex,
)


@array_function
@as_in_scipy(scipy.linalg.expm)
@takes_lists
def expm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The exponential of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> expm(Variable(np.zeros((2, 2))))
    variable([[1. 0.]
              [0. 1.]])
    """
    check_square("expm", "A", A)
    return bind(_expm_p, A)


@array_function
@as_in_scipy(scipy.linalg.logm)
@takes_lists
def logm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The principal logarithm of a square matrix; of a real matrix complex where it has to be.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> logm(Variable(np.eye(2)))
    variable([[0. 0.]
              [0. 0.]])
    """
    check_square("logm", "A", A)
    return bind(_logm_p, A)


@array_function
@as_in_scipy(scipy.linalg.sqrtm)
@takes_lists
def sqrtm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The principal square root of a square matrix; of a real matrix complex where it has to be.

    Raises:
        LinAlgError: (in the derivative) the matrix is singular, up to rounding.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sqrtm(Variable(np.array([[4.0, 0.0], [0.0, 9.0]])))
    variable([[2. 0.]
              [0. 3.]])
    """
    check_square("sqrtm", "A", A)
    return bind(_sqrtm_p, as_array(A))


def _cos(x: Array) -> Array:
    return 0.5 * (expm(1j * x) + expm(-1j * x)) if x.dtype.kind == "c" else np.real(expm(1j * x))


def _sin(x: Array) -> Array:
    return -0.5j * (expm(1j * x) - expm(-1j * x)) if x.dtype.kind == "c" else np.imag(expm(1j * x))


def _cosh(x: Array) -> Array:
    return 0.5 * (expm(x) + expm(-x))


def _sinh(x: Array) -> Array:
    return 0.5 * (expm(x) - expm(-x))


@array_function
@as_in_scipy(scipy.linalg.cosm)
@takes_lists
def cosm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The cosine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> cosm(Variable(np.zeros((2, 2))))
    variable([[1. 0.]
              [0. 1.]])
    """
    check_square("cosm", "A", A)
    return _cos(A)


@array_function
@as_in_scipy(scipy.linalg.sinm)
@takes_lists
def sinm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The sine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sinm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    check_square("sinm", "A", A)
    return _sin(A)


@array_function
@as_in_scipy(scipy.linalg.tanm)
@takes_lists
def tanm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The tangent of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tanm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    check_square("tanm", "A", A)
    return np.linalg.solve(_cos(A), _sin(A))


@array_function
@as_in_scipy(scipy.linalg.coshm)
@takes_lists
def coshm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The hyperbolic cosine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> coshm(Variable(np.zeros((2, 2))))
    variable([[1. 0.]
              [0. 1.]])
    """
    check_square("coshm", "A", A)
    return _cosh(A)


@array_function
@as_in_scipy(scipy.linalg.sinhm)
@takes_lists
def sinhm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The hyperbolic sine of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> sinhm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    check_square("sinhm", "A", A)
    return _sinh(A)


@array_function
@as_in_scipy(scipy.linalg.tanhm)
@takes_lists
def tanhm(A: Operand) -> Array:  # noqa: N803  # SciPy's name
    """The hyperbolic tangent of a square matrix.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> tanhm(Variable(np.zeros((2, 2))))
    variable([[0. 0.]
              [0. 0.]])
    """
    check_square("tanhm", "A", A)
    return np.linalg.solve(_cosh(A), _sinh(A))
