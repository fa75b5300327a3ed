"""The functions of `scipy.special` that have a derivative, a file per subject, with SciPy's names and arguments.

`scipy.special.gamma(x)` and `special.gamma(x)` of this package compute the same. What is no ufunc in SciPy
(`logsumexp`, `softmax`, `polygamma`, ...) takes Variables only here.
"""

from pydezero.scipy.special import (
    bessel,
    elementary,
    entropy,
    error,
    gammas,
    incomplete,
    integrals,
    logsums,
    polynomials,
    spherical,
)
from pydezero.scipy.special.bessel import *
from pydezero.scipy.special.elementary import *
from pydezero.scipy.special.entropy import *
from pydezero.scipy.special.error import *
from pydezero.scipy.special.gammas import *
from pydezero.scipy.special.incomplete import *
from pydezero.scipy.special.integrals import *
from pydezero.scipy.special.logsums import *
from pydezero.scipy.special.polynomials import *
from pydezero.scipy.special.spherical import *

__all__: list[str] = []
__all__ += bessel.__all__
__all__ += elementary.__all__
__all__ += entropy.__all__
__all__ += error.__all__
__all__ += gammas.__all__
__all__ += incomplete.__all__
__all__ += integrals.__all__
__all__ += logsums.__all__
__all__ += polynomials.__all__
__all__ += spherical.__all__
