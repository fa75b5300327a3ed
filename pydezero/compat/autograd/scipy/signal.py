"""`convolve` of `autograd.scipy.signal`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# Any: NumPy's stubs know no Variable.


def convolve(
    A: Any,  # noqa: N803  # autograd's name
    B: Any,  # noqa: N803  # autograd's name
    axes: tuple[Sequence[int], Sequence[int]] | None = None,
    dot_axes: tuple[Sequence[int], Sequence[int]] | None = None,
    mode: str = "full",
) -> Any:
    """The convolution of A and B along some axes, the sum of products over others, all pairs along the rest.

    Args:
        A: an array.
        B: another one.
        axes: the axes of A, and those of B, along which they are convolved; all by default.
        dot_axes: the axes of A, and those of B, over which products are summed.
        mode: "full", "same" or "valid", as in `scipy.signal.convolve`.

    Returns:
        An array with the axes of A and then those of B that are in neither, and then the convolved ones.

    >>> convolve(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0]))
    array([ 1., 12., 23., 30.])
    """
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"convolve: mode must be 'full', 'same' or 'valid', got {mode!r}")
    of_a, of_b = (list(range(np.ndim(A))), list(range(np.ndim(B)))) if axes is None else map(list, axes)
    dot_a, dot_b = ([], []) if dot_axes is None else map(list, dot_axes)
    rest_a = [i for i in range(np.ndim(A)) if i not in of_a + dot_a]
    rest_b = [i for i in range(np.ndim(B)) if i not in of_b + dot_b]
    lengths = [(np.shape(A)[i], np.shape(B)[j]) for i, j in zip(of_a, of_b, strict=True)]
    a = np.transpose(A, rest_a + dot_a + of_a)
    b = np.transpose(B, rest_b + dot_b + of_b)
    if mode == "valid" and any(m < n for m, n in lengths):
        if any(m > n for m, n in lengths):
            raise ValueError("convolve: mode 'valid' needs one array that is the larger one along all axes")
        windows, kernel, lengths = b, a, [(n, m) for m, n in lengths]
        swapped = True
    else:
        windows, kernel, swapped = a, b, False
    first = np.ndim(windows) - len(lengths)
    for k, (m, n) in enumerate(lengths):
        windows = _windows(windows, first + 2 * k, m, n, mode)
    kernel = np.flip(kernel, tuple(range(-len(lengths), 0)))
    letters = iter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def drawn(count: int) -> str:
        return "".join([next(letters) for _ in range(count)])

    ra, rb, dots, outs, inner = drawn(len(rest_a)), drawn(len(rest_b)), drawn(len(dot_a)), *map(drawn, [len(of_a)] * 2)
    pairs = "".join(i + j for i, j in zip(outs, inner, strict=True))
    of_windows, of_kernel = (rb, ra) if swapped else (ra, rb)
    return np.einsum(f"{of_windows}{dots}{pairs},{of_kernel}{dots}{inner}->{ra}{rb}{outs}", windows, kernel)


def _windows(x: Any, axis: int, length: int, size: int, mode: str) -> Any:
    """The windows of a size along an axis, which becomes two: their positions, and the places in a window."""
    before, after = {"valid": (0, 0), "full": (size - 1, size - 1), "same": (size // 2, (size - 1) // 2)}[mode]
    widths = [(0, 0)] * np.ndim(x)
    widths[axis] = (before, after)
    places = np.arange(length + before + after - size + 1)[:, None] + np.arange(size)
    return np.take(np.pad(x, widths), places, axis=axis)
