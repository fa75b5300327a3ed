"""First values of parameters, drawn so that neither values nor gradients grow or vanish from layer to layer.

`inputs` is the number of values that each output is a sum of, and `outputs` that of those that each input is part of:
of a matrix its two lengths; of the filters of a convolution the channels times the number of elements of a filter.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pydezero.nn.arguments import check_sizes
from pydezero.transforms.boundary.arguments import check_rng

__all__ = [
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "orthogonal",
]


def glorot_uniform(rng: np.random.Generator, shape: tuple[int, ...], inputs: int, outputs: int) -> NDArray[np.float64]:
    """Uniform numbers of variance 2 / (inputs + outputs), for layers followed by tanh, a softmax, or nothing.

    (X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010)

    Raises:
        TypeError: rng is no generator, or a size no integer.
        ValueError: a size is less than 1.

    >>> import numpy as np
    >>> w = glorot_uniform(np.random.default_rng(0), (300, 200), 300, 200)
    >>> w.shape, round(w.var() * 250, 2)
    ((300, 200), np.float64(1.0))
    """
    _check("glorot_uniform", rng, inputs=inputs, outputs=outputs)
    limit = math.sqrt(6.0 / (inputs + outputs))
    return rng.uniform(-limit, limit, shape)


def glorot_normal(rng: np.random.Generator, shape: tuple[int, ...], inputs: int, outputs: int) -> NDArray[np.float64]:
    """Normally distributed numbers of variance 2 / (inputs + outputs); see `glorot_uniform`.

    >>> import numpy as np
    >>> w = glorot_normal(np.random.default_rng(0), (300, 200), 300, 200)
    >>> round(w.var() * 250, 2)
    np.float64(1.0)
    """
    _check("glorot_normal", rng, inputs=inputs, outputs=outputs)
    return rng.normal(0.0, math.sqrt(2.0 / (inputs + outputs)), shape)


def he_uniform(rng: np.random.Generator, shape: tuple[int, ...], inputs: int) -> NDArray[np.float64]:
    """Uniform numbers of variance 2 / inputs, for layers followed by relu.

    (K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", 2015)

    Raises:
        TypeError: rng is no generator, or inputs no integer.
        ValueError: inputs is less than 1.

    >>> import numpy as np
    >>> w = he_uniform(np.random.default_rng(0), (300, 200), 300)
    >>> round(w.var() * 150, 2)
    np.float64(1.0)
    """
    _check("he_uniform", rng, inputs=inputs)
    limit = math.sqrt(6.0 / inputs)
    return rng.uniform(-limit, limit, shape)


def he_normal(rng: np.random.Generator, shape: tuple[int, ...], inputs: int) -> NDArray[np.float64]:
    """Normally distributed numbers of variance 2 / inputs; see `he_uniform`.

    >>> import numpy as np
    >>> w = he_normal(np.random.default_rng(0), (300, 200), 300)
    >>> round(w.var() * 150, 2)
    np.float64(1.0)
    """
    _check("he_normal", rng, inputs=inputs)
    return rng.normal(0.0, math.sqrt(2.0 / inputs), shape)


def orthogonal(rng: np.random.Generator, shape: tuple[int, ...], scale: float = 1.0) -> NDArray[np.float64]:
    """A matrix with orthonormal columns, or rows where it has fewer rows, times a scale.

    It is drawn uniformly: the Q of the QR decomposition of normal numbers, with the signs of the diagonal of R.

    (A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning", 2014;
    F. Mezzadri, "How to generate random matrices from the classical compact groups", 2007)

    Raises:
        TypeError: rng is no generator.
        ValueError: the shape is not that of a matrix.

    >>> import numpy as np
    >>> w = orthogonal(np.random.default_rng(0), (4, 3))
    >>> np.allclose(w.T @ w, np.eye(3))
    True
    """
    check_rng("orthogonal", rng)
    if len(shape) != 2:
        raise ValueError(f"orthogonal: shape must be that of a matrix, got {shape}")
    rows, columns = shape
    q, r = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    found: NDArray[np.float64] = scale * q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
    return found if rows >= columns else found.T


def _check(where: str, rng: object, **sizes: int) -> None:
    check_rng(where, rng)
    check_sizes(where, **sizes)
