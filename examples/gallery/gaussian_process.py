"""
A Gaussian process learns its hyper-parameters
==============================================

The marginal likelihood of a Gaussian process (Rasmussen and Williams, *Gaussian Processes for Machine Learning*, MIT
Press 2006, equation 2.30) is maximised by its gradient, which goes through a Cholesky factor and two triangular solves.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import value_and_grad

Floats = NDArray[np.float64]

# %%
# The observations: a slow wave under a fast one, with a gap.

rng = np.random.default_rng(0)
x = np.sort(np.concatenate([rng.uniform(0.0, 4.0, 30), rng.uniform(6.0, 10.0, 30)]))
y = np.sin(x) + 0.3 * np.sin(5.0 * x) + 0.1 * rng.standard_normal(x.size)


def kernel(p: Floats, a: Floats, b: Floats) -> Floats:
    """Two squared exponentials, whose logarithms of size and length are p[:4]."""
    squared = (a[:, None] - b[None, :]) ** 2
    slow = np.exp(2.0 * p[0] - 0.5 * squared * np.exp(-2.0 * p[1]))
    fast = np.exp(2.0 * p[2] - 0.5 * squared * np.exp(-2.0 * p[3]))
    values: Floats = slow + fast
    return values


def minus_log_evidence(p: Floats) -> np.float64:
    """p[4] is the logarithm of the deviation of the noise."""
    factor = np.linalg.cholesky(kernel(p, x, x) + np.exp(2.0 * p[4]) * np.eye(x.size))
    white = np.linalg.solve(factor, y)
    loss: np.float64 = 0.5 * white @ white + np.sum(np.log(np.diagonal(factor))) + 0.5 * x.size * np.log(2.0 * np.pi)
    return loss


# %%
# Five hyper-parameters, one gradient a step.

start = np.log([1.0, 1.0, 0.5, 0.3, 0.3])
result = minimize(value_and_grad(minus_log_evidence), start, jac=True, method="L-BFGS-B")
learned = result.x
print(f"evidence: {-minus_log_evidence(start):.1f} at the start, {-result.fun:.1f} after {result.nit} steps")
for name, value in zip(("slow size", "slow length", "fast size", "fast length", "noise"), np.exp(learned), strict=True):
    print(f"{name:12}{value:.3f}")


# %%
# The posterior before and after.


def posterior(p: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation at new places (equations 2.25 and 2.26)."""
    covariance = kernel(p, x, x) + np.exp(2.0 * p[4]) * np.eye(x.size)
    across = kernel(p, at, x)
    mean = across @ np.linalg.solve(covariance, y)
    variance = np.diagonal(kernel(p, at, at)) - np.sum(across * np.linalg.solve(covariance, across.T).T, axis=1)
    return mean, np.sqrt(np.maximum(variance, 0.0))


grid = np.linspace(-0.5, 10.5, 400)
figure, panels = plt.subplots(2, sharex=True, sharey=True, layout="constrained", figsize=(6.4, 6.0))
for axes, p, title in zip(panels, (start, learned), ("as guessed", "as learned"), strict=True):
    mean, deviation = posterior(p, grid)
    axes.fill_between(grid, mean - 2.0 * deviation, mean + 2.0 * deviation, alpha=0.25)
    axes.plot(grid, mean)
    axes.plot(x, y, "k.", markersize=4)
    axes.set(ylabel="y", title=f"Hyper-parameters {title}")
panels[1].set(xlabel="x", ylim=(-2.5, 2.5))
plt.show()
