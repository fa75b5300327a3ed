"""The cosine and sine transforms of `scipy.fft` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of their parameters `overwrite_x` and `workers` are left out. The Fourier
transforms, which `numpy.fft` has too, are differentiable by their names there.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.fft.real_transforms import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
