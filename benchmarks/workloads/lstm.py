"""A long short-term memory of width 14 that reads text character by character, in a plain Python loop."""

from __future__ import annotations

import numpy as np

from benchmarks.tools import Arrays, FloatArray, Namespace, Tensor
from benchmarks.workload import gradient_workload

_WIDTH = 14


def _problem(characters: int) -> Arrays:
    """Weights of the characters and of the state, biases, the text, one row a character, and the first state."""
    rng = np.random.default_rng(0)
    w, u = rng.normal(0, 0.5, (2, _WIDTH, 4 * _WIDTH))
    text = np.eye(_WIDTH)[rng.integers(0, _WIDTH, characters)]
    return w, u, rng.normal(0, 0.1, 4 * _WIDTH), text, np.zeros(_WIDTH)


def _loss(xp: Namespace, w: Tensor, u: Tensor, b: Tensor, text: Tensor, start: Tensor) -> Tensor:
    """The cross-entropy of each next character."""
    n = _WIDTH
    h = c = start
    total = xp.sum(start)
    for t in range(len(text) - 1):
        z = text[t] @ w + h @ u + b
        gates = 1 / (1 + xp.exp(-z[: 3 * n]))
        c = gates[n : 2 * n] * c + gates[:n] * xp.tanh(z[3 * n :])
        h = gates[2 * n :] * xp.tanh(c)
        total = total + xp.log(xp.sum(xp.exp(h))) - xp.sum(text[t + 1] * h)
    return total


def _by_hand(
    w: FloatArray, u: FloatArray, b: FloatArray, text: FloatArray, start: FloatArray
) -> tuple[float, tuple[FloatArray, ...]]:
    n = _WIDTH
    h = c = start
    total = 0.0
    kept = []
    for t in range(len(text) - 1):
        z = text[t] @ w + h @ u + b
        gates = 1 / (1 + np.exp(-z[: 3 * n]))
        new = np.tanh(z[3 * n :])
        before, memory = h, c
        c = gates[n : 2 * n] * c + gates[:n] * new
        squashed = np.tanh(c)
        h = gates[2 * n :] * squashed
        e = np.exp(h)
        norm = e.sum()
        total += np.log(norm) - text[t + 1] @ h
        kept.append((before, memory, gates, new, squashed, e / norm - text[t + 1]))
    g_w, g_u, g_b = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    g_h, g_c = np.zeros(n), np.zeros(n)
    g_z = np.empty(4 * n)
    for t in range(len(text) - 2, -1, -1):
        before, memory, gates, new, squashed, slope = kept[t]
        g_h += slope
        g_c += g_h * gates[2 * n :] * (1 - squashed * squashed)
        g_z[:n] = g_c * new
        g_z[n : 2 * n] = g_c * memory
        g_z[2 * n : 3 * n] = g_h * squashed
        g_z[: 3 * n] *= gates * (1 - gates)
        g_z[3 * n :] = g_c * gates[:n] * (1 - new * new)
        g_w += np.multiply.outer(text[t], g_z)
        g_u += np.multiply.outer(before, g_z)
        g_b += g_z
        g_h = u @ g_z
        g_c *= gates[n : 2 * n]
    return float(total), (g_w, g_u, g_b)


def _in_numba(  # noqa: C901  # loops, all in one for Numba
    w: FloatArray, u: FloatArray, b: FloatArray, text: FloatArray, start: FloatArray
) -> tuple[float, tuple[FloatArray, FloatArray, FloatArray]]:
    """The same in loops over the elements."""
    n, steps = len(start), len(text) - 1
    h, c = np.empty((steps + 1, n)), np.empty((steps + 1, n))
    gates, squashed, slopes = np.empty((steps, 4 * n)), np.empty((steps, n)), np.empty((steps, n))
    h[0], c[0] = start, start
    z = np.empty(4 * n)
    total = 0.0
    for t in range(steps):
        z[:] = b
        for i in range(n):
            for j in range(4 * n):
                z[j] += text[t, i] * w[i, j] + h[t, i] * u[i, j]
        for j in range(3 * n):
            gates[t, j] = 1 / (1 + np.exp(-z[j]))
        norm = 0.0
        for j in range(n):
            gates[t, 3 * n + j] = np.tanh(z[3 * n + j])
            c[t + 1, j] = gates[t, n + j] * c[t, j] + gates[t, j] * gates[t, 3 * n + j]
            squashed[t, j] = np.tanh(c[t + 1, j])
            h[t + 1, j] = gates[t, 2 * n + j] * squashed[t, j]
            slopes[t, j] = np.exp(h[t + 1, j])
            norm += slopes[t, j]
            total -= text[t + 1, j] * h[t + 1, j]
        total += np.log(norm)
        for j in range(n):
            slopes[t, j] = slopes[t, j] / norm - text[t + 1, j]
    g_w, g_u, g_b = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    g_h, g_c = np.zeros(n), np.zeros(n)
    for t in range(steps - 1, -1, -1):
        for j in range(n):
            i, f, o, new = gates[t, j], gates[t, n + j], gates[t, 2 * n + j], gates[t, 3 * n + j]
            s = squashed[t, j]
            g = g_h[j] + slopes[t, j]
            g_c[j] += g * o * (1 - s * s)
            z[j] = g_c[j] * new * i * (1 - i)
            z[n + j] = g_c[j] * c[t, j] * f * (1 - f)
            z[2 * n + j] = g * s * o * (1 - o)
            z[3 * n + j] = g_c[j] * i * (1 - new * new)
            g_c[j] *= f
        for k in range(n):
            total_h = 0.0
            for j in range(4 * n):
                g_w[k, j] += text[t, k] * z[j]
                g_u[k, j] += h[t, k] * z[j]
                total_h += u[k, j] * z[j]
            g_h[k] = total_h
        for j in range(4 * n):
            g_b[j] += z[j]
    return total, (g_w, g_u, g_b)


lstm = gradient_workload(
    "lstm",
    f"LSTM cell, width {_WIDTH}",
    (128,),
    "characters",
    problem=_problem,
    loss=_loss,
    by_hand=_by_hand,
    in_numba=_in_numba,
    inputs=3,
)
