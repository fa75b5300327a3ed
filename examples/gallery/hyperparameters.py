"""
Hyper-parameters by their gradient
==================================

How strongly should each feature of a logistic regression be penalised? The weights minimise the training loss; how they
change with 20 penalties follows from the implicit function theorem (:func:`pydezero.custom_minimum`), and the gradient
of the validation loss goes through the minimum, whatever found it.
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import custom_minimum, grad, value_and_grad

Floats = NDArray[np.float64]

# %%
# Of 20 features the first five matter.

rng = np.random.default_rng(8)
truth = np.concatenate([[2.0, -1.5, 1.0, -1.0, 0.8], np.zeros(15)])
x = rng.standard_normal((300, 20))
y = np.where(rng.uniform(size=300) < 1.0 / (1.0 + np.exp(-x @ truth)), 1.0, -1.0)
train, validation = slice(0, 100), slice(100, 300)


def cross_entropy(w: Floats, part: slice) -> np.float64:
    """The mean loss of a part of the data."""
    losses = np.logaddexp(0.0, -y[part] * (x[part] @ w))
    value: np.float64 = np.sum(losses) / y[part].size
    return value


def training_loss(w: Floats, log_penalties: Floats) -> np.float64:
    """What the weights minimise."""
    value: np.float64 = cross_entropy(w, train) + 0.5 * np.sum(np.exp(log_penalties) * w**2)
    return value


def by_scipy(loss: Callable[[Floats], np.float64], start: Floats, _: Floats) -> Floats:
    """The minimum of the training loss with these penalties."""
    found: Floats = minimize(value_and_grad(loss), start, jac=True, method="BFGS", options={"gtol": 1e-8}).x
    return found


best_weights = custom_minimum(training_loss, by_scipy)


def validation_loss(log_penalties: Floats) -> np.float64:
    """The loss, on other data, of the weights that these penalties give."""
    return cross_entropy(best_weights(np.zeros(20), log_penalties), validation)


# %%
# The gradient agrees with a difference of two fits.

start, step = np.full(20, -2.0), 1e-4 * np.eye(20)[0]
difference = (validation_loss(start + step) - validation_loss(start - step)) / 2e-4
print(f"{grad(validation_loss)(start)[0]:.6f} by the theorem, {difference:.6f} by a difference")
assert np.isclose(grad(validation_loss)(start)[0], difference, rtol=1e-3)

# %%
# One penalty for all features, found by a search, and then one for each, found by the gradient.

grid = np.linspace(-6.0, 0.0, 13)
losses = [validation_loss(np.full(20, g)) for g in grid]
single = grid[int(np.argmin(losses))]
result = minimize(
    value_and_grad(validation_loss), np.full(20, single), jac=True, method="L-BFGS-B", bounds=[(-8.0, 4.0)] * 20
)
print(f"validation loss {min(losses):.4f} with one penalty, {result.fun:.4f} with twenty")

# %%

figure, (left, right) = plt.subplots(1, 2, layout="constrained", figsize=(9.0, 3.8))
left.plot(grid, losses, ".-")
left.axhline(result.fun, linestyle=":")
left.set(xlabel="logarithm of the one penalty", ylabel="validation loss", title="one for all; dotted: twenty")
right.bar(np.arange(20), result.x, color=np.where(truth != 0.0, "tab:blue", "tab:orange"))
right.set(xlabel="feature", ylabel="logarithm of its penalty", title="twenty; blue: the features that matter")
right.set_xticks(range(0, 20, 5))
plt.show()
