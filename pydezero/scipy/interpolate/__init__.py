"""The interpolation of `scipy.interpolate` of Variables and of arrays, with SciPy's names and arguments.

The objects are like SciPy's: they have the same attributes and methods, and on arrays the same results. They may be
made of Variables, and called with them. Where two pieces of a polynomial meet, the derivative with respect to the place
is the mean of those of both.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.interpolate.akima import *
    from pydezero.scipy.interpolate.bsplines import *
    from pydezero.scipy.interpolate.cubic import *
    from pydezero.scipy.interpolate.grids import *
    from pydezero.scipy.interpolate.interpolating import *
    from pydezero.scipy.interpolate.monotone import *
    from pydezero.scipy.interpolate.piecewise import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
