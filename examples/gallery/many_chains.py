"""
Hamiltonian Monte Carlo, a hundred chains at once
=================================================

A proposal is the path of a particle in the potential -log p, whose force is a gradient (Neal, in: *Handbook of Markov
Chain Monte Carlo*, CRC Press 2011). The path is written for one particle; `vmap` moves those of all chains together.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from pydezero import grad, vmap

Floats = NDArray[np.float64]

# %%
# A banana: a normal distribution, bent.


def potential(q: Floats) -> np.float64:
    """Minus the logarithm of the density, up to a constant."""
    value: np.float64 = 0.5 * (q[0] ** 2 + (2.0 * (q[1] - q[0] ** 2 + 1.0)) ** 2)
    return value


def path(q: Floats, p: Floats, dt: Floats) -> tuple[Floats, np.float64]:
    """Place after 25 leapfrog steps, and the energy that their error gains."""
    before = potential(q) + 0.5 * np.sum(p**2)
    p = p - 0.5 * dt * grad(potential)(q)
    for _ in range(24):
        q = q + dt * p
        p = p - dt * grad(potential)(q)
    q = q + dt * p
    p = p - 0.5 * dt * grad(potential)(q)
    return q, potential(q) + 0.5 * np.sum(p**2) - before


# %%
# Each chain draws its own step, so that no path closes on itself.

rng = np.random.default_rng(2011)
q = rng.standard_normal((100, 2))
samples, accepted = [], []
for _ in range(450):
    moved, gained = vmap(path)(q, rng.standard_normal(q.shape), rng.uniform(0.03, 0.1, len(q)))
    accept = np.log(rng.uniform(size=len(q))) < -gained
    q = np.where(accept[:, None], moved, q)
    samples.append(q)
    accepted.append(accept)
drawn = np.stack(samples[50:])
print(f"{np.mean(accepted):.0%} of the paths accepted")
print(f"mean of x0 {np.mean(drawn[..., 0]):.2f} (0), its variance {np.var(drawn[..., 0]):.2f} (1)")
print(f"mean of x1 {np.mean(drawn[..., 1]):.2f} (0), its variance {np.var(drawn[..., 1]):.2f} (2.25)")

# %%
# The chains are independent of one another, so that they tell how precise the means are.

of_chains = np.mean(drawn, axis=0)
error = np.std(of_chains, axis=0, ddof=1) / np.sqrt(len(of_chains))
print("standard errors of the means", error.round(3))
assert np.all(np.abs(np.mean(of_chains, axis=0)) < 4.0 * error)

# %%

figure, axes = plt.subplots(layout="constrained")
axes.plot(*drawn.reshape(-1, 2).T, ".", markersize=1.5, alpha=0.4, label="samples")
for chain in range(2):
    axes.plot(*drawn[:12, chain].T, "o-", linewidth=1.0, markersize=4, label=f"twelve steps of chain {chain + 1}")
axes.set(xlabel="x0", ylabel="x1", title="40,000 samples of 100 chains")
axes.legend(loc="upper center")
plt.show()
