# Made by `python -m tests.stubs`, not by hand.
"""The differentiable functions of `numpy.fft`, with NumPy's names, arguments and results."""

from collections.abc import Sequence
from pydezero.core.typed import array_function
from pydezero.core.types import Array
from pydezero.core.variable import Operand
from pydezero.functions.fft.transforms import Norm
from typing import overload

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]

@array_function
def fft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The discrete Fourier transform along an axis, of a cropped or padded with zeros to the length n.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fft(Variable(np.array([1.0, 2.0])))
    variable([ 3.+0.j -1.+0.j])
    """
    ...

@array_function
def fft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`fftn` along two axes, the last by default."""
    ...

@array_function
def fftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The `fft` along several axes, all of them by default, of a cropped or padded with zeros to the lengths s.

    Raises:
        ValueError: s has another length than axes.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fftn(Variable(np.array([[1.0, 2.0], [3.0, 4.0]])))
    variable([[10.+0.j -2.+0.j]
              [-4.+0.j  0.+0.j]])
    """
    ...

@array_function
def fftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Array:
    """A spectrum with the frequency 0 in the middle, along some axes, all of them by default.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> fftshift(Variable(np.array([0.0, 1.0, -1.0])))
    variable([-1.  0.  1.])
    """
    ...

@array_function
def hfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The `fft`, which is real, of a signal of n elements that is Hermitian: a is the first half of it.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> hfft(Variable(np.array([1.0, 2.0])))
    variable([ 3. -1.])
    """
    ...

@array_function
def ifft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The inverse of `fft` along an axis, of a cropped or padded with zeros to the length n.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ifft(Variable(np.array([3.0, -1.0])))
    variable([1.+0.j 2.+0.j])
    """
    ...

@array_function
def ifft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`ifftn` along two axes, the last by default."""
    ...

@array_function
def ifftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The inverse of `fftn`.

    Raises:
        ValueError: s has another length than axes.
    """
    ...

@array_function
def ifftshift(x: Operand, axes: int | Sequence[int] | None = None) -> Array:
    """The inverse of `fftshift`.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ifftshift(Variable(np.array([-1.0, 0.0, 1.0])))
    variable([ 0.  1. -1.])
    """
    ...

@array_function
def ihfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The inverse of `hfft`: the first half of the Hermitian signal with the real spectrum a.

    Raises:
        TypeError: a is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> ihfft(Variable(np.array([3.0, -1.0])))
    variable([1.-0.j 2.-0.j])
    """
    ...

@array_function
def irfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The inverse of `rfft`: n real elements, by default as many as are even, from half of their spectrum.

    The imaginary part of the first element, and of the last one where n is even, has no influence and no derivative.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> irfft(Variable(np.array([6.0, -2.0])))
    variable([2. 4.])
    """
    ...

@array_function
def irfft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`irfftn` along two axes, the last by default."""
    ...

@array_function
def irfftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The inverse of `rfftn`; the length of the last axis is by default the even one of the two that it may have.

    Raises:
        ValueError: s has another length than axes.
    """
    ...

@array_function
def rfft(a: Operand, n: int | None = None, axis: int = -1, norm: Norm = None) -> Array:
    """The first n // 2 + 1 elements of the `fft` of a real a, cropped or padded with zeros to the length n.

    Raises:
        TypeError: a is complex.

    >>> import numpy as np
    >>> from pydezero import Variable
    >>> rfft(Variable(np.array([1.0, 2.0, 3.0])))
    variable([ 6. +0.j         -1.5+0.8660254j])
    """
    ...

@array_function
def rfft2(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: Norm = None) -> Array:
    """`rfftn` along two axes, the last by default."""
    ...

@array_function
def rfftn(a: Operand, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: Norm = None) -> Array:
    """The `fftn` of a real a, without the second half of the last of its axes, which is conjugate to the first.

    Raises:
        TypeError: a is complex.
        ValueError: s has another length than axes.
    """
    ...
