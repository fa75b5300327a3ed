"""The functions of `scipy.spatial.distance` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Where two points are equal their distance has a kink, at which the
derivative is taken to be 0, as that of a norm is.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.spatial.distance.pairs import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
