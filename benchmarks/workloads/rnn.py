"""A recurrent network, unrolled."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_HIDDEN, _INPUTS, _BATCH = 64, 32, 16


def _problem(steps: int) -> Arrays:
    """Weights of the inputs and of the state, biases, and a batch of sequences, time first."""
    rng = np.random.default_rng(0)
    w, u = rng.normal(0, _INPUTS**-0.5, (_INPUTS, _HIDDEN)), rng.normal(0, _HIDDEN**-0.5, (_HIDDEN, _HIDDEN))
    return w, u, rng.normal(0, 0.1, _HIDDEN), rng.normal(0, 1, (steps, _BATCH, _INPUTS))


def _loss(xp: Namespace, w: Tensor, u: Tensor, b: Tensor, sequence: Tensor) -> Tensor:
    h = xp.tanh(sequence[0] @ w + b)
    for t in range(1, len(sequence)):
        h = xp.tanh(sequence[t] @ w + h @ u + b)
    return xp.sum(h * h)


def _by_hand(w: FloatArray, u: FloatArray, b: FloatArray, sequence: FloatArray) -> tuple[float, tuple[FloatArray, ...]]:
    states: list[FloatArray] = []
    for x in sequence:
        h = x @ w
        if states:
            h += states[-1] @ u
        h += b
        np.tanh(h, out=h)
        states.append(h)
    h = states[-1]
    value = float((h * h).sum())
    g = 2 * h
    g_w, g_u, g_b = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    for t in range(len(sequence) - 1, -1, -1):
        h = states[t]
        g *= 1 - h * h
        g_w += sequence[t].T @ g
        g_b += g.sum(axis=0)
        if t:
            g_u += states[t - 1].T @ g
            g = g @ u.T
    return value, (g_w, g_u, g_b)


rnn = gradient_workload(
    "rnn",
    f"RNN, hidden {_HIDDEN}, batch {_BATCH}",
    (5, 50, 500),
    "steps",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
    inputs=3,
    largest={"jax-jit": 50},
)
