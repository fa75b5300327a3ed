"""Draw functions and their derivatives: a formula, a neural network, a loop.

python examples/pictures.py [folder]

Writes Mermaid and DOT files, and images where Graphviz is installed, into the folder, or into a temporary one that is
removed at the end.
"""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero import Picture, Variable, draw, grad

Floats: TypeAlias = NDArray[np.float64]
Layers: TypeAlias = list[tuple[Floats, Floats]]

GRAPHVIZ = find_spec("graphviz") is not None and shutil.which("dot") is not None


def tanh(x: float) -> Any:
    e = np.exp(-2.0 * x)
    return (1.0 - e) / (1.0 + e)


def misfit(layers: Layers, x: Floats, y: Floats) -> np.floating[Any]:
    """The mean squared error of a network with layers (weights, bias)."""
    for weights, bias in layers[:-1]:
        x = np.tanh(x @ weights + bias)
    weights, bias = layers[-1]
    return np.mean((x @ weights + bias - y) ** 2)


def cooling(temperature: Floats, rate: float) -> np.float64:
    """Heat that spreads along a ring, in 50 steps."""
    for _ in range(50):
        left, right = np.roll(temperature, 1), np.roll(temperature, -1)
        temperature = temperature + rate * (left - 2 * temperature + right)
    return np.sum(temperature**2)


def by_hand() -> Picture:
    """A graph that was built without a transform, with names of our own."""
    x, weights = Variable(np.array([1.0, 2.0])), Variable(np.array([0.5, -0.5]))
    y = (np.tanh(weights * x) + 1).sum()
    return draw(y, name="by hand", names={x: "x", weights: "weights"})


def save(picture: Picture, folder: Path, name: str) -> None:
    for suffix in (".mmd", ".dot", *([".svg", ".png"] if GRAPHVIZ else [])):
        picture.save(folder / f"{name}{suffix}")
    groups = ", ".join(f"{group.count} repetitions drawn once" for group in picture.diagram.groups)
    print(f"{name:24} {len(picture.diagram.boxes):3} boxes")
    for said in filter(None, (", ".join(picture.diagram.parts), groups)):
        print(f"    {said}")


def main(folder: Path) -> None:
    derivative: Any = tanh
    save(draw(tanh)(0.5), folder, "tanh")
    for order in range(1, 5):
        derivative = grad(derivative)
        save(draw(derivative, name=f"tanh, derivative {order}")(0.5), folder, f"tanh_derivative_{order}")

    sizes = [2, 8, 8, 1]
    layers = [(np.ones((m, n)), np.ones(n)) for m, n in pairwise(sizes)]
    network = draw(grad(misfit))(layers, np.ones((16, 2)), np.ones((16, 1)))
    save(network, folder, "network_gradient")
    assert network.diagram.parts == ("forward", "backward")

    loop = draw(cooling)(np.ones(10), 0.1)
    save(loop, folder, "loop_of_50")
    assert [group.count for group in loop.diagram.groups] == [50]
    save(draw(grad(cooling))(np.ones(10), 0.1), folder, "loop_gradient")
    save(by_hand(), folder, "by_hand")

    print("\nA small one, as Mermaid:\n")
    print(draw(tanh)(0.5).to_mermaid().partition("    classDef")[0])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
        main(Path(sys.argv[1]))
    else:
        with TemporaryDirectory() as temporary:
            main(Path(temporary))
