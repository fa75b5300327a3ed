"""An optimiser of each kind, and the container that they are tried on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import optim
from pydezero.optim import Optimizer

# Made of a learning rate. Any: their states differ, and the rate may be a Variable.
Make: TypeAlias = Callable[[Any], Optimizer[Any]]

OPTIMIZERS: Final[dict[str, Make]] = {
    "sgd": optim.sgd,
    "momentum": lambda rate: optim.sgd(rate, momentum=0.9),
    "nesterov": lambda rate: optim.sgd(rate, momentum=0.9, nesterov=True),
    "adagrad": optim.adagrad,
    "adadelta": optim.adadelta,
    "rmsprop": optim.rmsprop,
    "rmsprop centred": lambda rate: optim.rmsprop(rate, momentum=0.5, centred=True),
    "adam": optim.adam,
    "adamw": optim.adamw,
    "lion": lambda rate: optim.lion(rate, weight_decay=0.1),
    "lbfgs": lambda rate: optim.lbfgs(rate, history=3),
    "chain": lambda rate: optim.chain(
        optim.clip_by_norm(0.5), optim.weight_decay(0.1), optim.clip_by_value(0.3), optim.adam(rate)
    ),
}


class Layer(NamedTuple):
    """A named tuple of parameters."""

    weight: NDArray[np.floating[Any]]
    bias: float


@attrs.frozen(eq=False)
class Model:
    """A record of parameters, and of settings beside them."""

    layers: list[Layer]
    scale: tuple[NDArray[np.floating[Any]], dict[str, Any]]
    activation: str = "tanh"
    is_deep: bool = False
    note: None = None


def model(dtype: Any = np.float64) -> Model:
    rng = np.random.default_rng(0)
    layers = [Layer(rng.normal(size=(2, 3)).astype(dtype), 0.5), Layer(rng.normal(size=4).astype(dtype), -0.25)]
    return Model(layers, (np.array(1.5, dtype), {"shift": rng.normal(size=2).astype(dtype)}))


def loss(m: Any) -> Any:  # Any: NumPy's stubs know no Variable
    """A function of all parameters of a model."""
    total = m.scale[0] ** 2 * 0.3 + np.sum((m.scale[1]["shift"] - 1.0) ** 2)
    for layer in m.layers:
        total = total + np.sum(np.cosh(0.3 * layer.weight) * (1.0 + layer.bias**2)) + 0.1 * layer.bias
    return total
