"""The spiral and the sine curve of the book: small data sets that are made of random numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pydezero.transforms.boundary.arguments import check_count, check_rng

__all__ = ["sine_curve", "spiral"]


def spiral(
    rng: np.random.Generator, count: int = 100, classes: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points on the arms of a spiral, each arm a class: the data of step 48 of the book "Deep Learning from Scratch 3".

    The i-th of the points of an arm lies at the distance i / count from the middle, at the angle 4 (arm + i / count),
    with normal noise of 0.2. The points of all arms are shuffled.

    Args:
        rng: the Generator of the noise and of the order.
        count: the number of points of each arm.
        classes: the number of arms.

    Returns:
        The points, of shape (count * classes, 2), and the number of the arm of each.

    Raises:
        TypeError: rng is no Generator, a number no integer.
        ValueError: a number is less than 1.

    >>> x, labels = spiral(np.random.default_rng(0), count=50)
    >>> x.shape, np.bincount(labels)
    ((150, 2), array([50, 50, 50]))
    """
    check_rng("spiral", rng)
    check_count("spiral", "count", count)
    check_count("spiral", "classes", classes)
    labels = np.repeat(np.arange(classes), count)
    radius = np.tile(np.arange(count) / count, classes)
    angle = 4.0 * (labels + radius) + 0.2 * rng.normal(size=count * classes)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    order = rng.permutation(count * classes)
    return points[order], labels[order].astype(np.int64)


def sine_curve(
    rng: np.random.Generator, count: int = 1000, noise: float = 0.05
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A noisy sine curve and what follows each of its points: the data of step 59 of the book.

    It is one period of the sine at so many points, with uniform noise.

    Args:
        rng: the Generator of the noise.
        count: the number of points of the curve.
        noise: the largest difference from the sine.

    Returns:
        The curve without its last point, of shape (count - 1, 1), and without its first one, which is what is to be
        predicted.

    Raises:
        TypeError: rng is no Generator, count no integer.
        ValueError: count is less than 2, noise negative.

    >>> x, following = sine_curve(np.random.default_rng(0))
    >>> x.shape, bool(np.all(x[1:] == following[:-1]))
    ((999, 1), True)
    """
    check_rng("sine_curve", rng)
    check_count("sine_curve", "count", count, least=2)
    if not noise >= 0:
        raise ValueError(f"sine_curve: noise must be at least 0, got {noise}")
    curve = np.sin(np.linspace(0.0, 2.0 * np.pi, count)) + rng.uniform(-noise, noise, count)
    return curve[:-1, None].copy(), curve[1:, None].copy()
