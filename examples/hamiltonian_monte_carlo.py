"""Sample from a distribution by Hamiltonian Monte Carlo, many chains at once.

R. M. Neal, MCMC using Hamiltonian dynamics, in: Handbook of Markov Chain Monte Carlo, CRC Press 2011, section 5.3.
A proposal is a particle's path in the potential -log p, whose force is a `grad`. The path is written for one particle;
`vmap` moves those of all chains together.

python examples/hamiltonian_monte_carlo.py
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import grad, vmap

Floats: TypeAlias = NDArray[np.float64]
CHAINS: Final = 100
SAMPLES: Final = 500
WARM_UP: Final = 100
STEPS: Final = 10  # of a path
# The time of a step is drawn for each path, lest all be whole periods of an oscillation (Neal, on ergodicity).
STEP: Final = (0.1, 0.2)

MEAN: Final = np.array([1.0, -2.0, 0.5])
COVARIANCE: Final = np.array([[1.0, 0.8, 0.0], [0.8, 1.0, -0.3], [0.0, -0.3, 0.5]])
PRECISION: Final = np.linalg.inv(COVARIANCE)


def potential(q: Floats) -> np.float64:
    """Minus the logarithm of the density, up to a constant: here that of a normal distribution."""
    offset = q - MEAN
    energy: np.float64 = 0.5 * np.sum(offset * (PRECISION @ offset))
    return energy


def path(q: Floats, p: Floats, dt: Floats) -> tuple[Floats, np.float64]:
    """The place and momentum after leapfrog steps of dt from q and p, and the energy that their error gains."""
    before = potential(q) + 0.5 * np.sum(p**2)
    p = p - 0.5 * dt * grad(potential)(q)
    for _ in range(STEPS - 1):
        q = q + dt * p
        p = p - dt * grad(potential)(q)
    q = q + dt * p
    p = p - 0.5 * dt * grad(potential)(q)
    return q, potential(q) + 0.5 * np.sum(p**2) - before


def sample(rng: np.random.Generator) -> tuple[Floats, float]:
    """Samples of all chains, of shape (SAMPLES, CHAINS, dimensions), and the rate of acceptance."""
    q = rng.standard_normal((CHAINS, MEAN.size))
    samples, accepted = [], []
    for _ in range(WARM_UP + SAMPLES):
        proposed, gained = vmap(path)(q, rng.standard_normal(q.shape), rng.uniform(*STEP, CHAINS))
        accept = np.log(rng.uniform(size=CHAINS)) < -gained
        q = np.where(accept[:, None], proposed, q)
        samples.append(q)
        accepted.append(accept)
    return np.stack(samples[WARM_UP:]), float(np.mean(accepted[WARM_UP:]))


def estimate(of_each_sample: Floats) -> tuple[Floats, Floats]:
    """A mean over samples and chains, with its standard error: chains are independent, the samples of one are not."""
    of_each_chain = np.mean(of_each_sample, axis=0)
    return np.mean(of_each_chain, axis=0), np.std(of_each_chain, axis=0, ddof=1) / np.sqrt(len(of_each_chain))


def main() -> None:
    samples, acceptance = sample(np.random.default_rng(2011))
    print(f"{CHAINS} chains of {SAMPLES} samples, {acceptance:.0%} accepted")
    centred = samples - MEAN
    moments = {
        "mean": (MEAN, samples),
        "covariance": (COVARIANCE, centred[..., :, None] * centred[..., None, :]),
    }
    for name, (truth, of_each_sample) in moments.items():
        mean, error = estimate(of_each_sample)
        for index in np.ndindex(truth.shape):
            if list(index) == sorted(index):
                what = name + str(list(index))
                print(f"{what:18}{mean[index]:8.4f} +- {error[index]:.4f}, in truth {truth[index]:7.4f}")
        assert np.all(np.abs(mean - truth) < 4 * error)
        assert np.all(error < 0.02)
    assert acceptance > 0.8


if __name__ == "__main__":
    main()
