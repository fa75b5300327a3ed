"""Discrete Fourier transforms of real and complex signals, along one axis or several, and their shifts.

The matrix of the discrete Fourier transform is symmetric, so in the convention of this library, where no transpose
conjugates, `fft` is its own transpose, and so is `ifft`, each with its own `norm`. A transform between a real signal
and half of its spectrum has the other one of its direction for a transpose: the inverse of `rfft` is `irfft`, and the
transpose of `rfft` is `hfft`. There an element of the half may stand for two of the whole spectrum, which are
conjugates, and counts twice. (The transforms are defined as in https://numpy.org/doc/stable/reference/routines.fft.html.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from pydezero.core.bind import bind
from pydezero.core.primitive import BatchRule, Linear, define
from pydezero.core.typed import array_function, without_variables
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.functions.shapes.shape import astype

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]

Norm: TypeAlias = Literal["backward", "ortho", "forward"] | None


def cropped_or_padded(y: Array, wanted: int, axis: int) -> Array:
    """y with this length along an axis: elements behind it are left out, and missing ones are zeros.

    The transpose is the same with the length before.
    """
    length = y.shape[axis]
    if wanted < length:
        return y[(slice(None),) * axis + (slice(wanted),)]
    if wanted > length:
        missing = (*y.shape[:axis], wanted - length, *y.shape[axis + 1 :])
        return np.concatenate([y, np.zeros_like(y, shape=missing)], axis=axis)
    return y


def _weighted(y: Array, n: int, axis: int, weight: float) -> Array:
    """Half of the spectrum of n real elements, with a weight for the elements that stand for two of the whole one."""
    # In the dtype of y, or NumPy would convert the weights again for each product.
    weights = np.full_like(y, weight, shape=(y.shape[axis], *(1,) * (len(y.shape) - axis - 1)))
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    return y * weights


def _rfft_rule(g: Array, x_shape: tuple[int, ...], n: int, axis: int, norm: Norm) -> Array:
    return cropped_or_padded(np.fft.hfft(_weighted(g, n, axis, 0.5), n, axis, norm), x_shape[axis], axis)


def _ihfft_rule(g: Array, x_shape: tuple[int, ...], n: int, axis: int, norm: Norm) -> Array:
    return cropped_or_padded(np.fft.irfft(_weighted(g, n, axis, 0.5), n, axis, norm), x_shape[axis], axis)


def _hfft_rule(g: Array, x_shape: tuple[int, ...], n: int, axis: int, norm: Norm) -> Array:
    return cropped_or_padded(_weighted(np.fft.rfft(g, n, axis, norm), n, axis, 2.0), x_shape[axis], axis)


def _irfft_rule(g: Array, x_shape: tuple[int, ...], n: int, axis: int, norm: Norm) -> Array:
    return cropped_or_padded(_weighted(np.fft.ihfft(g, n, axis, norm), n, axis, 2.0), x_shape[axis], axis)


def _batch_rule(transform: Callable[..., Array]) -> BatchRule:
    return lambda _, x, n, axis, norm: transform(x, n, axis + 1, norm)


_fft_p: Final = define(
    Linear,
    "fft",
    np.fft.fft,
    lambda g, x_shape, n, axis, norm: cropped_or_padded(np.fft.fft(g, n, axis, norm), x_shape[axis], axis),
    batch=_batch_rule(np.fft.fft),
    keeps_dtype=False,
)
_ifft_p: Final = define(
    Linear,
    "ifft",
    np.fft.ifft,
    lambda g, x_shape, n, axis, norm: cropped_or_padded(np.fft.ifft(g, n, axis, norm), x_shape[axis], axis),
    batch=_batch_rule(np.fft.ifft),
    keeps_dtype=False,
)
_rfft_p: Final = define(Linear, "rfft", np.fft.rfft, _rfft_rule, batch=_batch_rule(np.fft.rfft), keeps_dtype=False)
_irfft_p: Final = define(Linear, "irfft", np.fft.irfft, _irfft_rule, batch=_batch_rule(np.fft.irfft), keeps_dtype=False)
_hfft_p: Final = define(Linear, "hfft", np.fft.hfft, _hfft_rule, batch=_batch_rule(np.fft.hfft), keeps_dtype=False)
_ihfft_p: Final = define(Linear, "ihfft", np.fft.ihfft, _ihfft_rule, batch=_batch_rule(np.fft.ihfft), keeps_dtype=False)


def _transform(primitive: Linear, a: Operand, n: int | None, axis: int, norm: Norm) -> Array:
    """One of the transforms in one dimension; n is the length of the signal, by default as long as a makes it."""
    shape = shape_of(a)
    axis = normalize_axis_index(axis, len(shape))
    from_half = primitive is _irfft_p or primitive is _hfft_p
    if n is None:
        n = 2 * (shape[axis] - 1) if from_half else shape[axis]
    if type(a) is Variable:
        # The argument of a transform from half of a spectrum is complex, and that of a transform to half of it is real.
        if from_half and a.dtype.kind != "c":
            a = astype(a, np.result_type(a.dtype, 1j))
        if (primitive is _rfft_p or primitive is _ihfft_p) and a.dtype.kind == "c":
            raise TypeError(f"{primitive.name}: a must be real, got {a.dtype}; np.fft.fft takes complex numbers")
    return bind(primitive, a, n=n, axis=axis, norm=norm)


@array_function
def fft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The discrete Fourier transform along an axis, of a cropped or padded with zeros to the length n.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fft(Variable(np.array([1.0, 2.0])))
    variable([ 3.+0.j -1.+0.j])
    """
    return _transform(_fft_p, a, n, axis, norm)


@array_function
def ifft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The inverse of `fft` along an axis, of a cropped or padded with zeros to the length n.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ifft(Variable(np.array([3.0, -1.0])))
    variable([1.+0.j 2.+0.j])
    """
    return _transform(_ifft_p, a, n, axis, norm)


@array_function
def rfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The first n // 2 + 1 elements of the `fft` of a real a, cropped or padded with zeros to the length n.

    Raises:
        TypeError: a is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> rfft(Variable(np.array([1.0, 2.0, 3.0])))
    variable([ 6. +0.j         -1.5+0.8660254j])
    """
    return _transform(_rfft_p, a, n, axis, norm)


@array_function
def irfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The inverse of `rfft`: n real elements, by default as many as are even, from half of their spectrum.

    The imaginary part of the first element, and of the last one where n is even, has no influence and no derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> irfft(Variable(np.array([6.0, -2.0])))
    variable([2. 4.])
    """
    return _transform(_irfft_p, a, n, axis, norm)


@array_function
def hfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The `fft`, which is real, of a signal of n elements that is Hermitian: a is the first half of it.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hfft(Variable(np.array([1.0, 2.0])))
    variable([ 3. -1.])
    """
    return _transform(_hfft_p, a, n, axis, norm)


@array_function
def ihfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The inverse of `hfft`: the first half of the Hermitian signal with the real spectrum a.

    Raises:
        TypeError: a is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ihfft(Variable(np.array([3.0, -1.0])))
    variable([1.-0.j 2.-0.j])
    """
    return _transform(_ihfft_p, a, n, axis, norm)


def lengths_and_axes(
    a: Operand, s: Sequence[int | None] | None, axes: Sequence[int] | None, name: str
) -> list[tuple[int | None, int]]:
    """The length and the axis of each of several transforms; None for the default length of a transform."""
    shape = shape_of(a)
    if axes is None:
        axes = range(-len(shape if s is None else s), 0)
    if s is None:
        return [(None, axis) for axis in axes]
    if len(s) != len(axes):
        raise ValueError(f"{name}: s must have a length for each axis, got s {tuple(s)} and axes {tuple(axes)}")
    pairs = zip(s, axes, strict=True)
    return [(shape[normalize_axis_index(axis, len(shape))] if n == -1 else n, axis) for n, axis in pairs]


def _last_apart(pairs: list[tuple[int | None, int]], name: str) -> tuple[list[tuple[int | None, int]], int | None, int]:
    """All transforms but the last, and the length and axis of that."""
    if not pairs:
        raise ValueError(f"{name}: needs at least one axis to transform")
    return pairs[:-1], *pairs[-1]


def _one_after_another(
    transform: Callable[..., Array], a: Array, pairs: Sequence[tuple[int | None, int]], norm: Norm
) -> Array:
    for n, axis in pairs:
        a = transform(a, n, axis, norm)
    return a


@array_function
@without_variables(np.fft.fftn)
def fftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The `fft` along several axes, all of them by default, of a cropped or padded with zeros to the lengths s.

    Raises:
        ValueError: s has another length than axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fftn(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[10.+0.j -2.+0.j]
              [-4.+0.j  0.+0.j]])
    """
    return _one_after_another(fft, a, lengths_and_axes(a, s, axes, "fftn")[::-1], norm)


@array_function
@without_variables(np.fft.ifftn)
def ifftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The inverse of `fftn`.

    Raises:
        ValueError: s has another length than axes.
    """
    return _one_after_another(ifft, a, lengths_and_axes(a, s, axes, "ifftn")[::-1], norm)


@array_function
@without_variables(np.fft.rfftn)
def rfftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The `fftn` of a real a, without the second half of the last of its axes, which is conjugate to the first.

    Raises:
        TypeError: a is complex.
        ValueError: s has another length than axes.
    """
    pairs, n, axis = _last_apart(lengths_and_axes(a, s, axes, "rfftn"), "rfftn")
    return _one_after_another(fft, rfft(a, n, axis, norm), pairs[::-1], norm)


@array_function
@without_variables(np.fft.irfftn)
def irfftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The inverse of `rfftn`; the length of the last axis is by default the even one of the two that it may have.

    Raises:
        ValueError: s has another length than axes.
    """
    pairs, n, axis = _last_apart(lengths_and_axes(a, s, axes, "irfftn"), "irfftn")
    return irfft(_one_after_another(ifft, a, pairs, norm), n, axis, norm)


@array_function
@without_variables(np.fft.fft2)
def fft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`fftn` along two axes, the last by default."""
    return fftn(a, s, axes, norm)


@array_function
@without_variables(np.fft.ifft2)
def ifft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`ifftn` along two axes, the last by default."""
    return ifftn(a, s, axes, norm)


@array_function
@without_variables(np.fft.rfft2)
def rfft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`rfftn` along two axes, the last by default."""
    return rfftn(a, s, axes, norm)


@array_function
@without_variables(np.fft.irfft2)
def irfft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`irfftn` along two axes, the last by default."""
    return irfftn(a, s, axes, norm)


def _shifted(x: Array, axes: int | Sequence[int] | None, sign: int) -> Array:
    """x rolled by half its length along some axes."""
    shape = shape_of(x)
    chosen = range(len(shape)) if axes is None else (axes,) if isinstance(axes, int | np.integer) else axes
    places = tuple([normalize_axis_index(axis, len(shape)) for axis in chosen])
    rolled: Array = np.roll(x, tuple([sign * (shape[axis] // 2) for axis in places]), places)
    return rolled


@array_function
@without_variables(np.fft.fftshift)
def fftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Array:
    """A spectrum with the frequency 0 in the middle, along some axes, all of them by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fftshift(Variable(np.array([0.0, 1.0, -1.0])))
    variable([-1.  0.  1.])
    """
    return _shifted(x, axes, 1)


@array_function
@without_variables(np.fft.ifftshift)
def ifftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Array:
    """The inverse of `fftshift`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ifftshift(Variable(np.array([-1.0, 0.0, 1.0])))
    variable([ 0.  1. -1.])
    """
    return _shifted(x, axes, -1)
