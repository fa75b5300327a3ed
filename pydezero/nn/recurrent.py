"""Recurrent layers: a state that each element of a sequence changes, by `scan`.

The steps lie along the first axis: sequences have the shape (steps, ..., inputs). The products with the inputs are one
product for all steps.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.nn.activations import sigmoid
from pydezero.nn.arguments import Floats, X, check_array, check_last_axis, check_parameter, check_sizes
from pydezero.nn.described import described
from pydezero.nn.initialisers import glorot_uniform, orthogonal
from pydezero.transforms.boundary.arguments import check_rng
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.loops.scan import scan

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
]


@attrs.frozen(eq=False)
class _OneState:
    """A layer whose state is one array, which is also its output."""

    _parts: ClassVar[int] = 1
    """How many times as long as the state the last axis of the weights is."""

    w: Floats = attrs.field(repr=described)
    u: Floats = attrs.field(repr=described)
    b: Floats = attrs.field(repr=described)

    def __call__(self, xs: X, h: X | None = None) -> tuple[X, X]:
        """The states after each step, of the shape (steps, ..., width), and the last one.

        Args:
            xs: the sequence, of the shape (steps, ..., inputs).
            h: the first state, of the shape (..., width); zeros by default.

        Raises:
            ValueError: one has another shape.
        """
        z = _of_inputs(self, xs)
        last, ys = scan(lambda h, z: (self._step(h, z),) * 2, _state(type(self).__name__, "h", h, z, self.u), z)
        return ys, last

    def step(self, x: X, h: X) -> X:
        """The state after one step, for x of the shape (..., inputs) and h of the shape (..., width).

        Raises:
            ValueError: one has another shape.
        """
        z = _of_input(self, x)
        y: X = self._step(_state(type(self).__name__, "h", h, z[np.newaxis], self.u), z)
        return y

    def _step(self, h: Array, z: Array) -> Array:
        """The state after one step, from the product of the inputs with their weights."""
        raise NotImplementedError


@attrs.frozen(eq=False)
class RNN(_OneState):
    """A recurrent layer: h becomes tanh(x @ w + h @ u + b).

    (J. L. Elman, "Finding structure in time", 1990)

    Attributes:
        w: the weights of the inputs, of the shape (inputs, width).
        u: those of the state, of the shape (width, width).
        b: what is added, of the shape (width,).

    >>> import numpy as np
    >>> from pydezero import nn
    >>> rnn = nn.RNN.init(np.random.default_rng(0), 3, 8)
    >>> ys, h = rnn(np.ones((10, 32, 3)))
    >>> ys.shape, h.shape
    ((10, 32, 8), (32, 8))
    """

    @classmethod
    def init(cls, rng: np.random.Generator, inputs: int, width: int) -> RNN:
        """Weights of the inputs by `glorot_uniform`, of the state by `orthogonal`, and zeros to add.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1.
        """
        return cls(*_weights("RNN.init", rng, inputs, width, cls._parts), np.zeros(width))

    def _step(self, h: Array, z: Array) -> Array:
        return np.tanh(z + h @ self.u)


@attrs.frozen(eq=False)
class LSTM:
    """A layer of long short-term memory, whose state is a pair (h, c) of outputs and memory.

    With i, f, g, o = x @ w + h @ u + b, each of the last axis's fourths, c becomes
    sigmoid(f) c + sigmoid(i) tanh(g), and h becomes sigmoid(o) tanh(c).

    (S. Hochreiter, J. Schmidhuber, "Long short-term memory", 1997)

    Attributes:
        w: the weights of the inputs, of the shape (inputs, 4 width).
        u: those of the state, of the shape (width, 4 width).
        b: what is added, of the shape (4 width,).

    >>> import numpy as np
    >>> from pydezero import nn
    >>> lstm = nn.LSTM.init(np.random.default_rng(0), 3, 8)
    >>> ys, (h, c) = lstm(np.ones((10, 32, 3)))
    >>> ys.shape, h.shape, c.shape
    ((10, 32, 8), (32, 8), (32, 8))
    """

    _parts: ClassVar[int] = 4

    w: Floats = attrs.field(repr=described)
    u: Floats = attrs.field(repr=described)
    b: Floats = attrs.field(repr=described)

    @classmethod
    def init(cls, rng: np.random.Generator, inputs: int, width: int) -> LSTM:
        """Weights of the inputs by `glorot_uniform`, of the state by `orthogonal`; zeros to add, and ones to f.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1.
        """
        w, u = _weights("LSTM.init", rng, inputs, width, cls._parts)
        b = np.zeros(4 * width)
        b[width : 2 * width] = 1.0  # what was learned is kept for long, until it turns out to be better forgotten
        return cls(w, u, b)

    def __call__(self, xs: X, state: tuple[X, X] | None = None) -> tuple[X, tuple[X, X]]:
        """The outputs after each step, of the shape (steps, ..., width), and the last state (h, c).

        Args:
            xs: the sequence, of the shape (steps, ..., inputs).
            state: the first state (h, c), each of the shape (..., width); zeros by default.

        Raises:
            TypeError: the state is no pair.
            ValueError: one has another shape.
        """
        z = _of_inputs(self, xs)

        def step(state: tuple[X, X], z: X) -> tuple[tuple[X, X], X]:
            h, c = self._step(state, z)
            return (h, c), h

        last, ys = scan(step, self._state(state, z), z)
        return ys, last

    def step(self, x: X, state: tuple[X, X]) -> tuple[X, X]:
        """The state after one step, for x of the shape (..., inputs).

        Raises:
            ValueError: x or a part of the state has another shape.
        """
        z = _of_input(self, x)
        y: tuple[X, X] = self._step(self._state(state, z[np.newaxis]), z)
        return y

    def _state(self, state: Any, z: Array) -> tuple[Array, Array]:
        if state is None:
            state = None, None
        if not isinstance(state, tuple | list) or len(state) != 2:
            raise TypeError(f"LSTM(..., {len(self.u)}): state must be a pair (h, c), got {describe_structure(state)}")
        h, c = state
        return _state("LSTM", "h", h, z, self.u), _state("LSTM", "c", c, z, self.u)

    def _step(self, state: tuple[Array, Array], z: Array) -> tuple[Array, Array]:
        h, c = state
        z = z + h @ self.u
        n = len(self.u)
        gates = sigmoid(z[..., : 2 * n])
        c = gates[..., n:] * c + gates[..., :n] * np.tanh(z[..., 2 * n : 3 * n])
        return sigmoid(z[..., 3 * n :]) * np.tanh(c), c


@attrs.frozen(eq=False)
class GRU(_OneState):
    """A layer of gated recurrent units.

    With r and s = sigmoid(x @ w + h @ u + b) in the first two thirds of the last axis, and in the last one
    n = tanh(x @ w + b + r (h @ u + c)), h becomes s h + (1 - s) n.

    (K. Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014)

    Attributes:
        w: the weights of the inputs, of the shape (inputs, 3 width).
        u: those of the state, of the shape (width, 3 width).
        b: what is added, of the shape (3 width,).
        c: what is added to the part of the state in n, of the shape (width,).

    >>> import numpy as np
    >>> from pydezero import nn
    >>> gru = nn.GRU.init(np.random.default_rng(0), 3, 8)
    >>> ys, h = gru(np.ones((10, 32, 3)))
    >>> ys.shape, h.shape
    ((10, 32, 8), (32, 8))
    """

    _parts: ClassVar[int] = 3

    c: Floats = attrs.field(repr=described)

    @classmethod
    def init(cls, rng: np.random.Generator, inputs: int, width: int) -> GRU:
        """Weights of the inputs by `glorot_uniform`, of the state by `orthogonal`, and zeros to add.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1.
        """
        return cls(*_weights("GRU.init", rng, inputs, width, cls._parts), np.zeros(3 * width), np.zeros(width))

    def _step(self, h: Array, z: Array) -> Array:
        n = len(self.u)
        of_state = h @ self.u
        gates = sigmoid(z[..., : 2 * n] + of_state[..., : 2 * n])
        new = np.tanh(z[..., 2 * n :] + gates[..., :n] * (of_state[..., 2 * n :] + self.c))
        return new + gates[..., n:] * (h - new)


def _weights(where: str, rng: np.random.Generator, inputs: int, width: int, parts: int) -> tuple[Floats, Floats]:
    """The weights of the inputs and of the state."""
    check_rng(where, rng)
    check_sizes(where, inputs=inputs, width=width)
    w = np.concatenate([glorot_uniform(rng, (inputs, width), inputs, width) for _ in range(parts)], axis=1)
    u = np.concatenate([orthogonal(rng, (width, width)) for _ in range(parts)], axis=1)
    return w, u


def _of_input(layer: _OneState | LSTM, x: Array) -> Array:
    check_last_axis(_checked(layer), "x", x, len(layer.w))
    return x @ layer.w + layer.b


def _of_inputs(layer: _OneState | LSTM, xs: Array) -> Array:
    where, w = _checked(layer), layer.w
    check_last_axis(where, "xs", xs, w.shape[0])
    if xs.ndim < 2:
        raise ValueError(f"{where}: xs must have the shape (steps, ..., {w.shape[0]}), got {xs.shape}")
    return xs @ w + layer.b


def _checked(layer: _OneState | LSTM) -> str:
    """The name of a layer in a message.

    Raises:
        TypeError: a parameter is no array.
        ValueError: one has not the shape that the others call for.
    """
    name, parts = type(layer).__name__, layer._parts
    inputs, _ = check_parameter(name, "w", layer.w, "inputs", "width" if parts == 1 else f"{parts} width")
    width, _ = check_parameter(name, "u", layer.u, "width", "width" if parts == 1 else f"{parts} width")
    where = f"{name}({inputs}, {width})"
    check_parameter(where, "w", layer.w, inputs, parts * width)
    check_parameter(where, "u", layer.u, width, parts * width)
    check_parameter(where, "b", layer.b, parts * width)
    if isinstance(layer, GRU):
        check_parameter(where, "c", layer.c, width)
    return where


def _state(name: str, argument: str, h: Array | None, z: Array, u: Floats) -> Array:
    """The first state; zeros where there is none."""
    shape = (*z.shape[1:-1], len(u))
    if h is None:
        return np.zeros_like(z, shape=shape)
    check_array(f"{name}(..., {len(u)})", argument, h)
    if h.shape != shape:
        raise ValueError(f"{name}(..., {len(u)}): {argument} must have the shape {shape}, got {h.shape}")
    return h
