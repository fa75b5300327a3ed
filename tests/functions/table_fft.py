"""The transforms of `numpy.fft`."""

from __future__ import annotations

from itertools import chain
from typing import Final

from tests.functions.case import Argument, ArrayCallable, any_case, case, real

# To and from complex numbers, or from half of a spectrum: these take real arrays as well as complex ones.
_OF_COMPLEX: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("fft", lambda m, x: m.fft.fft(x), real(2, 5)),
    ("fft n=3 ortho", lambda m, x: m.fft.fft(x, 3, norm="ortho"), real(4)),
    ("fft n=5 axis=0 forward", lambda m, x: m.fft.fft(x, n=5, axis=0, norm="forward"), real(3, 2)),
    ("fft of a transpose", lambda m, x: m.fft.fft(m.transpose(x)), real(2, 3)),
    ("fft of nothing", lambda m, x: m.fft.fft(x), real(0, 3)),
    ("ifft", lambda m, x: m.fft.ifft(x), real(5)),
    ("ifft n=2 ortho", lambda m, x: m.fft.ifft(x, 2, -1, "ortho"), real(2, 3)),
    ("ifft n=4 axis=1 forward", lambda m, x: m.fft.ifft(x, n=4, axis=1, norm="forward"), real(2, 3, 2)),
    ("irfft", lambda m, x: m.fft.irfft(x), real(2, 3)),
    ("irfft n=5 ortho", lambda m, x: m.fft.irfft(x, 5, norm="ortho"), real(3)),
    ("irfft n=3 axis=0 forward", lambda m, x: m.fft.irfft(x, n=3, axis=0, norm="forward"), real(4, 2)),
    ("irfft n=8", lambda m, x: m.fft.irfft(x, n=8), real(3)),
    ("irfft n=1", lambda m, x: m.fft.irfft(x, n=1), real(2)),
    ("hfft", lambda m, x: m.fft.hfft(x), real(2, 3)),
    ("hfft n=5 ortho", lambda m, x: m.fft.hfft(x, 5, norm="ortho"), real(3)),
    ("hfft n=2 axis=0 forward", lambda m, x: m.fft.hfft(x, n=2, axis=0, norm="forward"), real(4, 2)),
    ("fft2", lambda m, x: m.fft.fft2(x), real(2, 2, 3)),
    ("fft2 s, axes and norm", lambda m, x: m.fft.fft2(x, (3, 2), (0, 1), "ortho"), real(2, 3)),
    ("ifft2", lambda m, x: m.fft.ifft2(x, s=(-1, 4), axes=(1, 0)), real(2, 3)),
    ("irfft2", lambda m, x: m.fft.irfft2(x), real(2, 3)),
    ("irfft2 s", lambda m, x: m.fft.irfft2(x, (3, 3), norm="forward"), real(2, 3)),
    ("fftn", lambda m, x: m.fft.fftn(x), real(2, 2, 3)),
    ("fftn axes", lambda m, x: m.fft.fftn(x, axes=(0, -1), norm="forward"), real(2, 2, 3)),
    ("fftn an axis twice", lambda m, x: m.fft.fftn(x, axes=(1, 1)), real(2, 3)),
    ("fftn s", lambda m, x: m.fft.fftn(x, (3, 2), (1, 0)), real(3, 2)),
    ("ifftn", lambda m, x: m.fft.ifftn(x, norm="ortho"), real(2, 3)),
    ("irfftn", lambda m, x: m.fft.irfftn(x), real(2, 2, 3)),
    ("irfftn s", lambda m, x: m.fft.irfftn(x, s=(3, 5), axes=(2, 0)), real(3, 2, 2)),
    ("fftshift", lambda m, x: m.fft.fftshift(x), real(2, 3)),
    ("fftshift axes=0", lambda m, x: m.fft.fftshift(x, axes=0), real(3, 2)),
    ("fftshift axes", lambda m, x: m.fft.fftshift(x, (0, -1)), real(3, 1, 5)),
    ("ifftshift", lambda m, x: m.fft.ifftshift(x), real(2, 3)),
    ("ifftshift axes=1", lambda m, x: m.fft.ifftshift(x, axes=[1]), real(2, 5)),
)

_OF_REAL: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("rfft", lambda m, x: m.fft.rfft(x), real(2, 4)),
    ("rfft odd ortho", lambda m, x: m.fft.rfft(x, norm="ortho"), real(5)),
    ("rfft n=2 axis=0 forward", lambda m, x: m.fft.rfft(x, n=2, axis=0, norm="forward"), real(3, 2)),
    ("rfft n=6", lambda m, x: m.fft.rfft(x, 6), real(3)),
    ("rfft n=1", lambda m, x: m.fft.rfft(x, 1), real(2)),
    ("ihfft", lambda m, x: m.fft.ihfft(x), real(2, 4)),
    ("ihfft n=5 ortho", lambda m, x: m.fft.ihfft(x, 5, norm="ortho"), real(3)),
    ("ihfft n=3 axis=0 forward", lambda m, x: m.fft.ihfft(x, n=3, axis=0, norm="forward"), real(4, 2)),
    ("rfft2", lambda m, x: m.fft.rfft2(x), real(2, 3)),
    ("rfft2 s", lambda m, x: m.fft.rfft2(x, (3, 2), axes=(-1, 0), norm="ortho"), real(2, 3)),
    ("rfftn", lambda m, x: m.fft.rfftn(x), real(2, 2, 3)),
    ("rfftn s", lambda m, x: m.fft.rfftn(x, s=(-1, 4), axes=(2, 0)), real(3, 2, 2)),
)

FFT: Final = [
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _OF_COMPLEX),
    *chain.from_iterable(case(name, f, x) for name, f, x in _OF_REAL),
]
