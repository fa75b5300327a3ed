"""
An image without its noise
==========================

Total variation (Rudin, Osher and Fatemi, *Physica D* 60, 1992) keeps edges and removes noise: the image minimises its
distance from the noisy one plus the length of its level lines. The gradient by all pixels comes from one call.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from pydezero import optim

Floats = NDArray[np.float64]

# %%
# A picture of 96 x 96 pixels: a disc, a square, a ramp.

rng = np.random.default_rng(1992)
row, column = np.mgrid[:96, :96]
picture = np.where((row - 30) ** 2 + (column - 34) ** 2 < 18**2, 1.0, 0.2)
picture[52:84, 48:84] = 0.7
picture[60:90, 8:40] = np.linspace(0.2, 0.9, 32)
noisy = picture + 0.2 * rng.standard_normal(picture.shape)


def energy(image: Floats, weight: float) -> np.float64:
    """Half the squared distance from the noisy image, and the weighted length of the gradient, smooth at 0."""
    down, right = np.diff(image[:, :-1], axis=0), np.diff(image[:-1, :], axis=1)
    length = np.sum(np.sqrt(down**2 + right**2 + 1e-4))
    value: np.float64 = 0.5 * np.sum((image - noisy) ** 2) + weight * length
    return value


# %%
# L-BFGS searches along each step for a smaller energy; Adam takes steps of its learning rate.

found = optim.minimize(energy, noisy, optim.lbfgs(), 150, args=(0.25,), progress=False)
of_adam = optim.minimize(energy, noisy, optim.adam(0.02), 150, args=(0.25,), progress=False)
image = found.params


def error(x: Floats) -> float:
    """The root mean square of what differs from the true picture."""
    return float(np.sqrt(np.mean((x - picture) ** 2)))


print(f"error of the noisy image {error(noisy):.3f}, of the denoised one {error(image):.3f}")

# %%

figure, panels = plt.subplots(1, 3, layout="constrained", figsize=(9.0, 3.4))
for axes, shown, title in zip(panels, (picture, noisy, image), ("the truth", "with noise", "denoised"), strict=True):
    axes.imshow(shown, cmap="gray", vmin=-0.2, vmax=1.2)
    axes.set_axis_off()
    axes.set_title(title)
plt.show()

# %%
# The energy after each step, above the least that was found.

figure, axes = plt.subplots(layout="constrained", figsize=(6.4, 2.8))
for history, name in ((found.history, "L-BFGS"), (of_adam.history, "Adam")):
    axes.semilogy(history[:-1] - found.value, label=name)
axes.set(xlabel="step", ylabel="energy above the least", title="How fast the energy falls")
axes.legend()
plt.show()
