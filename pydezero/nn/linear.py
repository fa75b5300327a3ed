"""Layers that are products with a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.functions.indexing.indexing import take
from pydezero.nn.activations import relu
from pydezero.nn.arguments import (
    Floats,
    Integers,
    X,
    as_integers,
    check_added,
    check_last_axis,
    check_parameter,
    check_sizes,
)
from pydezero.nn.described import described
from pydezero.nn.initialisers import glorot_uniform, he_normal
from pydezero.transforms.boundary.arguments import check_flag, check_rng
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import STATIC

__all__ = [
    "MLP",
    "Embedding",
    "Linear",
]


@attrs.frozen(eq=False)
class Linear:
    """x @ w + b, which takes arrays of the shape (..., inputs) to arrays of the shape (..., outputs).

    Attributes:
        w: the weights, of the shape (inputs, outputs).
        b: what is added, of the shape (outputs,); None for nothing.

    >>> import numpy as np
    >>> from pydezero import grad, nn
    >>> layer = nn.Linear.init(np.random.default_rng(0), 3, 2)
    >>> layer
    Linear(w=f64[3,2], b=f64[2])
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    >>> grad(lambda layer, x: np.sum(layer(x)))(layer, np.ones((5, 3))).b
    array([5., 5.])
    """

    w: Floats = attrs.field(repr=described)
    b: Floats | None = attrs.field(default=None, repr=described)

    @classmethod
    def init(cls, rng: np.random.Generator, inputs: int, outputs: int, *, bias: bool = True) -> Linear:
        """A layer with weights by `glorot_uniform`, and zeros to add.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1.
        """
        check_rng("Linear.init", rng)
        check_sizes("Linear.init", inputs=inputs, outputs=outputs)
        check_flag("Linear.init", "bias", bias)
        return cls(glorot_uniform(rng, (inputs, outputs), inputs, outputs), np.zeros(outputs) if bias else None)

    def __call__(self, x: X) -> X:
        """The outputs for inputs of the shape (..., inputs).

        Raises:
            TypeError: x or a parameter is no array.
            ValueError: one has another shape.
        """
        inputs, outputs = check_parameter("Linear", "w", self.w, "inputs", "outputs")
        where = f"Linear({inputs}, {outputs})"
        check_last_axis(where, "x", x, inputs)
        check_added(where, self.b, outputs)
        values: Array = x
        y: X = values @ self.w if self.b is None else values @ self.w + self.b
        return y


@attrs.frozen(eq=False)
class Embedding:
    """A table of vectors, which are looked up by index.

    Attributes:
        table: the vectors, of the shape (count, features).

    >>> import numpy as np
    >>> from pydezero import grad, nn
    >>> words = nn.Embedding.init(np.random.default_rng(0), 5, 2)
    >>> words(np.array([[1, 4, 1]])).shape
    (1, 3, 2)
    >>> grad(lambda words: np.sum(words(np.array([1, 4, 1]))))(words).table
    array([[0., 0.],
           [2., 2.],
           [0., 0.],
           [0., 0.],
           [1., 1.]])
    """

    table: Floats = attrs.field(repr=described)

    @classmethod
    def init(cls, rng: np.random.Generator, count: int, features: int) -> Embedding:
        """Vectors of normally distributed numbers of variance 1.

        Raises:
            TypeError: rng is no generator, or a size no integer.
            ValueError: a size is less than 1.
        """
        check_rng("Embedding.init", rng)
        check_sizes("Embedding.init", count=count, features=features)
        return cls(rng.standard_normal((count, features)))

    def __call__(self, indices: Integers) -> NDArray[Any]:
        """The vectors at integers of any shape, with an axis for the features behind the others.

        Raises:
            TypeError: the indices are no integers.
            ValueError: an index is below 0, or there are not as many vectors.
            IndexError: so it is in a function that was recorded (`trace`, `jit`).
        """
        count, features = check_parameter("Embedding", "table", self.table, "count", "features")
        found = as_integers(f"Embedding({count}, {features})", "indices", indices, count, "vectors")
        rows: Array = take(self.table, found, axis=0)
        y: NDArray[Any] = rows
        return y


@attrs.frozen(eq=False)
class MLP:
    """A multi-layer perceptron: linear layers, with an activation after each but the last one.

    Attributes:
        layers: the linear layers.
        activation: a function of an array, element by element.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> nn.MLP.init(np.random.default_rng(0), (784, 100, 10))(np.ones((32, 784))).shape
    (32, 10)
    """

    layers: tuple[Linear, ...]
    # Any: of either type
    activation: Callable[[Any], Any] = attrs.field(default=relu, repr=described, metadata=STATIC)

    @classmethod
    def init(cls, rng: np.random.Generator, sizes: Sequence[int], activation: Callable[[Any], Any] = relu) -> MLP:
        """Layers for the numbers of inputs, of what lies between each two layers, and of outputs.

        Weights are by `he_normal`, and those of the last layer by `glorot_uniform`.

        Raises:
            TypeError: rng is no generator, sizes no sequence, a size no integer, or the activation no function.
            ValueError: a size is less than 1, or there are less than two.
        """
        check_rng("MLP.init", rng)
        if not isinstance(sizes, Sequence | np.ndarray):
            raise TypeError(
                f"MLP.init: sizes must be a tuple of integers, such as (784, 100, 10), got {describe_structure(sizes)}"
            )
        if len(sizes) < 2:
            raise ValueError(f"MLP.init: sizes must be at least those of inputs and outputs, got {sizes!r}")
        check_sizes("MLP.init", **{f"sizes[{i}]": size for i, size in enumerate(sizes)})
        if not callable(activation):
            raise TypeError(f"MLP.init: activation must be a function, got {activation!r}")
        hidden = [
            Linear(he_normal(rng, (inputs, outputs), inputs), np.zeros(outputs))
            for inputs, outputs in pairwise(sizes[:-1])
        ]
        return cls((*hidden, Linear.init(rng, sizes[-2], sizes[-1])), activation)

    def __call__(self, x: X) -> X:
        """The outputs for inputs of the shape (..., inputs).

        Raises:
            ValueError: x has another shape, or there are no layers.
        """
        if not self.layers:
            raise ValueError("MLP: there must be at least one layer, got ()")
        y: Array = x
        for layer in self.layers[:-1]:
            y = self.activation(layer(y))
        last: X = self.layers[-1](y)
        return last
