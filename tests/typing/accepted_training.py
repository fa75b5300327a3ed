"""What the type checker knows of optimisers, batches and files: containers keep their types. Never run."""

from __future__ import annotations

from typing import Any, NamedTuple, assert_type

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import Variable, as_variable, data, grad, load, optim, save, value_and_grad
from pydezero import functions as F

Doubles = NDArray[np.float64]

array: Doubles = np.ones(3)
single: NDArray[np.float32] = np.ones(3, np.float32)
rng = np.random.default_rng(0)


@attrs.frozen
class Model:
    weight: Doubles
    bias: float


class Pair(NamedTuple):
    x: Doubles
    labels: NDArray[np.int64]


def loss(model: Model, x: Doubles) -> float:
    return float(np.sum(model.weight * x)) + model.bias


def traced_loss(w: Variable) -> Variable:
    return F.sum(w * w)


model = Model(array, 0.5)

# states and parameters
adam = optim.adam(1e-3)
assert_type(adam, optim.Optimizer[optim.AdamState])
assert_type(optim.adamw(), optim.Optimizer[optim.AdamState])
assert_type(optim.sgd(0.1, momentum=0.9, nesterov=True), optim.Optimizer[optim.SgdState])
assert_type(optim.rmsprop(np.float64(0.1)), optim.Optimizer[optim.RmspropState])
assert_type(optim.adagrad(array), optim.Optimizer[optim.AdagradState])
assert_type(optim.adadelta(as_variable(1.0)), optim.Optimizer[optim.AdadeltaState])
assert_type(optim.lion(optim.cosine_decay(0.1, 100)), optim.Optimizer[optim.LionState])
assert_type(optim.lbfgs(lambda step: 0.1), optim.Optimizer[optim.LbfgsState])
state = adam.init(model)
assert_type(state, optim.AdamState)
assert_type(adam.update(grad(loss)(model, array), state, model), tuple[Model, optim.AdamState])
assert_type(adam.update(array, state, array), tuple[Doubles, optim.AdamState])
assert_type(adam.update(single, state, single), tuple[NDArray[np.float32], optim.AdamState])
assert_type(adam.update({"w": array}, state, {"w": array}), tuple[dict[str, Doubles], optim.AdamState])
assert_type(adam.update(0.1, state, 0.5), tuple[float, optim.AdamState])
assert_type(adam.update(grad(traced_loss)(array), state, array), tuple[Doubles, optim.AdamState])
value, gradients = value_and_grad(loss)(model, array)
assert_type(gradients, Model)

# chains and schedules
assert_type(optim.chain(adam), optim.Optimizer[optim.AdamState])
assert_type(optim.chain(optim.clip_by_norm(1.0), adam), optim.Optimizer[optim.AdamState])
assert_type(
    optim.chain(optim.clip_by_norm(1.0), optim.clip_by_value(1.0), optim.weight_decay(0.1), optim.lion()),
    optim.Optimizer[optim.LionState],
)
assert_type(optim.clip_by_norm(1.0), optim.GradientChange)
assert_type(optim.clip_by_norm(1.0)(model, model), Model)
schedule: optim.Schedule = optim.warm_up(optim.join_schedules([0.1, optim.constant(0.2)], [5]), 10)
assert_type(optim.step_decay(0.1, 10), optim.Schedule)

# minimize
found = optim.minimize(loss, model, adam, 10, args=(array,))
assert_type(found, optim.Minimum[Model, optim.AdamState])
assert_type(found.params, Model)
assert_type(found.history, Doubles)
assert_type(found.state, optim.AdamState)
assert_type(optim.minimize(traced_loss, array, optim.sgd(), 10), optim.Minimum[Doubles, optim.SgdState])
assert_type(optim.minimize(lambda w: np.sum(w**2), array, optim.sgd(), 10).params, Doubles)
optim.minimize(loss, model, adam, 10, data=[(array,)], state=state, callback=lambda step: step.value < 0.1)


def shown(step: optim.Progress[Model]) -> None:
    print(step.step, step.params.bias)


optim.minimize(loss, model, adam, 10, args=(array,), callback=shown, progress=False)

# files
save("model.npz", (model, state))
assert_type(load("model.npz", (model, state)), tuple[Model, optim.AdamState])

# data
pair = Pair(array, np.arange(3))
batches = data.batches(pair, 2, rng)
assert_type(batches, data.Batches[Pair])
assert_type(len(batches), int)
for x, labels in batches:
    assert_type(x, Doubles)
    assert_type(labels, NDArray[np.int64])
for part in data.sequences((array, array), 2):
    assert_type(part, tuple[Doubles, Doubles])
assert_type(data.spiral(rng), tuple[Doubles, NDArray[np.int64]])
assert_type(data.sine_curve(rng), tuple[Doubles, Doubles])
assert_type(data.mnist("mnist", "test"), tuple[NDArray[np.uint8], NDArray[np.int64]])
assert_type(data.cifar10("cifar"), tuple[NDArray[np.uint8], NDArray[np.int64]])
assert_type(data.digits(), tuple[Doubles, NDArray[np.int64]])
images: NDArray[np.uint8] = np.zeros((2, 3, 8, 8), np.uint8)
assert_type(data.flip(images, rng), NDArray[np.uint8])
assert_type(data.crop(images, (4, 4), rng, padding=1), NDArray[np.uint8])
assert_type(data.normalise(images, 127.5, [1.0, 2.0]), NDArray[Any])
