"""What must not type-check of optimisers, batches and files; see `rejected.py`. Never run."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import data, load, optim, save

array: NDArray[np.float64] = np.ones(3)
rng = np.random.default_rng(0)


@attrs.frozen
class Model:
    weight: NDArray[np.float64]


@attrs.frozen
class Other:
    weight: NDArray[np.float64]


def loss(model: Model) -> float:
    return float(np.sum(model.weight))


model = Model(array)
adam = optim.adam()
state = adam.init(model)

# numbers that are none
optim.adam("0.1")  # type: ignore[arg-type]
optim.sgd(0.1, 0.9)  # type: ignore[call-arg]
optim.lbfgs(history=0.5)  # type: ignore[arg-type]
optim.step_decay(0.1, 2.5)  # type: ignore[arg-type]
optim.clip_by_norm(None)  # type: ignore[arg-type]

# a state of another optimiser, arguments in another order
adam.update(model, optim.sgd().init(model), model)  # type: ignore[arg-type]
adam.update(model, model, state)  # type: ignore[arg-type]
adam.update(model, state)  # type: ignore[call-arg]
optim.chain(adam, optim.clip_by_norm(1.0))  # type: ignore[arg-type]
optim.chain(optim.clip_by_norm(1.0))  # type: ignore[arg-type]

# parameters that come out as another type
other: Other = adam.update(model, state, model)[0]  # type: ignore[assignment]
number: float = optim.minimize(loss, model, adam, 10).params  # type: ignore[assignment]
optim.minimize(loss, Other(array), adam, 10)  # type: ignore[misc]
optim.minimize(loss, model, optim.adam, 10)  # type: ignore[call-overload]
optim.minimize(loss, model, adam, 10, state=optim.sgd().init(model))  # type: ignore[misc]
optim.minimize(loss, model, adam, 1.5)  # type: ignore[call-overload]

# files
save(array, "model.npz")  # type: ignore[arg-type]
read: Other = load("model.npz", model)  # type: ignore[assignment]

# data
data.batches(array, 2.0)  # type: ignore[arg-type]
data.batches(array, 2, 0)  # type: ignore[arg-type]
data.spiral(1984)  # type: ignore[arg-type]
data.mnist("mnist", "valid")  # type: ignore[arg-type]
data.crop(array, (1, 2, 3), rng)  # type: ignore[arg-type]
