"""
A hologram designed through the FFT
===================================

A sheet of glass delays light by a phase that differs from place to place; in the far field its image is the Fourier
transform (Goodman, *Introduction to Fourier Optics*). Which phases make the image a given picture? The gradient of the
mismatch by 4,096 phases goes through one FFT, forward and back.
"""

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pydezero import value_and_grad

Floats = NDArray[np.float64]

# %%
# The picture that the light is to paint: a ring and a cross.

SIZE = 64
row, column = np.mgrid[:SIZE, :SIZE] - SIZE // 2
radius = np.hypot(row, column)
cross = ((np.abs(row) < 2) | (np.abs(column) < 2)) & (radius < 10)
target = np.where((np.abs(radius - 18) < 2) | cross, 1.0, 0.0)
target = target / np.sum(target)


def intensity(phase: Floats) -> Floats:
    """The image of a sheet with these phases, whose elements add up to 1."""
    field = np.fft.fftshift(np.fft.fft2(np.exp(1j * phase))) / SIZE**2
    values: Floats = np.abs(field) ** 2
    return values


def mismatch(flat: Floats) -> np.float64:
    """The squared error of the image's amplitudes, relative to the picture's."""
    image = intensity(flat.reshape(SIZE, SIZE))
    value: np.float64 = np.sum((np.sqrt(image + 1e-12) - np.sqrt(target)) ** 2)
    return value


# %%
# L-BFGS starts at random phases.

start = np.random.default_rng(5).uniform(0.0, 2.0 * np.pi, SIZE * SIZE)
result = minimize(value_and_grad(mismatch), start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
phases = np.mod(result.x.reshape(SIZE, SIZE), 2.0 * np.pi)
print(f"mismatch {mismatch(start):.3f} at the start, {result.fun:.3f} after {result.nit} steps")
print(f"{np.sum(intensity(phases)[target > 0]):.0%} of the light falls on the picture")

# %%

figure, panels = plt.subplots(1, 3, layout="constrained", figsize=(9.0, 3.4))
panels[0].imshow(phases, cmap="twilight", vmin=0.0, vmax=2.0 * np.pi)
panels[1].imshow(np.sqrt(intensity(phases)), cmap="inferno")
panels[2].imshow(np.sqrt(target), cmap="inferno")
for axes, title in zip(panels, ("phases of the sheet", "its image", "the picture wanted"), strict=True):
    axes.set_axis_off()
    axes.set_title(title)
plt.show()
