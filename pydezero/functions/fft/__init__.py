"""The differentiable functions of `numpy.fft`, with NumPy's names, arguments and results."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.fft.transforms import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
