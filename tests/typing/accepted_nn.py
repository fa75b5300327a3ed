"""What the type checker knows of `pydezero.nn`, and of models in transforms. Never run."""

from __future__ import annotations

from typing import Any, assert_type

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, grad, jit, nn, value_and_grad, vmap
from pydezero.tree import STATIC

Parameters = NDArray[np.floating[Any]]
Floats = NDArray[np.float64]
rng = np.random.default_rng(0)
x: NDArray[np.float64] = np.ones((4, 3))
labels: NDArray[np.int64] = np.zeros(4, np.int64)
variable = as_variable(x)
statistics = nn.BatchStatistics.init(3)


@attrs.frozen
class Model:
    hidden: nn.MLP
    norm: nn.LayerNorm
    power: int = attrs.field(default=2, metadata=STATIC)

    def __call__(self, x: Floats) -> Floats:
        return self.norm(self.hidden(x)) ** self.power


model = Model(nn.MLP.init(rng, (3, 4, 2), nn.silu), nn.LayerNorm.init(2))


def loss(model: Model, x: Floats, labels: NDArray[np.int64]) -> np.float64:
    return nn.cross_entropy(model(x), labels)


def with_statistics(norm: nn.BatchNorm, x: Floats) -> tuple[np.float64, nn.BatchStatistics]:
    y, new = norm(x, statistics, train=True)
    return nn.mean_squared_error(y, x), new


assert_type(model.power, int)
assert_type(grad(loss)(model, x, labels), Model)
assert_type(grad(loss)(model, x, labels).hidden.layers[0].w, Parameters)
assert_type(value_and_grad(loss)(model, x, labels), tuple[np.float64, Model])
assert_type(grad(with_statistics, has_aux=True)(nn.BatchNorm.init(3), x), tuple[nn.BatchNorm, nn.BatchStatistics])
assert_type(jit(loss)(model, x, labels), np.float64)
assert_type(vmap(grad(loss), in_axes=(None, 0, 0))(model, x, labels), Model)

linear = nn.Linear.init(rng, 3, 2)
assert_type(linear, nn.Linear)
assert_type(linear(x), Floats)
assert_type(linear(variable), Variable)
assert_type(nn.Conv2d.init(rng, 3, 4, (3, 2), stride=2)(variable), Variable)
assert_type(nn.LSTM.init(rng, 3, 4)(x), tuple[Floats, tuple[Floats, Floats]])
assert_type(nn.GRU.init(rng, 3, 4).step(variable, variable), Variable)
assert_type(nn.MultiHeadAttention.init(rng, 4, 2)(x, mask=np.tri(4, dtype=bool)), Floats)
assert_type(nn.Dropout(0.5)(x, rng, train=True), Floats)
assert_type(nn.Embedding.init(rng, 5, 2)(labels), NDArray[Any])
assert_type(nn.Sequential.of(linear, nn.relu, np.tanh)(x), Floats)
assert_type(nn.Residual(linear, nn.Linear.init(rng, 3, 2))(variable), Variable)
assert_type(nn.max_pool2d(variable, 2), Variable)
assert_type(nn.relu(variable), Variable)
assert_type(nn.sigmoid(x), Floats)
assert_type(nn.softmax(variable), Variable)
assert_type(nn.gelu(x), Floats)
assert_type(nn.cross_entropy(variable, labels), Variable)
assert_type(nn.mean_squared_error(x, variable), Variable)
assert_type(nn.huber(x, x, delta=2.0), np.float64 | Any)
assert_type(nn.in_precision(model, np.float32), Model)
