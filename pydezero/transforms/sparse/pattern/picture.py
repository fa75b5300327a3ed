"""Pictures of patterns: of characters for a terminal, and as a file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

# The dots of a character of Braille, four rows of two, as the bits of its code (Unicode 15, chapter 21.1).
_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_BLANK: Final = 0x2800

_LARGEST: Final = (160, 96)
"""The most dots of a picture in characters, across and down."""

_SUFFIXES: Final = (".png", ".svg", ".pdf")

Coordinates = tuple[NDArray[np.intp], NDArray[np.intp]]


def in_characters(shape: tuple[int, int], coordinates: Coordinates) -> str:
    """The nonzeros as dots of Braille characters; a dot of a large pattern stands for a rectangle of elements."""
    rows, columns = coordinates
    height, width = _scaled(shape)
    if not height or not width:
        return ""
    dots = np.zeros((-(-height // 4) * 4, -(-width // 2) * 2), bool)
    dots[rows * height // shape[0], columns * width // shape[1]] = True
    cells = dots.reshape(dots.shape[0] // 4, 4, dots.shape[1] // 2, 2)
    codes = _BLANK + np.einsum("aibj,ij->ab", cells, _DOTS)
    return "\n".join(["".join(map(chr, line)) for line in codes])


def _scaled(shape: tuple[int, int]) -> tuple[int, int]:
    """The height and width of a picture in dots, no larger than allowed and of the proportions of the pattern."""
    width, height = _LARGEST
    factor = min(1.0, width / max(shape[1], 1), height / max(shape[0], 1))
    return min(shape[0], max(1, round(shape[0] * factor))), min(shape[1], max(1, round(shape[1] * factor)))


def save(shape: tuple[int, int], coordinates: Coordinates, title: str, path: str | PathLike[str]) -> None:
    """Write a plot of the nonzeros into a file, in the format that its suffix names.

    Raises:
        ValueError: it ends in something else than .png, .svg or .pdf.
        ImportError: Matplotlib is not installed.
    """
    target = Path(path)
    if target.suffix.lower() not in _SUFFIXES:
        raise ValueError(
            f"save({str(path)!r}): a pattern is saved as {', '.join(_SUFFIXES)}; the name ends in "
            f"{target.suffix or 'none of them'!r}"
        )
    try:
        from matplotlib.figure import Figure  # an optional extra, and only plots need it
    except ImportError as error:
        raise ImportError("a plot of a pattern needs Matplotlib: pip install matplotlib") from error
    rows, columns = coordinates
    height, width = max(shape[0], 1), max(shape[1], 1)
    figure = Figure(figsize=(5.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    # A square of the size of an element, as far as it can be seen.
    points = min(72.0 * 4.5 / max(height, width), 12.0)
    axes.scatter(columns, rows, s=max(points, 0.5) ** 2, marker="s", linewidths=0, rasterized=len(rows) > _MANY)
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal", title=title)
    axes.set(xlabel="arguments", ylabel="results")
    figure.savefig(target, dpi=200)


_MANY: Final = 10_000
"""How many squares a vector format holds one by one."""
