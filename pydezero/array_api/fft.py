"""The extension `fft` of the array API standard: discrete Fourier transforms of arrays and Variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pydezero.array_api.creation import check_device
from pydezero.functions.fft import fft as fft
from pydezero.functions.fft import fftn as fftn
from pydezero.functions.fft import fftshift as fftshift
from pydezero.functions.fft import hfft as hfft
from pydezero.functions.fft import ifft as ifft
from pydezero.functions.fft import ifftn as ifftn
from pydezero.functions.fft import ifftshift as ifftshift
from pydezero.functions.fft import ihfft as ihfft
from pydezero.functions.fft import irfft as irfft
from pydezero.functions.fft import irfftn as irfftn
from pydezero.functions.fft import rfft as rfft
from pydezero.functions.fft import rfftn as rfftn

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]


def fftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """The frequencies of the elements of `fft` of n samples at the distance d.

    >>> fftfreq(4)
    array([ 0.  ,  0.25, -0.5 , -0.25])
    """
    check_device(device, "fftfreq")
    return np.fft.fftfreq(n, d).astype(np.float64 if dtype is None else dtype, copy=False)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: DTypeLike | None = None, device: str | None = None) -> NDArray[Any]:
    """The frequencies of the elements of `rfft` of n samples at the distance d.

    >>> rfftfreq(4)
    array([0.  , 0.25, 0.5 ])
    """
    check_device(device, "rfftfreq")
    return np.fft.rfftfreq(n, d).astype(np.float64 if dtype is None else dtype, copy=False)
