"""Convolutions over one and two axes, and their transposes.

The windows of an array are a view of it (`sliding_window_view`, with steps and gaps). Copied side by side they are the
columns of a matrix, so that a convolution is one product; and the transpose adds up windows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.functions.indexing.windows import add_windows
from pydezero.nn.arguments import Floats, X, check_added, check_axes, check_parameter, check_sizes
from pydezero.nn.described import described
from pydezero.nn.initialisers import he_normal
from pydezero.nn.windows import as_lengths, window_view
from pydezero.transforms.boundary.arguments import check_flag, check_rng
from pydezero.tree import STATIC

__all__ = [
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
]

_AXES: Final = {1: ("length",), 2: ("height", "width")}

# The options of a layer, and how small each may be.
_LEAST: Final = {"stride": 1, "padding": 0, "dilation": 1, "extra": 0}


@attrs.frozen(eq=False)
class Conv1d:
    """The convolution of sequences with filters: of the shape (..., inputs, length), to (..., outputs, new length).

    Attributes:
        w: the filters, of the shape (outputs, inputs, size).
        b: what is added to each of the outputs; None for nothing.
        stride: the step from one window to the next.
        padding: the number of zeros on either side.
        dilation: the distance between the elements of a window.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> layer = nn.Conv1d.init(np.random.default_rng(0), 3, 16, 5, stride=2)
    >>> layer(np.ones((32, 3, 101))).shape
    (32, 16, 49)
    """

    w: Floats = attrs.field(repr=described)
    b: Floats | None = attrs.field(default=None, repr=described)
    stride: tuple[int] = attrs.field(default=(1,), metadata=STATIC)
    padding: tuple[int] = attrs.field(default=(0,), metadata=STATIC)
    dilation: tuple[int] = attrs.field(default=(1,), metadata=STATIC)

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        inputs: int,
        outputs: int,
        size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        bias: bool = True,
    ) -> Conv1d:
        """Filters by `he_normal`, and zeros to add.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1, or the padding less than 0.
        """
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        return cls(*_fields("Conv1d.init", 1, rng, inputs, outputs, size, bias, options))

    def __call__(self, x: X) -> X:
        """The outputs for inputs of the shape (..., inputs, length).

        Raises:
            ValueError: x has another shape, or is shorter than a window.
        """
        y: X = _convolved(x, self)
        return y


@attrs.frozen(eq=False)
class Conv2d:
    """The convolution of images with filters: of the shape (..., inputs, height, width), to (..., outputs, new ones).

    Attributes:
        w: the filters, of the shape (outputs, inputs, height, width).
        b: what is added to each of the outputs; None for nothing.
        stride: the step from one window to the next, along either axis.
        padding: the number of zeros on either side.
        dilation: the distance between the elements of a window.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> layer = nn.Conv2d.init(np.random.default_rng(0), 3, 16, 3, padding=1)
    >>> layer
    Conv2d(w=f64[16,3,3,3], b=f64[16], stride=(1, 1), padding=(1, 1), dilation=(1, 1))
    >>> layer(np.ones((32, 3, 28, 28))).shape
    (32, 16, 28, 28)
    """

    w: Floats = attrs.field(repr=described)
    b: Floats | None = attrs.field(default=None, repr=described)
    stride: tuple[int, int] = attrs.field(default=(1, 1), metadata=STATIC)
    padding: tuple[int, int] = attrs.field(default=(0, 0), metadata=STATIC)
    dilation: tuple[int, int] = attrs.field(default=(1, 1), metadata=STATIC)

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        inputs: int,
        outputs: int,
        size: int | tuple[int, int],
        *,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        bias: bool = True,
    ) -> Conv2d:
        """Filters by `he_normal`, and zeros to add. A number is for both axes.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1, or the padding less than 0.
        """
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        return cls(*_fields("Conv2d.init", 2, rng, inputs, outputs, size, bias, options))

    def __call__(self, x: X) -> X:
        """The outputs for inputs of the shape (..., inputs, height, width).

        Raises:
            ValueError: x has another shape, or is smaller than a window.
        """
        y: X = _convolved(x, self)
        return y


@attrs.frozen(eq=False)
class ConvTranspose1d:
    """The transpose of `Conv1d`: each element adds a multiple of a filter to the result.

    It takes arrays of the shape (..., inputs, length) to (..., outputs, new length), where the new length is
    (length - 1) stride - 2 padding + (size - 1) dilation + 1 + extra.

    Attributes:
        w: the filters, of the shape (inputs, outputs, size).
        b: what is added to each of the outputs; None for nothing.
        stride: the step from one window to the next, in the result.
        padding: how much of the result is cut off on either side.
        dilation: the distance between the elements of a window.
        extra: how much less is cut off behind: of `Conv1d` with a stride above 1, several lengths give the same.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> layer = nn.ConvTranspose1d.init(np.random.default_rng(0), 16, 3, 4, stride=2)
    >>> layer(np.ones((32, 16, 49))).shape
    (32, 3, 100)
    """

    w: Floats = attrs.field(repr=described)
    b: Floats | None = attrs.field(default=None, repr=described)
    stride: tuple[int] = attrs.field(default=(1,), metadata=STATIC)
    padding: tuple[int] = attrs.field(default=(0,), metadata=STATIC)
    dilation: tuple[int] = attrs.field(default=(1,), metadata=STATIC)
    extra: tuple[int] = attrs.field(default=(0,), metadata=STATIC)

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        inputs: int,
        outputs: int,
        size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        extra: int = 0,
        bias: bool = True,
    ) -> ConvTranspose1d:
        """Filters by `he_normal`, and zeros to add.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1, the padding less than 0, or there is as much extra as a stride.
        """
        options = {"stride": stride, "padding": padding, "dilation": dilation, "extra": extra}
        return cls(*_fields("ConvTranspose1d.init", 1, rng, inputs, outputs, size, bias, options))

    def __call__(self, x: X) -> X:
        """The outputs for inputs of the shape (..., inputs, length).

        Raises:
            ValueError: x has another shape, or nothing is left of the result.
        """
        y: X = _transposed(x, self)
        return y


@attrs.frozen(eq=False)
class ConvTranspose2d:
    """The transpose of `Conv2d`: each element adds a multiple of a filter to the result.

    It takes arrays of the shape (..., inputs, height, width) to (..., outputs, new height, new width); each length
    becomes (length - 1) stride - 2 padding + (size - 1) dilation + 1 + extra.

    Attributes:
        w: the filters, of the shape (inputs, outputs, height, width).
        b: what is added to each of the outputs; None for nothing.
        stride: the step from one window to the next, in the result.
        padding: how much of the result is cut off on either side.
        dilation: the distance between the elements of a window.
        extra: how much less is cut off behind: of `Conv2d` with a stride above 1, several lengths give the same.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> layer = nn.ConvTranspose2d.init(np.random.default_rng(0), 16, 3, 3, stride=2, padding=1, extra=1)
    >>> layer(np.ones((32, 16, 7, 7))).shape
    (32, 3, 14, 14)
    """

    w: Floats = attrs.field(repr=described)
    b: Floats | None = attrs.field(default=None, repr=described)
    stride: tuple[int, int] = attrs.field(default=(1, 1), metadata=STATIC)
    padding: tuple[int, int] = attrs.field(default=(0, 0), metadata=STATIC)
    dilation: tuple[int, int] = attrs.field(default=(1, 1), metadata=STATIC)
    extra: tuple[int, int] = attrs.field(default=(0, 0), metadata=STATIC)

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        inputs: int,
        outputs: int,
        size: int | tuple[int, int],
        *,
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        extra: int | tuple[int, int] = 0,
        bias: bool = True,
    ) -> ConvTranspose2d:
        """Filters by `he_normal`, and zeros to add. A number is for both axes.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1, the padding less than 0, or there is as much extra as a stride.
        """
        options = {"stride": stride, "padding": padding, "dilation": dilation, "extra": extra}
        return cls(*_fields("ConvTranspose2d.init", 2, rng, inputs, outputs, size, bias, options))

    def __call__(self, x: X) -> X:
        """The outputs for inputs of the shape (..., inputs, height, width).

        Raises:
            ValueError: x has another shape, or nothing is left of the result.
        """
        y: X = _transposed(x, self)
        return y


def _convolved(x: Array, layer: Conv1d | Conv2d) -> Array:
    """The convolution: one product of the filters with the matrix whose columns are the windows."""
    outputs, inputs, *size = _filters(layer, "outputs", "inputs")
    where = _name(layer, inputs, outputs, size)
    _check_record(where, layer, outputs, len(size))
    check_axes(where, "x", x, inputs, _AXES[len(size)])
    parts = window_view(x, tuple(size), layer.stride, layer.padding, layer.dilation, where)
    ndim = x.ndim - len(size)
    count = math.prod(shape_of(parts)[ndim : x.ndim])
    # The axes along the windows before those of the places: each column of the matrix is a window.
    axes = (*range(ndim), *range(x.ndim, x.ndim + len(size)), *range(ndim, x.ndim))
    columns = parts.transpose(axes).reshape(*x.shape[: ndim - 1], inputs * math.prod(size), count)
    y = layer.w.reshape(outputs, -1) @ columns
    return _shifted(y.reshape(*x.shape[: ndim - 1], outputs, *shape_of(parts)[ndim : x.ndim]), layer.b, len(size))


def _transposed(x: Array, layer: ConvTranspose1d | ConvTranspose2d) -> Array:
    """The transpose: the product with the transposed filters gives windows, which are added up."""
    inputs, outputs, *size = _filters(layer, "inputs", "outputs")
    where = _name(layer, inputs, outputs, size)
    n = len(size)
    _check_record(where, layer, outputs, n)
    check_axes(where, "x", x, inputs, _AXES[n])
    front, places = x.shape[: x.ndim - n - 1], x.shape[x.ndim - n :]
    spans = [
        (length - 1) * stride + (k - 1) * gap + 1
        for length, k, stride, gap in zip(places, size, layer.stride, layer.dilation, strict=True)
    ]
    kept = [span - 2 * p + e for span, p, e in zip(spans, layer.padding, layer.extra, strict=True)]
    if min(kept) < 1:
        raise ValueError(f"{where}: of x of the shape {x.shape} nothing is left with padding {layer.padding}")
    matrix = layer.w.reshape(inputs, outputs * math.prod(size))
    columns = np.swapaxes(matrix, -1, -2) @ x.reshape(*front, inputs, math.prod(places))
    parts = columns.reshape(*front, outputs, *size, *places)
    ndim = len(front) + 1
    axes = (*range(ndim), *range(ndim + n, ndim + 2 * n), *range(ndim, ndim + n))
    # Not so long that another window would fit in.
    lengths = [
        min(max(span, p + k), span + stride - 1)
        for span, p, k, stride in zip(spans, layer.padding, kept, layer.stride, strict=True)
    ]
    along = tuple(range(ndim, ndim + n))
    total = add_windows(
        parts.transpose(axes), (*front, outputs, *lengths), tuple(size), along, layer.stride, layer.dilation
    )
    missing = [max(p + k - length, 0) for p, k, length in zip(layer.padding, kept, lengths, strict=True)]
    if any(missing):
        total = np.pad(total, [(0, 0)] * ndim + [(0, m) for m in missing])
    cut = tuple([slice(p, p + k) for p, k in zip(layer.padding, kept, strict=True)])
    return _shifted(total[(..., *cut)] if shape_of(total)[ndim:] != tuple(kept) else total, layer.b, n)


def _check_record(where: str, layer: Any, outputs: int, n: int) -> None:  # Any: each layer has these fields
    """Raise unless a layer has a length for each axis, and a number to add for each output.

    Raises:
        TypeError: it has not the lengths.
        ValueError: a length is too small, or there are more or fewer numbers to add.
    """
    for name, least in _LEAST.items():
        lengths = getattr(layer, name, (0,) * n)
        if not isinstance(lengths, tuple) or len(lengths) != n:
            raise TypeError(
                f"{where}: {name} must be a tuple of {n} integers, got {lengths!r}; {type(layer).__name__}.init takes "
                "a number for all axes"
            )
        as_lengths(where, name, lengths, n, least)
    if hasattr(layer, "extra"):
        _check_extra(where, layer.extra, layer.stride, layer.dilation)
    check_added(where, layer.b, outputs)


def _filters(layer: Any, *channels: str) -> tuple[int, ...]:  # Any: each layer has them
    """The shape of the filters."""
    name = type(layer).__name__
    return check_parameter(name, "w", layer.w, *channels, *(("size",) if name.endswith("1d") else ("height", "width")))


def _shifted(y: Array, b: Floats | None, n: int) -> Array:
    """The outputs with a number added to each channel, if there are numbers to add."""
    return y if b is None else y + b.reshape(-1, *(1,) * n)


def _name(layer: object, inputs: int, outputs: int, size: Sequence[int]) -> str:
    """The name of a layer in a message."""
    return f"{type(layer).__name__}({inputs}, {outputs}, {size[0] if len(size) == 1 else tuple(size)})"


def _fields(
    where: str, n: int, rng: Any, inputs: int, outputs: int, size: object, bias: bool, options: Mapping[str, object]
) -> tuple[Any, ...]:  # Any: it may be no generator, and a checker does not know how many axes there are
    """The fields of a layer: filters by `he_normal`, zeros to add, and the options with a number for each axis."""
    check_rng(where, rng)
    check_sizes(where, inputs=inputs, outputs=outputs)
    shape = as_lengths(where, "size", size, n, 1)
    lengths = {name: as_lengths(where, name, value, n, _LEAST[name]) for name, value in options.items()}
    is_transposed = "extra" in lengths
    if is_transposed:
        _check_extra(where, lengths["extra"], lengths["stride"], lengths["dilation"])
    check_flag(where, "bias", bias)
    channels = (inputs, outputs) if is_transposed else (outputs, inputs)
    w = he_normal(rng, (*channels, *shape), inputs * math.prod(shape))
    return w, np.zeros(outputs) if bias else None, *lengths.values()


def _check_extra(where: str, extra: Sequence[int], stride: Sequence[int], dilation: Sequence[int]) -> None:
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise ValueError(
            f"{where}: extra must be less than stride or dilation, got {tuple(extra)} for {tuple(stride)} and "
            f"{tuple(dilation)}"
        )
