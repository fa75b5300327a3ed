"""The curves of the data sets: ordinary NumPy functions of their parameters and x.

Nothing here knows of derivatives. The parameters of a curve are a NamedTuple, in NIST's order (b1, b2, ...); the
gradient with respect to them is a NamedTuple of the same type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
P = TypeVar("P", bound=tuple[float, ...])


class Saturation(NamedTuple):
    limit: float
    rate: float


def saturation(p: Saturation, x: Floats) -> Floats:
    return p.limit * (1 - np.exp(-p.rate * x))


class Peak(NamedTuple):
    area: float  # under the peak, over sqrt(2 pi)
    width: float
    centre: float


def peak(p: Peak, x: Floats) -> Floats:
    return p.area / p.width * np.exp(-0.5 * ((x - p.centre) / p.width) ** 2)


class Growth(NamedTuple):
    limit: float
    shift: float
    rate: float
    shape: float


def growth(p: Growth, x: Floats) -> Floats:
    return p.limit / (1 + np.exp(p.shift - p.rate * x)) ** (1 / p.shape)


class Resonance(NamedTuple):
    level: float
    slope: float
    width: float
    centre: float


def resonance(p: Resonance, x: Floats) -> Floats:
    return p.level - p.slope * x - np.arctan(p.width / (x - p.centre)) / np.pi


class Quadratics(NamedTuple):
    scale: float
    top1: float
    bottom1: float
    bottom0: float


def quadratics(p: Quadratics, x: Floats) -> Floats:
    return p.scale * (x**2 + p.top1 * x) / (x**2 + p.bottom1 * x + p.bottom0)


class Cubics(NamedTuple):
    top0: float
    top1: float
    top2: float
    top3: float
    bottom1: float
    bottom2: float
    bottom3: float


def cubics(p: Cubics, x: Floats) -> Floats:
    top = p.top0 + p.top1 * x + p.top2 * x**2 + p.top3 * x**3
    return top / (1 + p.bottom1 * x + p.bottom2 * x**2 + p.bottom3 * x**3)


@attrs.frozen
class Model(Generic[P]):
    """A curve, and the type of its parameters."""

    parameters: Callable[..., P]
    curve: Callable[[P, Floats], Floats]


# By the name that the data files give them; Any: each has another type of parameters.
MODELS: Final[dict[str, Model[Any]]] = {
    "saturation": Model(Saturation, saturation),
    "peak": Model(Peak, peak),
    "growth": Model(Growth, growth),
    "resonance": Model(Resonance, resonance),
    "quadratics": Model(Quadratics, quadratics),
    "cubics": Model(Cubics, cubics),
}
