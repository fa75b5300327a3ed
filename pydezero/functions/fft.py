"""The differentiable functions of `numpy.fft`, with NumPy's names, arguments and results."""

from __future__ import annotations

__all__: list[str] = []
