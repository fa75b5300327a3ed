"""
Softmax regression on handwritten digits
========================================

scikit-learn's digits (8 x 8 pixels, ten classes) are told apart by a linear map and a softmax. The parameters are a
dictionary, and so is the gradient.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from pydezero import value_and_grad

Floats = NDArray[np.float64]

# %%
# 1,297 pictures to learn from, 500 to test with.

digits = load_digits()
pictures: Floats = digits.data / 16.0
labels: NDArray[np.int64] = digits.target
order = np.random.default_rng(0).permutation(labels.size)
seen, unseen = order[500:], order[:500]


def scores(params: dict[str, Floats], x: Floats) -> Floats:
    """A score of each picture for each class."""
    values: Floats = x @ params["weights"] + params["bias"]
    return values


def loss(params: dict[str, Floats], x: Floats, y: NDArray[np.int64]) -> np.float64:
    """The cross-entropy of the softmax of the scores, and a little weight decay."""
    z = scores(params, x)
    z = z - np.max(z, axis=1, keepdims=True)
    of_labels = z[np.arange(y.size), y] - np.log(np.sum(np.exp(z), axis=1))
    value: np.float64 = -np.mean(of_labels) + 1e-3 * np.sum(params["weights"] ** 2)
    return value


def accuracy(params: dict[str, Floats], rows: NDArray[np.int64]) -> float:
    """The part of the pictures whose largest score is that of their label."""
    return float(np.mean(np.argmax(scores(params, pictures[rows]), axis=1) == labels[rows]))


# %%
# Gradient descent with momentum.

params = {"weights": np.zeros((64, 10)), "bias": np.zeros(10)}
speed = {name: np.zeros_like(value) for name, value in params.items()}
losses = []
for _ in range(200):
    value, slope = value_and_grad(loss)(params, pictures[seen], labels[seen])
    speed = {name: 0.9 * speed[name] - 0.2 * slope[name] for name in params}
    params = {name: params[name] + speed[name] for name in params}
    losses.append(value)
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}; right: {accuracy(params, unseen):.1%} of the unseen digits")

# %%
# What each class looks for: its weights, as a picture.

figure, panels = plt.subplots(2, 5, layout="constrained", figsize=(8.0, 4.0))
figure.suptitle("The weights of each digit: blue pixels speak for it, red ones against it")
limit = np.max(np.abs(params["weights"]))
for digit, axes in enumerate(panels.flat):
    axes.imshow(params["weights"][:, digit].reshape(8, 8), cmap="RdBu", vmin=-limit, vmax=limit)
    axes.set_axis_off()
    axes.set_title(str(digit))
plt.show()
