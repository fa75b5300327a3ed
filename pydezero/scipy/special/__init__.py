"""The functions of `scipy.special` that have a derivative, a file per subject, with SciPy's names and arguments.

`scipy.special.gamma(x)` and `special.gamma(x)` of this package compute the same. The functions that are no ufuncs in
SciPy (`logsumexp`, `softmax`, `polygamma`, ...) take Variables only here.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.special.bessel import *
    from pydezero.scipy.special.carlson import *
    from pydezero.scipy.special.combinatorial import *
    from pydezero.scipy.special.elementary import *
    from pydezero.scipy.special.elliptic import *
    from pydezero.scipy.special.entropy import *
    from pydezero.scipy.special.error import *
    from pydezero.scipy.special.gammas import *
    from pydezero.scipy.special.goodness_of_fit import *
    from pydezero.scipy.special.incomplete import *
    from pydezero.scipy.special.integrals import *
    from pydezero.scipy.special.kelvin import *
    from pydezero.scipy.special.logsums import *
    from pydezero.scipy.special.polynomials import *
    from pydezero.scipy.special.spherical import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
