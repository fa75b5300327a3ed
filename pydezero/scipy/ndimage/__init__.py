"""The functions of `scipy.ndimage` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. `output=` may be a dtype; an array to write into is refused where there is a
Variable. Where SciPy's result has an integer dtype, it is rounded and has no derivative: there a Variable is refused,
too.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.ndimage.coordinates import *
    from pydezero.scipy.ndimage.filters import *
    from pydezero.scipy.ndimage.gaussian import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
