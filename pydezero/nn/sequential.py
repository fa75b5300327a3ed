"""Layers one after the other, and a layer beside which its argument passes by."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final, Never, TypeAlias

import attrs
import numpy as np

from pydezero.nn.arguments import X
from pydezero.nn.described import described
from pydezero.tree import STATIC

__all__ = [
    "Apply",
    "Residual",
    "Sequential",
]

# A layer, a function of arrays or a container with __call__; Any, because it takes Variables or arrays.
Layer: TypeAlias = Callable[[Any], Any]

_FUNCTIONS: Final[tuple[type[Any], ...]] = (FunctionType, BuiltinFunctionType, MethodType, np.ufunc, partial)


@attrs.frozen(eq=False)
class Apply:
    """A function without parameters as a layer: a static field of the model, and no leaf of it.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> nn.Apply(nn.relu), nn.Apply(nn.relu)(np.array([-1.0, 1.0]))
    (Apply(function=relu), array([0., 1.]))
    """

    function: Layer = attrs.field(repr=described, metadata=STATIC)

    def __call__(self, x: X) -> X:
        """The result of the function."""
        y: X = self.function(x)
        return y


@attrs.frozen(eq=False, init=False)
class Sequential:
    """Layers that are applied one after the other.

    Attributes:
        layers: the layers.

    >>> import numpy as np
    >>> from functools import partial
    >>> from pydezero import nn
    >>> rng = np.random.default_rng(0)
    >>> model = nn.Sequential.of(
    ...     nn.Conv2d.init(rng, 1, 8, 3, padding=1),
    ...     nn.relu,
    ...     partial(nn.max_pool2d, size=2),
    ...     lambda x: x.reshape(*x.shape[:-3], -1),
    ...     nn.Linear.init(rng, 8 * 14 * 14, 10),
    ... )
    >>> model(np.ones((32, 1, 28, 28))).shape
    (32, 10)
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: tuple[Layer, ...], *others: Never) -> None:
        if others or not isinstance(layers, tuple | list):
            raise TypeError(
                "Sequential: layers must be one tuple of layers; write Sequential.of(layer, another, ...), which takes "
                "functions, too"
            )
        object.__setattr__(self, "layers", layers)

    @classmethod
    def of(cls, *layers: Layer) -> Sequential:
        """Layers and functions; each function becomes an `Apply`.

        Raises:
            TypeError: something is neither a layer nor a function; or it takes more than one array, as `Dropout` and
                `BatchNorm` do.
        """
        for i, layer in enumerate(layers):
            if not callable(layer):
                raise TypeError(
                    f"Sequential.of: argument {i} is no layer and no function, got {layer!r}"
                    f"{'; write Sequential.of(*layers)' * isinstance(layer, list | tuple)}"
                )
            if isinstance(layer, type):
                raise TypeError(
                    f"Sequential.of: argument {i} must be a layer, and {layer!r} is a class; init makes a layer of it"
                )
            if not _is_container(layer) and not isinstance(layer, _FUNCTIONS):
                raise TypeError(
                    f"Sequential.of: argument {i} is a {type(layer).__name__}, whose arrays would get no derivative; "
                    "make the class a container, by attrs.frozen or dataclass"
                )
            if missing := _missing(layer):
                raise TypeError(
                    f"Sequential.of: argument {i}, {layer!r}, must be called with {' and '.join(missing)}, and "
                    "Sequential hands on an array alone; write a class whose fields are these layers, with a __call__ "
                    "that takes it"
                )
        return cls(tuple([layer if _is_container(layer) else Apply(layer) for layer in layers]))

    def __call__(self, x: X) -> X:
        """The result of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x


@attrs.frozen(eq=False)
class Residual:
    """layer(x) + x, or layer(x) + shortcut(x).

    (K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2015)

    Attributes:
        layer: the layer.
        shortcut: a layer for x, where its shape is not that of the result; None for x itself.

    >>> import numpy as np
    >>> from pydezero import nn
    >>> nn.Residual(nn.Linear(2 * np.eye(3)))(np.ones(3))
    array([3., 3., 3.])
    """

    layer: Layer
    shortcut: Layer | None = None

    def __call__(self, x: X) -> X:
        """The sum.

        Raises:
            ValueError: the shapes differ.
        """
        y = self.layer(x)
        kept = x if self.shortcut is None else self.shortcut(x)
        if y.shape != kept.shape:
            raise ValueError(
                f"Residual: the layer takes x of the shape {x.shape} to {y.shape}, and the shortcut to {kept.shape}; "
                "they must be the same: write Residual(layer, shortcut) with a layer that changes the shape alike"
            )
        total: X = y + kept
        return total


def _missing(layer: Layer) -> list[str]:
    """The arguments that a layer needs beside an array, as far as its signature tells."""
    try:
        _, *others = inspect.signature(layer).parameters.values()
    except ValueError:  # it has no signature, or takes whatever it is given
        return []
    return [p.name for p in others if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def _is_container(layer: object) -> bool:
    """Whether a layer is a container of its parameters."""
    return isinstance(layer, tuple | list | dict) or attrs.has(type(layer)) or hasattr(layer, "__dataclass_fields__")
