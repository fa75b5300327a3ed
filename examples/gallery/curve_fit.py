"""
Confidence bands from the Hessian
=================================

A curve is fitted by maximum likelihood, and the Hessian of the negative log-likelihood at the optimum tells how well
the data determine it: its inverse is the covariance of the parameters (Laplace's approximation), which the Jacobian of
the curve carries over to the curve itself.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import hessian, jacobian, value_and_grad

Floats = NDArray[np.float64]

# %%
# The data: a chemical decays, and the instrument adds noise of unknown size.

rng = np.random.default_rng(3)
time = np.linspace(0.0, 8.0, 25)
measured = 2.5 * np.exp(-0.6 * time) + 0.4 + 0.08 * rng.standard_normal(time.size)


def curve(p: Floats, t: Floats) -> Floats:
    """Amplitude, rate and background are positive, so that their logarithms are the parameters."""
    amplitude, rate, background = np.exp(p[:3])
    values: Floats = amplitude * np.exp(-rate * t) + background
    return values


def minus_log_likelihood(p: Floats) -> np.float64:
    """That of independent normal errors; the logarithm of their deviation is p[3]."""
    errors = (curve(p, time) - measured) / np.exp(p[3])
    loss: np.float64 = 0.5 * np.sum(errors**2) + time.size * p[3]
    return loss


# %%
# SciPy's optimiser takes value and gradient together.

found = minimize(value_and_grad(minus_log_likelihood), np.zeros(4), jac=True, method="BFGS").x
covariance = np.linalg.inv(hessian(minus_log_likelihood)(found))
for name, value, deviation in zip(
    ("amplitude", "rate", "background", "noise"), np.exp(found), np.sqrt(np.diag(covariance)), strict=True
):
    print(f"{name:10} {value:6.3f}, give or take {100 * deviation:4.1f} %")

# %%
# The variance of the curve at each time is J C J^T, with the Jacobian J of the curve by the parameters.

fine = np.linspace(0.0, 12.0, 200)
slopes = jacobian(lambda p: curve(p, fine))(found)
band = 1.96 * np.sqrt(np.sum((slopes @ covariance) * slopes, axis=1))
best = curve(found, fine)

figure, axes = plt.subplots(layout="constrained")
axes.fill_between(fine, best - band, best + band, alpha=0.25, label="95 % band of the curve")
axes.plot(fine, best, label="fitted curve")
axes.plot(fine, 2.5 * np.exp(-0.6 * fine) + 0.4, "k:", label="truth")
axes.plot(time, measured, "k.", label="measured")
axes.set(xlabel="time", ylabel="concentration", title="The data determine the decay better than the background")
axes.legend()
plt.show()
