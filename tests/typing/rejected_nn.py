"""What must not type-check of `pydezero.nn`; see `rejected.py`. Never run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pydezero import grad, nn

x: NDArray[np.float64] = np.ones((4, 3))
labels: NDArray[np.int64] = np.zeros(4, np.int64)
rng = np.random.default_rng(0)
linear = nn.Linear.init(rng, 3, 2)


def loss(model: nn.Linear, x: NDArray[np.float64], labels: NDArray[np.int64]) -> np.float64:
    return nn.cross_entropy(model(x), labels)


grad(loss)(x, x, labels)  # type: ignore[arg-type]
grad(loss)(linear, x)  # type: ignore[call-arg]
print(grad(loss)(linear, x, labels).weights)  # type: ignore[attr-defined]
linear("x")  # type: ignore[type-var]
linear.w = x  # type: ignore[misc]
nn.Linear.init(0, 3, 2)  # type: ignore[arg-type]
nn.Linear.init(rng, 3.0, 2)  # type: ignore[arg-type]
nn.Conv2d.init(rng, 3, 4, (3, 3, 3))  # type: ignore[arg-type]
nn.Conv2d.init(rng, 3, 4, 3, padding="same")  # type: ignore[arg-type]
nn.Dropout(0.5)(x, rng)  # type: ignore[call-arg]
nn.BatchNorm.init(3)(x, train=True)  # type: ignore[call-arg]
nn.Embedding.init(rng, 5, 2)(x)  # type: ignore[arg-type]
nn.cross_entropy(x, "labels")  # type: ignore[call-overload]
nn.huber(x, x, 2.0, delta="large")  # type: ignore[call-overload]
nn.in_precision(linear, np.int64)  # type: ignore[arg-type]
