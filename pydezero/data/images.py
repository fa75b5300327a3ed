"""Transforms of images for training: shifted and scaled, flipped, cropped.

Images are arrays whose last two axes are height and width: (examples, height, width) or (examples, channels, height,
width). The results are fresh arrays.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.snapshot import is_number
from pydezero.transforms.boundary.arguments import check_count, check_rng, is_int

__all__ = ["crop", "flip", "normalise"]

# The dtype of images, which a transform that moves pixels keeps.
D = TypeVar("D", bound=np.generic)


def normalise(x: NDArray[Any], mean: ArrayLike, std: ArrayLike) -> NDArray[Any]:
    """(x - mean) / std, in floats.

    Args:
        x: an array of any shape; integers become float64.
        mean: a number, or an array that is broadcast against x, such as of shape (channels, 1, 1): that of the data
            that is trained with, also where other data is normalised.
        std: likewise, all elements larger than 0.

    Raises:
        TypeError: one of these is complex, or holds something else than numbers.
        ValueError: an element of std is not larger than 0, or the shapes do not fit.

    >>> normalise(np.array([0, 255], dtype=np.uint8), 0.0, 255.0)
    array([0., 1.])
    """
    values, middle, scale = np.asarray(x), np.asarray(mean), np.asarray(std)
    for name, part in (("x", values), ("mean", middle), ("std", scale)):
        if part.dtype.kind not in "fiub":
            raise TypeError(f"normalise: {name} must be real numbers, got {part.dtype}")
    if values.dtype.kind != "f":
        values = values.astype(np.float64)
    if not np.all(scale > 0):
        raise ValueError(
            f"normalise: std must be larger than 0, and is not at {np.count_nonzero(~(scale > 0))} of {scale.size} "
            "places; where the data does not vary, take 1: np.where(std > 0, std, 1.0)"
        )
    for name, part in (("mean", middle), ("std", scale)):
        try:
            fits = np.broadcast_shapes(part.shape, values.shape) == values.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"normalise: {name} of shape {part.shape} cannot be broadcast against x of shape {values.shape}; "
                "for a value of each channel make it of shape (channels, 1, 1)"
            )
    normalised: NDArray[Any] = (values - middle.astype(values.dtype)) / scale.astype(values.dtype)
    return normalised


def flip(images: NDArray[D], rng: np.random.Generator, probability: float = 0.5) -> NDArray[D]:
    """Mirror each image, left to right, with a probability.

    Raises:
        TypeError: rng is no Generator, or the probability no number.
        ValueError: images has fewer than three axes, or the probability is not from 0 to 1.

    >>> images = np.arange(8).reshape(2, 2, 2)
    >>> flip(images, np.random.default_rng(1), probability=1.0)[0]
    array([[1, 0],
           [3, 2]])
    """
    check_rng("flip", rng)
    _check_images("flip", images)
    if not is_number(probability):
        raise TypeError(f"flip: probability must be a number, got {type(probability).__name__}")
    if not 0 <= probability <= 1:
        raise ValueError(f"flip: probability must be from 0 to 1, got {probability}")
    turned = rng.random(len(images)) < probability
    return np.where(turned.reshape(-1, *[1] * (images.ndim - 1)), images[..., ::-1], images)


def crop(images: NDArray[D], size: int | tuple[int, int], rng: np.random.Generator, padding: int = 0) -> NDArray[D]:
    """Cut a window out of each image, at a random place.

    Args:
        images: images, see the module.
        size: height and width of the windows, a number where they are equal.
        rng: the Generator that draws the places.
        padding: the number of rows and columns of zeros that are put around each image first.

    Returns:
        An array of shape (examples, ..., height, width) and the dtype of the images.

    Raises:
        TypeError: rng is no Generator, a number no integer.
        ValueError: images has fewer than three axes, or a window is larger than an image with its padding.

    >>> images = np.arange(18).reshape(2, 3, 3)
    >>> crop(images, 2, np.random.default_rng(0))
    array([[[ 4,  5],
            [ 7,  8]],
           [[12, 13],
            [15, 16]]])
    """
    check_rng("crop", rng)
    _check_images("crop", images)
    sizes: Any = (size, size) if is_int(size) else size  # Any: it is checked
    if not isinstance(sizes, tuple) or len(sizes) != 2:
        raise TypeError(f"crop: size must be an integer, or a height and a width, got {size!r}")
    for name, length in zip(("height", "width"), sizes, strict=True):
        check_count("crop", f"the {name}", length)
    check_count("crop", "padding", padding, least=0)
    around = [(0, 0)] * (images.ndim - 2) + [(padding, padding)] * 2
    padded = np.pad(images, around) if padding else images
    spare = [have - want for have, want in zip(padded.shape[-2:], sizes, strict=True)]
    if min(spare) < 0:
        raise ValueError(
            f"crop: a window of {sizes[0]} x {sizes[1]} is larger than the images of {padded.shape[-2]} x "
            f"{padded.shape[-1]} with their padding"
        )
    tops, lefts = [rng.integers(0, length + 1, len(images)) for length in spare]
    windows = [
        image[..., top : top + sizes[0], left : left + sizes[1]]
        for image, top, left in zip(padded, tops, lefts, strict=True)
    ]
    return np.stack(windows) if windows else padded[..., : sizes[0], : sizes[1]].copy()


def _check_images(where: str, images: Any) -> None:  # Any: it is checked
    if not isinstance(images, np.ndarray) or images.ndim < 3:
        raise ValueError(
            f"{where}: images must be an array of shape (examples, ..., height, width), got "
            f"{f'shape {images.shape}' if isinstance(images, np.ndarray) else type(images).__name__}"
        )
