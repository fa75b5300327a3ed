"""Train a classifier so that no single example can do much: per-example gradients, clipped, with noise.

Abadi et al., Deep Learning with Differential Privacy, CCS 2016, algorithm 1: the gradient of each example is scaled
down to a norm of at most C, and noise in proportion to C is added to their sum. `vmap(grad(loss))` gives the gradients
of all examples at once. Here every step takes all examples; how private that is follows from propositions 1.3 and 1.6
and lemma 1.7 of Bun and Steinke, Concentrated Differential Privacy: Simplifications, Extensions, and Lower Bounds, TCC
2016.

python examples/gradient_clipping.py
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import grad, vmap

Floats: TypeAlias = NDArray[np.float64]
CLIP: Final = 1.0  # the largest norm of an example's gradient
NOISE: Final = 20.0  # the standard deviation of the noise, in units of CLIP
STEPS: Final = 60
RATE: Final = 4.0
DELTA: Final = 1e-5


class Weights(NamedTuple):
    slope: Floats
    bias: Floats


def loss(weights: Weights, x: Floats, y: Floats) -> Floats:
    """Minus the log-likelihood of one example x of class y, -1 or 1."""
    return np.logaddexp(0.0, -y * (x @ weights.slope + weights.bias))


per_example = vmap(grad(loss), in_axes=(None, 0, 0))


def norms(gradients: Weights) -> Floats:
    """The length of each example's gradient."""
    lengths: Floats = np.sqrt(np.sum(gradients.slope**2, axis=1) + gradients.bias**2)
    return lengths


def clipped(gradients: Weights) -> Weights:
    """Each example's gradient, no longer than CLIP."""
    factors = CLIP / np.maximum(norms(gradients), CLIP)
    return Weights(factors[:, None] * gradients.slope, factors * gradients.bias)


def step(weights: Weights, x: Floats, y: Floats, rng: np.random.Generator | None) -> Weights:
    """A step of plain gradient descent, or, with a source of noise, of the private one."""
    gradients = per_example(weights, x, y)
    if rng is not None:
        gradients = clipped(gradients)
    total = Weights(*[np.sum(part, axis=0) for part in gradients])
    if rng is not None:
        total = Weights(*[part + NOISE * CLIP * rng.standard_normal(part.shape) for part in total])
    return Weights(*[w - RATE / len(y) * g for w, g in zip(weights, total, strict=True)])


def trained(x: Floats, y: Floats, rng: np.random.Generator | None = None) -> Weights:
    weights = Weights(np.zeros(x.shape[1]), np.array(0.0))
    for _ in range(STEPS):
        weights = step(weights, x, y, rng)
    return weights


def accuracy(weights: Weights, x: Floats, y: Floats) -> float:
    return float(np.mean(np.sign(x @ weights.slope + weights.bias) == y))


def epsilon() -> float:
    """The privacy lost in all steps: they are (epsilon, DELTA)-differentially private."""
    rho = STEPS / (2 * NOISE**2)
    return float(rho + 2 * np.sqrt(rho * np.log(1 / DELTA)))


def examples(rng: np.random.Generator, count: int, truth: Weights) -> tuple[Floats, Floats]:
    """Points x, and the classes y that they have with the probabilities of the true weights."""
    x = rng.standard_normal((count, truth.slope.size))
    probability = 1 / (1 + np.exp(-(x @ truth.slope + truth.bias)))
    return x, np.where(rng.uniform(size=count) < probability, 1.0, -1.0)


def check_gradients(weights: Weights, x: Floats, y: Floats) -> None:
    """The gradient of this loss is known: -y (x, 1) / (1 + exp(y z)), where z = x @ slope + bias."""
    gradients = per_example(weights, x, y)
    by_hand = -y / (1 + np.exp(y * (x @ weights.slope + weights.bias)))
    np.testing.assert_allclose(gradients.bias, by_hand, rtol=1e-12)
    np.testing.assert_allclose(gradients.slope, by_hand[:, None] * x, rtol=1e-12)


def main() -> None:
    rng = np.random.default_rng(2016)
    truth = Weights(rng.standard_normal(10), np.array(0.5))
    x, y = examples(rng, 2000, truth)
    x[0], y[0] = 100 * truth.slope, -1.0  # an example that is far out, and wrong
    check_gradients(truth, x, y)

    gradients = per_example(truth, x, y)
    before, after = norms(gradients), norms(clipped(gradients))
    print(f"length of {len(y)} gradients: median {np.median(before):.2f}")
    print(f"  largest {np.max(before):.0f}, that of the first example, which is wrong")
    print(f"  largest {np.max(after):.0f} when they are clipped")
    assert np.argmax(before) == 0
    assert np.max(after) <= CLIP * (1 + 1e-12)

    tests = examples(rng, 2000, truth)
    best, plain, private = (accuracy(w, *tests) for w in (truth, trained(x, y), trained(x, y, rng)))
    print(f"accuracy of the true weights:{best:22.3f}")
    print(f"accuracy after {STEPS} steps:{plain:27.3f}")
    print(f"accuracy after {STEPS} private steps:{private:19.3f}")
    print(f"  which are ({epsilon():.2f}, {DELTA})-differentially private")
    assert private > best - 0.02


if __name__ == "__main__":
    main()
