"""Attention: means of values, weighted by how well keys fit a query."""

from __future__ import annotations

import math

import attrs
import numpy as np

from pydezero.core.placing import beside
from pydezero.core.types import Array
from pydezero.core.variable import Operand, shape_of
from pydezero.nn.activations import softmax
from pydezero.nn.arguments import X, as_floats, check_last_axis, check_parameter, check_sizes
from pydezero.nn.linear import Linear
from pydezero.transforms.boundary.arguments import check_rng
from pydezero.tree import STATIC

__all__ = [
    "MultiHeadAttention",
    "attention",
]


def attention(query: X, key: X, value: X, mask: Operand | None = None) -> X:
    """softmax(query @ key.T / sqrt(features)) @ value, over the last two axes.

    (A. Vaswani et al., "Attention is all you need", 2017)

    Args:
        query: of the shape (..., queries, features).
        key: of the shape (..., keys, features).
        value: of the shape (..., keys, outputs).
        mask: whether a query may look at a key, of a shape that broadcasts to (..., queries, keys). Where a query may
            look at none, the result is 0. `np.tri(n, dtype=bool)` lets each look at itself and what comes before it.

    Returns:
        An array of the shape (..., queries, outputs).

    Raises:
        TypeError: the mask does not consist of booleans.
        ValueError: the shapes do not fit.

    >>> import numpy as np
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> attention(x, x, x, np.tri(2, dtype=bool)).round(3)
    array([[1.  , 0.  ],
           [0.33, 0.67]])
    """
    _check_shapes("attention", query, key, value)
    check_last_axis("attention", "key", key, shape_of(query)[-1])
    queries, keys, values = as_floats(query), as_floats(key), as_floats(value)
    scores: Array = queries @ np.swapaxes(keys, -1, -2) / math.sqrt(shape_of(query)[-1])
    if mask is None:
        found: Array = softmax(scores) @ values
    else:
        may_look = beside(_checked_mask("attention", mask, scores.shape), scores)
        may_look_at_one = np.any(may_look, axis=-1, keepdims=True)
        # A query that may look at none looks at all, and what it finds is left out: nothing becomes nan.
        of_pairs = np.where(np.logical_or(may_look, np.logical_not(may_look_at_one)), scores, -np.inf)
        found = np.where(may_look_at_one, softmax(of_pairs) @ values, 0)
    y: X = found
    return y


@attrs.frozen(eq=False)
class MultiHeadAttention:
    """Attention of several heads, each to a part of the features, between products with matrices.

    (A. Vaswani et al., "Attention is all you need", 2017)

    Attributes:
        query: the linear layer of the queries; of its outputs each head gets a part.
        key: that of the keys.
        value: that of the values.
        output: that of the results of all heads.
        heads: how many there are.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> layer = nn.MultiHeadAttention.init(np.random.default_rng(0), 16, 4)
    >>> layer(np.ones((32, 10, 16)), mask=np.tri(10, dtype=bool)).shape
    (32, 10, 16)
    """

    query: Linear
    key: Linear
    value: Linear
    output: Linear
    heads: int = attrs.field(metadata=STATIC)

    @classmethod
    def init(cls, rng: np.random.Generator, features: int, heads: int, *, bias: bool = True) -> MultiHeadAttention:
        """Four layers by `Linear.init`.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1, or features is no multiple of heads.
        """
        check_rng("MultiHeadAttention.init", rng)
        check_sizes("MultiHeadAttention.init", features=features, heads=heads)
        if features % heads:
            raise ValueError(
                f"MultiHeadAttention.init: features must be a multiple of heads, got {features} and {heads}"
            )
        query, key, value, output = [Linear.init(rng, features, features, bias=bias) for _ in range(4)]
        return cls(query, key, value, output, heads)

    def __call__(self, x: X, keys: X | None = None, values: X | None = None, *, mask: Operand | None = None) -> X:
        """The values that the elements of sequences find in others, or in their own sequence.

        Args:
            x: of the shape (..., queries, features).
            keys: of the shape (..., keys, features); x by default.
            values: of the same shape; the keys by default.
            mask: whether a query may look at a key, of a shape that broadcasts to (..., queries, keys), for all heads.

        Raises:
            TypeError: the mask does not consist of booleans.
            ValueError: the shapes do not fit.
        """
        keys = x if keys is None else keys
        values = keys if values is None else values
        features = len(self.query.w)
        where = f"MultiHeadAttention({features}, {self.heads})"
        for name, layer in (*zip(("query", "key", "value"), self._layers(), strict=True), ("output", self.output)):
            check_parameter(where, f"{name}.w", layer.w, features, features)
        if features % self.heads:
            raise ValueError(f"{where}: features must be a multiple of heads, got {features} and {self.heads}")
        for name, given in (("x", x), ("keys", keys), ("values", values)):
            check_last_axis(where, name, given, features)
        _check_shapes(where, x, keys, values)
        allowed: Array = None
        if mask is not None:
            allowed = _checked_mask(where, mask, (*x.shape[:-1], keys.shape[-2]))
            allowed = allowed[..., np.newaxis, :, :] if len(allowed.shape) > 2 else allowed
        parts: list[Array] = [
            self._split(layer(given)) for layer, given in zip(self._layers(), (x, keys, values), strict=True)
        ]
        found: Array = np.swapaxes(attention(parts[0], parts[1], parts[2], allowed), -2, -3)
        y: X = self.output(found.reshape(*found.shape[:-2], features))
        return y

    def _layers(self) -> tuple[Linear, Linear, Linear]:
        return self.query, self.key, self.value

    def _split(self, x: Array) -> Array:
        """The parts of the heads, along an axis before the last two."""
        return np.swapaxes(x.reshape(*x.shape[:-1], self.heads, x.shape[-1] // self.heads), -2, -3)


def _check_shapes(where: str, query: Operand, key: Operand, value: Operand) -> None:
    """Raise unless there are sequences, with a value for each key.

    Raises:
        ValueError: an argument has less than two axes, or there are more or fewer values than keys.
    """
    for name, x in (("query", query), ("key", key), ("value", value)):
        if len(shape_of(x)) < 2:
            raise ValueError(f"{where}: {name} must have the shape (..., elements, features), got {shape_of(x)}")
    try:
        np.broadcast_shapes(*[shape_of(x)[:-2] for x in (query, key, value)])
    except ValueError:
        raise ValueError(
            f"{where}: the axes before the last two must fit together, got queries, keys and values of the shapes "
            f"{shape_of(query)}, {shape_of(key)} and {shape_of(value)}"
        ) from None
    if shape_of(key)[-2] != shape_of(value)[-2]:
        raise ValueError(
            f"{where}: there must be a value for each key, got the shapes {shape_of(key)} and {shape_of(value)}"
        )


def _checked_mask(where: str, mask: Operand, shape: tuple[int, ...]) -> Array:
    """A mask that broadcasts to a shape.

    Raises:
        TypeError: it does not consist of booleans.
        ValueError: it does not broadcast.
    """
    found: Array = mask if hasattr(mask, "dtype") else np.asarray(mask)
    found = found if shape_of(found) else found.reshape(1)
    if found.dtype != bool:
        raise TypeError(f"{where}: mask must have booleans, True where a query may look at a key, got {found.dtype}")
    try:
        fits = np.broadcast_shapes(found.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{where}: mask must broadcast to (..., queries, keys), here {shape}, got {found.shape}")
    return found
