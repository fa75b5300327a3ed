"""Digital filters as cascades of sections of the second order, made of zeros and poles.

Which zeros and poles make a section is SciPy's choice, and constant; the coefficients are differentiated.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from pydezero.core.batching import all_batched
from pydezero.core.bind import bind
from pydezero.core.primitive import Nondifferentiable, define
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, undifferentiated
from pydezero.functions.indexing.indexing import getitem
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signal.filters import Coefficients
from pydezero.scipy.signatures import as_in_scipy

__all__ = ["zpk2sos"]

Pairing: TypeAlias = Literal["nearest", "keep_odd", "minimal"] | None


def _places(z: NDArray[Any], p: NDArray[Any], pairing: Pairing) -> NDArray[np.intp]:
    """Which two of the zeros and of the poles each section has: (..., 2, sections, 2), the first two axes those."""
    if z.ndim > 1:
        return np.stack([_places(*of_one, pairing) for of_one in zip(z, p, strict=True)])
    sos = signal.zpk2sos(z, p, 1.0, pairing=pairing)
    return np.stack([_assigned(z, sos[:, :3]), _assigned(p, sos[:, 3:])])


def _assigned(roots: NDArray[Any], quadratics: NDArray[Any]) -> NDArray[np.intp]:
    """The places of the roots of each quadratic among the given ones, each of which is taken once, and zeros."""
    roots = np.concatenate([roots, np.zeros(2 * len(quadratics) - len(roots))])
    left = list(range(len(roots)))
    found = []
    for quadratic in quadratics:
        for root in np.roots(quadratic):
            nearest = min(left, key=lambda place: abs(roots[place] - root))
            left.remove(nearest)
            found.append(nearest)
    return np.reshape(np.array(found, np.intp), (len(quadratics), 2))


_places_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "places in sections",
    _places,
    None,
    batch=lambda batched, z, p, pairing: bind(_places_p, *all_batched(batched, (z, p)), pairing=pairing),
)


@overload
def zpk2sos(z: Variable, p: Operand | Coefficients, k: Operand, pairing: Pairing = None) -> Variable: ...
@overload
def zpk2sos(z: Operand | Coefficients, p: Variable, k: Operand, pairing: Pairing = None) -> Variable: ...
@overload
def zpk2sos(z: Operand | Coefficients, p: Operand | Coefficients, k: Variable, pairing: Pairing = None) -> Variable: ...
@overload
def zpk2sos(z: Coefficients, p: Coefficients, k: float, pairing: Pairing = None) -> NDArray[np.float64]: ...
@as_in_scipy(signal.zpk2sos)
def zpk2sos(z: Any, p: Any, k: Any, pairing: Pairing = None) -> Any:
    """The sections of second order of a digital filter of which zeros, poles and gain are given.

    Args:
        z: the zeros, a vector; those that are not real in pairs that are conjugate.
        p: the poles, likewise.
        k: the gain, a number, which the first section has.
        pairing: which zeros and poles are in one section: "nearest" by default, or "keep_odd", of SciPy's ways.

    Returns:
        The coefficients (sections, 6), for `sosfilt`. Which zeros and poles a section has counts as constant.

    Raises:
        ValueError: zeros or poles have no conjugate; or `pairing` is none of those.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> zpk2sos(np.array([-1.0, -1.0]), Variable(np.array([0.25, 0.5])), 2.0)
    variable([[ 2.     4.     2.     1.    -0.75   0.125]])
    """
    if pairing not in (None, "nearest", "keep_odd"):
        raise ValueError(f"scipy.signal.zpk2sos: pairing is {pairing!r}; it must be 'nearest' or 'keep_odd'")
    zeros, poles = (np.atleast_1d(as_operand(x)) for x in (z, p))
    return sections_of(zeros, poles, as_operand(k), pairing)


def sections_of(z: Array, p: Array, k: Array, pairing: Pairing = None) -> Array:
    """The sections of second order with these zeros and poles, of which missing ones are at 0."""
    count = (max(z.shape[0], p.shape[0]) + 1) // 2
    if not count:
        return np.concatenate([np.reshape(k, (1,)), np.array([0.0, 0.0, 1.0, 0.0, 0.0])])[np.newaxis]
    places = bind(_places_p, undifferentiated(z), undifferentiated(p), pairing=pairing)
    filled = [np.concatenate([x, np.zeros(2 * count - x.shape[0])]) for x in (z, p)]
    above, below = (_quadratics(getitem(x, places[i])) for i, x in enumerate(filled))
    gains = np.concatenate([np.reshape(np.real(k), (1,)), np.ones(count - 1)])
    return np.concatenate([gains[:, np.newaxis] * above, below], axis=1)


def _quadratics(roots: Array) -> Array:
    """The coefficients of (x - r) (x - s) for each pair of roots, which are real."""
    first, second = roots[:, 0], roots[:, 1]
    one = np.ones_like(np.real(first))
    return np.stack([one, -np.real(first + second), np.real(first * second)], axis=1)
