"""Normalisation: values less their mean, over their standard deviation, and then scaled and shifted."""

from __future__ import annotations

import math

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.nn.arguments import (
    Floats,
    X,
    check_array,
    check_epsilon,
    check_number,
    check_parameter,
    check_real,
    check_sizes,
)
from pydezero.nn.described import described
from pydezero.transforms.boundary.arguments import check_flag, is_int
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import STATIC

__all__ = [
    "BatchNorm",
    "BatchStatistics",
    "GroupNorm",
    "LayerNorm",
]


@attrs.frozen(eq=False)
class BatchStatistics:
    """The running mean and the running variance of each channel that a `BatchNorm` has seen.

    They are no parameters: a loss takes them beside the model, and returns the new ones with `has_aux=True`.
    """

    mean: Floats = attrs.field(repr=described)
    variance: Floats = attrs.field(repr=described)

    @classmethod
    def init(cls, channels: int) -> BatchStatistics:
        """Zeros for means, and ones for variances.

        Raises:
            TypeError: channels is no integer.
            ValueError: it is less than 1.
        """
        check_sizes("BatchStatistics.init", channels=channels)
        return cls(np.zeros(channels), np.ones(channels))


@attrs.frozen(eq=False)
class BatchNorm:
    """Normalisation of each channel over a batch.

    (S. Ioffe, C. Szegedy, "Batch normalization", 2015)

    Attributes:
        scale: by which each channel is multiplied.
        shift: what is added to each channel.
        axis: the axis of the channels.
        momentum: the part of the statistics of this batch in the running ones.
        epsilon: what is added to the variance.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> norm, statistics = nn.BatchNorm.init(3), nn.BatchStatistics.init(3)
    >>> x = np.random.default_rng(0).normal(5.0, 2.0, (32, 3, 8, 8))
    >>> y, statistics = norm(x, statistics, train=True)
    >>> y.mean(axis=(0, 2, 3)).round(9) + 0.0, statistics.mean.round(2)
    (array([0., 0., 0.]), array([0.5 , 0.5 , 0.51]))
    """

    scale: Floats = attrs.field(repr=described)
    shift: Floats = attrs.field(repr=described)
    axis: int = attrs.field(default=1, metadata=STATIC)
    momentum: float = attrs.field(default=0.1, metadata=STATIC)
    epsilon: float = attrs.field(default=1e-5, metadata=STATIC)

    @classmethod
    def init(cls, channels: int, *, axis: int = 1, momentum: float = 0.1, epsilon: float = 1e-5) -> BatchNorm:
        """A scale of ones and a shift of zeros.

        Args:
            channels: how many there are.
            axis: where they lie: 1 in a batch of vectors or images, -3 in any number of images.
            momentum: the part of the statistics of a batch in the running ones.
            epsilon: what is added to the variance.

        Raises:
            TypeError: channels or axis is no integer, or momentum or epsilon no number.
            ValueError: channels is less than 1, epsilon less than 0, or the momentum is not from 0 to 1.
        """
        check_sizes("BatchNorm.init", channels=channels)
        check_number("BatchNorm.init", "momentum", momentum, lambda x: 0 <= x <= 1, "from 0 to 1")
        _check_axis("BatchNorm.init", axis)
        check_epsilon("BatchNorm.init", epsilon)
        return cls(np.ones(channels), np.zeros(channels), axis, momentum, epsilon)

    def __call__(self, x: X, statistics: BatchStatistics, *, train: bool) -> tuple[X, BatchStatistics]:
        """The normalised values, and the new statistics.

        Args:
            x: an array in which the channels lie along `axis`.
            statistics: the running ones.
            train: normalise with the mean and variance of x, and move the running ones towards them (of the variance,
                towards that with n - 1 in the place of n); otherwise normalise with the running ones, which stay.

        Raises:
            TypeError: statistics are no BatchStatistics, or x is complex.
            ValueError: x has another shape, or, to train with, one value for each channel; the statistics are of
                another number of channels.
        """
        axis, shape = _channel_axis("BatchNorm", x, self.scale, self.shift, self.axis)
        _check_statistics(statistics, len(self.scale))
        check_flag(f"BatchNorm({len(self.scale)})", "train", train)
        others = tuple([i for i in range(x.ndim) if i != axis])
        y: X
        if not train:
            mean, variance = statistics.mean.reshape(shape), statistics.variance.reshape(shape)
            y = self._scaled((x - mean) / np.sqrt(variance + self.epsilon), shape)
            return y, statistics
        count = math.prod([x.shape[i] for i in others])
        if count < 2:
            raise ValueError(
                f"BatchNorm({len(self.scale)}): x of the shape {x.shape} has {count} value for each channel, and so no "
                "variance; train with several examples, outside of vmap, or call it with train=False"
            )
        even, means, variances = _normalised(x, others, self.epsilon)
        y = self._scaled(even, shape)
        unbiased = variances.reshape(-1) * (count / (count - 1))
        new = BatchStatistics(
            self._moved(statistics.mean, means.reshape(-1), x), self._moved(statistics.variance, unbiased, x)
        )
        return y, new

    def _moved(self, running: Array, of_batch: Array, x: Array) -> Array:
        moved = (1 - self.momentum) * running + self.momentum * of_batch
        return moved.astype(running.dtype) if x.dtype == np.float16 else moved

    def _scaled(self, x: Array, shape: tuple[int, ...]) -> Array:
        return x * self.scale.reshape(shape) + self.shift.reshape(shape)


@attrs.frozen(eq=False)
class LayerNorm:
    """Normalisation of each example over its last axes.

    (J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization", 2016)

    Attributes:
        scale: by which the values are multiplied, of the shape of the last axes.
        shift: what is added to them, of the same shape.
        epsilon: what is added to the variance.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> nn.LayerNorm.init(2)(np.array([[1.0, 3.0], [5.0, 5.0]])).round(3)
    array([[-1.,  1.],
           [ 0.,  0.]])
    """

    scale: Floats = attrs.field(repr=described)
    shift: Floats = attrs.field(repr=described)
    epsilon: float = attrs.field(default=1e-5, metadata=STATIC)

    @classmethod
    def init(cls, shape: int | tuple[int, ...], *, epsilon: float = 1e-5) -> LayerNorm:
        """A scale of ones and a shift of zeros, for the last axes of an array.

        Raises:
            TypeError: a length is no integer.
            ValueError: a length is less than 1, or shape has none; epsilon is less than 0.
        """
        lengths = shape if isinstance(shape, tuple) else (shape,)
        check_sizes("LayerNorm.init", **{f"shape[{i}]": length for i, length in enumerate(lengths)})
        if not lengths:
            raise ValueError("LayerNorm.init: shape must have a length, got ()")
        check_epsilon("LayerNorm.init", epsilon)
        return cls(np.ones(lengths), np.zeros(lengths), epsilon)

    def __call__(self, x: X) -> X:
        """The normalised values.

        Raises:
            TypeError: x is no array, or complex.
            ValueError: the last axes of x have another shape; the parameters do not fit together.
        """
        shape: tuple[int, ...] = self.scale.shape
        if not shape:
            raise ValueError("LayerNorm: scale must have the shape of the last axes, got ()")
        check_parameter(f"LayerNorm{shape}", "shift", self.shift, *shape)
        check_array(f"LayerNorm{shape}", "x", x)
        check_real(f"LayerNorm{shape}", "x", x)
        if shape_of(x)[-len(shape) :] != shape:
            wanted = ", ".join(["...", *map(str, shape)])
            raise ValueError(f"LayerNorm{shape}: x must have the shape ({wanted}), got {shape_of(x)}")
        even, _, _ = _normalised(x, tuple(range(x.ndim - len(shape), x.ndim)), self.epsilon)
        y: X = even * self.scale + self.shift
        return y


@attrs.frozen(eq=False)
class GroupNorm:
    """Normalisation of groups of channels, of each example by itself.

    (Y. Wu, K. He, "Group normalization", 2018)

    Attributes:
        scale: by which each channel is multiplied.
        shift: what is added to each channel.
        groups: how many there are.
        axis: the axis of the channels; those before it are for examples, and those behind it belong to a channel.
        epsilon: what is added to the variance.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> y = nn.GroupNorm.init(2, 4)(np.random.default_rng(0).normal(5.0, 2.0, (32, 4, 8, 8)))
    >>> y.shape, np.allclose(y[0, :2].mean(), 0.0)
    ((32, 4, 8, 8), True)
    """

    scale: Floats = attrs.field(repr=described)
    shift: Floats = attrs.field(repr=described)
    groups: int = attrs.field(metadata=STATIC)
    axis: int = attrs.field(default=1, metadata=STATIC)
    epsilon: float = attrs.field(default=1e-5, metadata=STATIC)

    @classmethod
    def init(cls, groups: int, channels: int, *, axis: int = 1, epsilon: float = 1e-5) -> GroupNorm:
        """A scale of ones and a shift of zeros.

        Args:
            groups: how many there are.
            channels: how many there are, a multiple of that of groups.
            axis: where they lie: 1 in a batch of vectors or images, -3 in any number of images.
            epsilon: what is added to the variance.

        Raises:
            TypeError: a number is no integer.
            ValueError: it is less than 1, or channels is no multiple of groups; epsilon is less than 0.
        """
        check_sizes("GroupNorm.init", groups=groups, channels=channels)
        if channels % groups:
            raise ValueError(f"GroupNorm.init: channels must be a multiple of groups, got {channels} and {groups}")
        _check_axis("GroupNorm.init", axis)
        check_epsilon("GroupNorm.init", epsilon)
        return cls(np.ones(channels), np.zeros(channels), groups, axis, epsilon)

    def __call__(self, x: X) -> X:
        """The normalised values.

        Raises:
            TypeError: x is complex.
            ValueError: x has another shape; the parameters do not fit together.
        """
        axis, shape = _channel_axis("GroupNorm", x, self.scale, self.shift, self.axis)
        if shape[0] % self.groups:
            raise ValueError(
                f"GroupNorm({shape[0]}): channels must be a multiple of groups, got {shape[0]} and {self.groups}"
            )
        grouped = x.reshape(*x.shape[:axis], self.groups, math.prod(x.shape[axis:]) // self.groups)
        even, _, _ = _normalised(grouped, (axis + 1,), self.epsilon)
        y: X = even.reshape(x.shape) * self.scale.reshape(shape) + self.shift.reshape(shape)
        return y


def _normalised(x: Array, axes: tuple[int, ...], epsilon: float) -> tuple[Array, Array, Array]:
    """x less its mean over its standard deviation, the mean, and the variance, along some axes, which are kept.

    Squares of numbers in half precision may be too large for it, so that they are computed in single precision.
    """
    is_half = x.dtype == np.float16
    values = x.astype(np.float32) if is_half else x
    mean = values.mean(axis=axes, keepdims=True)
    deviation = values - mean
    variance = (deviation * deviation).mean(axis=axes, keepdims=True)
    even = deviation / np.sqrt(variance + epsilon)
    return even.astype(np.float16) if is_half else even, mean, variance


def _check_axis(where: str, axis: object) -> None:
    if not is_int(axis):
        raise TypeError(f"{where}: axis must be an integer, got {axis!r}")


def _check_statistics(statistics: object, channels: int) -> None:
    """Raise unless statistics are a `BatchStatistics` of this number of channels.

    Raises:
        TypeError: statistics are something else.
        ValueError: there are more or fewer channels.
    """
    where = f"BatchNorm({channels}): statistics must be those of nn.BatchStatistics.init({channels})"
    if not isinstance(statistics, BatchStatistics):
        raise TypeError(f"{where}, got {describe_structure(statistics)}")
    if (found := (statistics.mean.shape, statistics.variance.shape)) != ((channels,),) * 2:
        raise ValueError(f"{where}, got arrays of the shapes {found[0]} and {found[1]}")


def _channel_axis(name: str, x: Array, scale: Floats, shift: Floats, axis: int) -> tuple[int, tuple[int, ...]]:
    """The axis of the channels, counted from the front, and the shape in which numbers for them meet x.

    Raises:
        TypeError: x is no array, or complex.
        ValueError: there is no such axis, or it has another length; scale and shift have different ones.
    """
    (channels,) = check_parameter(name, "scale", scale, "channels")
    check_parameter(f"{name}({channels})", "shift", shift, channels)
    check_array(f"{name}({channels})", "x", x)
    check_real(f"{name}({channels})", "x", x)
    shape = shape_of(x)
    if not -len(shape) <= axis < len(shape) or shape[axis] != channels:
        found = [i - len(shape) for i, length in enumerate(shape) if length == channels]
        instead = f"; say where the channels are: {name}.init(..., axis={found[0]})" if found else ""
        raise ValueError(
            f"{name}({channels}): x must have {channels} channels along axis {axis}, got the shape {shape}{instead}"
        )
    axis %= len(shape)
    return axis, (channels, *(1,) * (len(shape) - axis - 1))
