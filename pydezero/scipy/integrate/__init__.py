"""The functions of `scipy.integrate` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. These are differentiable in limits, initial states and times, in `args`, and
in the Variables that a user's function captures. What they compute of plain arrays is what SciPy computes.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.integrate.boundary_values import *
    from pydezero.scipy.integrate.initial_value import *
    from pydezero.scipy.integrate.lsoda import *
    from pydezero.scipy.integrate.quadrature import *
    from pydezero.scipy.integrate.samples import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
