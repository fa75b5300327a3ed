"""The functions of `scipy.optimize` whose solutions have derivatives, with SciPy's names and arguments.

The solution is SciPy's own; its derivative with respect to what the function depends on follows from the equation that
it solves (the implicit function theorem), by one system of linear equations in forward or reverse mode. See
`pydezero.custom_root` for other solvers.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.optimize.fitting import *
    from pydezero.scipy.optimize.least import *
    from pydezero.scipy.optimize.linear import *
    from pydezero.scipy.optimize.minima import *
    from pydezero.scipy.optimize.roots import *
    from pydezero.scipy.optimize.scalar_minima import *
    from pydezero.scipy.optimize.scalar_roots import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
