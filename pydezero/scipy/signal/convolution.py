"""Convolution and correlation of arrays of any number of axes, by sums of products or by Fourier transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from scipy import fft, signal

from pydezero.core.batching import aligned
from pydezero.core.bind import bind
from pydezero.core.broadcasting import unbroadcast
from pydezero.core.primitive import Multilinear, define
from pydezero.core.typed import binary_array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.functions.shapes.shape import in_common_dtype, normalize_axes
from pydezero.scipy.operands import as_operand
from pydezero.scipy.signatures import as_in_scipy

__all__ = [
    "convolve",
    "correlate",
    "fftconvolve",
    "oaconvolve",
]

Mode: TypeAlias = Literal["full", "valid", "same"]
Method: TypeAlias = Literal["auto", "direct", "fft"]
Axes: TypeAlias = int | Sequence[int] | None

_MODES: Final = ("full", "valid", "same")
_METHODS: Final = ("auto", "direct", "fft")

# Factors up to this length are taken element by element, where there are many examples.
_SHORT: Final = 32


def _convolve(x: Array, y: Array, count: int, mode: Mode, method: str) -> Array:
    """The convolution along the last axes, as many as `count`; the others broadcast. For "valid", x is the larger."""
    ndim = max(x.ndim, y.ndim)
    x, y = (np.reshape(z, (*(1,) * (ndim - z.ndim), *z.shape)) for z in (x, y))
    if not x.size or not y.size:
        sign = 1 if mode == "full" else -1
        lengths = [m + sign * (n - 1) for m, n in zip(x.shape[ndim - count :], y.shape[ndim - count :], strict=True)]
        examples = np.broadcast_shapes(x.shape[: ndim - count], y.shape[: ndim - count])
        return np.zeros((*examples, *lengths), np.result_type(x, y))
    if method == "direct":
        return _direct(x, y, count, mode)
    if mode == "valid" and method == "fft":
        return _valid_by_frequencies(x, y, count)
    function: Any = signal.oaconvolve if method == "oa" else signal.fftconvolve  # its stubs differ between versions
    return function(x, y, mode, axes=tuple(range(-count, 0)))


def _valid_by_frequencies(x: Array, y: Array, count: int) -> Array:
    """The convolution by transforms as long as x: what wraps around is not in the result, and SciPy's are longer."""
    axes = tuple(range(-count, 0))
    is_complex = np.result_type(x, y).kind == "c"
    lengths = [fft.next_fast_len(n, not is_complex) for n in x.shape[-count:]]
    forward, inverse = (fft.fftn, fft.ifftn) if is_complex else (fft.rfftn, fft.irfftn)
    out = inverse(forward(x, lengths, axes=axes) * forward(y, lengths, axes=axes), lengths, axes=axes)
    inner = [slice(n - 1, m) for m, n in zip(x.shape[-count:], y.shape[-count:], strict=True)]
    inside: Any = (..., *inner)  # Any: mypy reads a tuple that begins with ... as one of arrays
    return out[inside].copy()


def _direct(x: Array, y: Array, count: int, mode: Mode) -> Array:
    if count == 1 and mode == "valid" and x.shape[-1] - y.shape[-1] < y.shape[-1]:
        # A few sums of many products, for which BLAS would start threads.
        windows = np.lib.stride_tricks.sliding_window_view(x, y.shape[-1], axis=-1)
        return np.einsum("...ij,...j->...i", windows, y[..., ::-1].copy())
    of_x, of_y = x.shape[: x.ndim - count], y.shape[: y.ndim - count]
    if count == 1 and (of_x or of_y) and min(x.shape[-1], y.shape[-1]) <= _SHORT:
        return _by_shifts(x, y, mode)
    if max(of_y, default=1) == 1 or (max(of_x, default=1) == 1 and mode == "full"):
        return signal.convolve(x, y, mode, "direct")  # an axis of length 1 repeats itself
    examples = np.broadcast_shapes(of_x, of_y)
    x, y = np.broadcast_to(x, examples + x.shape[-count:]), np.broadcast_to(y, examples + y.shape[-count:])
    results = [signal.convolve(x[i], y[i], mode, "direct") for i in np.ndindex(*examples)]
    return np.reshape(results, examples + results[0].shape)


def _by_shifts(x: Array, y: Array, mode: Mode) -> Array:
    """The convolution along the last axis, of all examples at once for one element of the shorter factor each."""
    if x.shape[-1] < y.shape[-1]:
        x, y = y, x
    m, n = x.shape[-1], y.shape[-1]
    if mode == "valid":
        return sum(
            (y[..., j, np.newaxis] * x[..., n - 1 - j : m - j] for j in range(1, n)), y[..., :1] * x[..., n - 1 :]
        )
    out = np.zeros((*np.broadcast_shapes(x.shape[:-1], y.shape[:-1]), m + n - 1), np.result_type(x, y))
    for j in range(n):
        out[..., j : j + m] += y[..., j, np.newaxis] * x
    return out


def _reversed(x: Array, count: int) -> Array:
    return np.flip(x, tuple(range(-count, 0)))


def _rule_x(g: Array, y: Array, x_shape: tuple[int, ...], count: int, mode: str, method: str) -> Array:
    opposite = "valid" if mode == "full" else "full"
    return unbroadcast(bind(convolve_p, g, _reversed(y, count), count=count, mode=opposite, method=method), x_shape)


def _rule_y(g: Array, x: Array, y_shape: tuple[int, ...], count: int, mode: str, method: str) -> Array:
    factors = (g, _reversed(x, count)) if mode == "full" else (_reversed(x, count), g)
    return unbroadcast(bind(convolve_p, *factors, count=count, mode="valid", method=method), y_shape)


# The transpose of "full" is "valid" with the other factor reversed, and the other way round.
convolve_p: Final[Multilinear] = define(
    Multilinear,
    "signal.convolve",
    _convolve,
    _rule_x,
    _rule_y,
    batch=lambda batched, x, y, **params: bind(convolve_p, *aligned(batched, (x, y)), **params),
)


def along_last(x: Array, y: Array, mode: Mode) -> Array:
    """The convolution along the last axis, by the faster method; for "valid", x is the longer."""
    method = quicker(shape_of(x)[-1:], shape_of(y)[-1:], np.result_type(x.dtype, y.dtype), mode)
    return bind(convolve_p, x, y, count=1, mode=mode, method=method)


def quicker(x_shape: tuple[int, ...], y_shape: tuple[int, ...], dtype: np.dtype[Any], mode: Mode) -> str:
    """The method that SciPy takes for arrays of numbers of this dtype to be the faster one."""
    zero = np.zeros((), dtype)
    x, y = np.broadcast_to(zero, x_shape), np.broadcast_to(zero, y_shape)
    method: str = signal.choose_conv_method(x, y, mode)
    return method


def _checked(name: str, in1: Operand, in2: Operand, mode: str, method: str = "auto") -> tuple[Array, Array]:
    """Both arrays in their common dtype.

    Raises:
        ValueError: they have different numbers of axes, or there is no such mode or method.
    """
    x, y = in_common_dtype(as_operand(in1), as_operand(in2))
    if len(shape_of(x)) != len(shape_of(y)):
        raise ValueError(
            f"scipy.signal.{name}: in1 of shape {shape_of(x)} and in2 of shape {shape_of(y)} must have as many axes"
        )
    if mode not in _MODES:
        raise ValueError(f"scipy.signal.{name}: mode must be 'full', 'valid' or 'same', got {mode!r}")
    if method not in _METHODS:
        raise ValueError(f"scipy.signal.{name}: method must be 'auto', 'direct' or 'fft', got {method!r}")
    return x, y


def _along(name: str, x: Array, y: Array, axes: tuple[int, ...], mode: str, method: str) -> Array:
    """The convolution along some axes, with the sizes of a mode."""
    if not axes:
        return np.multiply(x, y)
    if 0 in x.shape or 0 in y.shape:
        return np.concatenate([np.reshape(x, -1)[:0], np.reshape(y, -1)[:0]])  # as SciPy does, whatever the shapes
    shorter = [a for a in axes if x.shape[a] < y.shape[a]]
    center = x.shape if mode == "same" else None
    if mode == "valid" and shorter:
        if any(x.shape[a] > y.shape[a] for a in axes):
            raise ValueError(
                f"scipy.signal.{name}: for the mode 'valid' one of in1 and in2 must be the larger one along all axes, "
                f"got {x.shape} and {y.shape}"
            )
        x, y = y, x
    order = [*[a for a in range(len(x.shape)) if a not in axes], *axes]
    out = bind(
        convolve_p,
        np.transpose(x, order),
        np.transpose(y, order),
        count=len(axes),
        mode="valid" if mode == "valid" else "full",
        method=method,
    )
    out = np.transpose(out, np.argsort(order).tolist())
    return out if center is None else _centered(out, center)


def _centered(x: Array, shape: Sequence[int]) -> Array:
    """The middle of an array, of a smaller shape."""
    starts = [(m - n) // 2 for m, n in zip(x.shape, shape, strict=True)]
    return x[tuple([slice(start, start + n) for start, n in zip(starts, shape, strict=True)])]


def _by_frequencies(name: str, in1: Operand, in2: Operand, mode: str, axes: Axes, method: str) -> Array:
    x, y = _checked(name, in1, in2, mode)
    chosen = normalize_axes(axes if axes is None or isinstance(axes, int | np.integer) else tuple(axes), len(x.shape))
    if axes is not None and not chosen:
        raise ValueError(f"scipy.signal.{name}: axes must not be empty")
    chosen = tuple([a for a in chosen if x.shape[a] != 1 and y.shape[a] != 1])  # an axis of length 1 repeats itself
    others = [{x.shape[a], y.shape[a]} - {1} for a in range(len(x.shape)) if a not in chosen]
    if any(len(lengths) > 1 for lengths in others):
        raise ValueError(
            f"scipy.signal.{name}: in1 of shape {x.shape} and in2 of shape {y.shape} do not broadcast along the axes "
            "that are not among `axes`"
        )
    out = _along(name, x, y, chosen, mode, method)
    return _centered(out, x.shape) if mode == "same" and not chosen else out


@binary_array_function
@as_in_scipy(signal.convolve)
def convolve(in1: Operand, in2: Operand, mode: Mode = "full", method: Method = "auto") -> Array:
    """The convolution of two arrays with as many axes: the sums of `in1[i] * in2[k - i]` over i, for each k.

    The mode says for which k: all with at least one product ("full"), those for which no product is missing ("valid"),
    or those in the middle, as many as in1 has elements ("same"). The method is that of SciPy: "direct" adds products,
    "fft" takes Fourier transforms, and "auto" is the one that SciPy takes to be faster.

    Raises:
        ValueError: the numbers of axes differ; for "valid" neither array is the larger one along all axes; or there is
            no such mode or method.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> convolve(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]), mode="same")
    variable([1. 1. 1.])
    """
    x, y = _checked("convolve", in1, in2, mode, method)
    return _of_all_axes("convolve", x, y, mode, method)


def _of_all_axes(name: str, x: Array, y: Array, mode: Mode, method: str) -> Array:
    shapes = shape_of(x), shape_of(y)
    if method == "auto":
        method = quicker(*shapes, x.dtype, mode) if shapes[0] and 0 not in shapes[0] + shapes[1] else "direct"
    return _along(name, x, y, tuple(range(len(shapes[0]))), mode, method)


@binary_array_function
@as_in_scipy(signal.correlate)
def correlate(in1: Operand, in2: Operand, mode: Mode = "full", method: Method = "auto") -> Array:
    """The correlation of two arrays with as many axes: the sums of `in1[k + i] * conj(in2[i])` over i, for each k.

    Modes and methods are those of `convolve`, and it raises what `convolve` raises.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> correlate(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0]), mode="valid")
    variable([-1. -1.])
    """
    x, y = _checked("correlate", in1, in2, mode, method)
    return _of_all_axes("correlate", x, np.conjugate(np.flip(y)) if y.dtype.kind == "c" else np.flip(y), mode, method)


@binary_array_function
@as_in_scipy(signal.fftconvolve)
def fftconvolve(in1: Operand, in2: Operand, mode: Mode = "full", axes: Axes = None) -> Array:
    """The convolution of two arrays by Fourier transforms, along `axes`, or along all of them.

    Along the other axes the arrays broadcast. The modes are those of `convolve`.

    Raises:
        ValueError: what `convolve` raises; or along the other axes the arrays do not broadcast.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> signals = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])
    >>> np.round(fftconvolve(Variable(signals), np.array([[1.0, -1.0]]), axes=1).data, 6) + 0.0
    array([[ 1.,  1.,  1., -3.],
           [ 0.,  1., -1.,  0.]])
    """
    return _by_frequencies("fftconvolve", in1, in2, mode, axes, "fft")


@binary_array_function
@as_in_scipy(signal.oaconvolve)
def oaconvolve(in1: Operand, in2: Operand, mode: Mode = "full", axes: Axes = None) -> Array:
    """The result of `fftconvolve`, computed piece by piece: faster where one array is much longer than the other.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> np.round(oaconvolve(Variable(np.array([1.0, 2.0, 3.0])), np.array([1.0, -1.0])).data, 6)
    array([ 1.,  1.,  1., -3.])
    """
    return _by_frequencies("oaconvolve", in1, in2, mode, axes, "oa")
