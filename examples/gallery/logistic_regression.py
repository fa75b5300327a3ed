"""
Logistic regression, and how sure it is
=======================================

scikit-learn's tumours are benign or malignant. A logistic regression on five of their measured features tells them
apart; its Hessian says how precisely each coefficient is known.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer

from pydezero import grad, hessian

Floats = NDArray[np.float64]

# %%
# 400 tumours to learn from, 169 to test with. Each feature has mean 0 and standard deviation 1.

tumours = load_breast_cancer()
names = ["mean radius", "mean texture", "mean smoothness", "mean symmetry", "worst concavity"]
columns = [list(tumours.feature_names).index(name) for name in names]
features: Floats = tumours.data[:, columns]
features = (features - features.mean(axis=0)) / features.std(axis=0)
is_malignant: NDArray[np.bool_] = tumours.target == 0
order = np.random.default_rng(0).permutation(is_malignant.size)
seen, unseen = order[169:], order[:169]


def log_odds(p: Floats, x: Floats) -> Floats:
    """The logarithm of the odds that a tumour is malignant; the last parameter is the intercept."""
    odds: Floats = x @ p[:-1] + p[-1]
    return odds


def minus_log_posterior(p: Floats) -> np.float64:
    """The negative logarithm of the likelihood, and of a normal prior of width 5 for each parameter."""
    z = log_odds(p, features[seen])
    surprises: Floats = np.logaddexp(0.0, np.where(is_malignant[seen], -z, z))
    value: np.float64 = np.sum(surprises) + np.sum(p**2) / 50
    return value


# %%
# Newton's method in a trust region takes the gradient and the Hessian.

start = np.zeros(len(names) + 1)
result = minimize(
    minus_log_posterior, start, jac=grad(minus_log_posterior), hess=hessian(minus_log_posterior), method="trust-exact"
)
best: Floats = result.x
deviations = np.sqrt(np.diag(np.linalg.inv(hessian(minus_log_posterior)(best))))
right = np.mean((log_odds(best, features[unseen]) > 0) == is_malignant[unseen])
print(f"{result.nit} steps; right: {right:.1%} of the unseen tumours")
for name, value, deviation in zip([*names, "intercept"], best, deviations, strict=True):
    print(f"{name:15} {value:5.2f} +- {deviation:.2f}")

# %%
# A coefficient whose interval does not reach 0 tells something that the others do not.

figure, axes = plt.subplots(layout="constrained", figsize=(7.0, 3.0))
axes.errorbar(best[:-1], names, xerr=1.96 * deviations[:-1], fmt="o", capsize=4)
axes.axvline(0.0, color="grey", linestyle=":")
axes.margins(y=0.2)
axes.invert_yaxis()
axes.set(xlabel="coefficient, with its 95 % interval", title="What speaks for a malignant tumour")
plt.show()
