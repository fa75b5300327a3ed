"""
An LSTM continues a curve
=========================

A recurrent network learns to say the next value of a noisy wave, and is then left alone: each value that it says is the
next one that it hears. It runs over the whole sequence by `scan`, one operation in the graph.
"""

import attrs
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from pydezero import nn, optim

Floats = NDArray[np.float64]

# %%
# The curve, and the same curve one step later: two waves, and noise.

time = np.arange(1001.0)
noise = np.random.default_rng(0).uniform(-0.02, 0.02, time.size)
wave = 0.6 * np.sin(time / 6.0) + 0.4 * np.sin(time / 17.0) + noise
curve, following = wave[:-1], wave[1:]


@attrs.frozen(eq=False)
class Predictor:
    """An LSTM and a linear layer, which reads the next value off its state."""

    lstm: nn.LSTM
    last: nn.Linear

    @classmethod
    def init(cls, rng: np.random.Generator, width: int) -> "Predictor":
        """A predictor that has heard nothing."""
        return cls(nn.LSTM.init(rng, 1, width), nn.Linear.init(rng, width, 1))

    def __call__(self, xs: Floats) -> Floats:
        """The next values for sequences of the shape (steps, count, 1)."""
        ys, _ = self.lstm(xs)
        return self.last(ys)


def loss(predictor: Predictor, xs: Floats, ys: Floats) -> np.float64:
    """The mean square of the errors of all steps."""
    return nn.mean_squared_error(predictor(xs), ys)


# %%
# It learns from windows of 100 steps, 12 of them at a time, with a learning rate that falls to 0.

STEPS, COUNT, UPDATES = 100, 12, 300
starts = np.random.default_rng(1).integers(0, len(curve) - STEPS, (UPDATES, COUNT))
windows = starts[:, None, :] + np.arange(STEPS)[:, None]
examples = [(curve[w].reshape(STEPS, COUNT, 1), following[w].reshape(STEPS, COUNT, 1)) for w in windows]
predictor = Predictor.init(np.random.default_rng(2), 32)
result = optim.minimize(
    loss, predictor, optim.adam(optim.cosine_decay(2e-2, UPDATES)), steps=UPDATES, data=examples, progress=False
)
print(f"error {result.history[0] ** 0.5:.3f} -> {result.history[-1] ** 0.5:.3f}")

# %%
# It hears 150 values, and goes on by itself for 100.

predictor = result.params
heard = curve[:150].reshape(-1, 1, 1)
ys, state = predictor.lstm(heard)
said = [predictor.last(ys[-1])]
for _ in range(99):
    h, c = predictor.lstm.step(said[-1], state)
    state = h, c
    said.append(predictor.last(h))

figure, axes = plt.subplots(layout="constrained", figsize=(9.0, 3.4))
axes.plot(np.arange(250), curve[:250], ".", markersize=3, color="gray", label="the curve")
axes.plot(np.arange(150, 250), np.ravel(said), label="what the network says by itself")
axes.axvline(150, linestyle=":", color="black")
axes.set(xlabel="step", ylabel="value", ylim=(-1.6, 1.6), title="What the network heard, and what it says")
axes.legend(loc="lower left")
plt.show()
