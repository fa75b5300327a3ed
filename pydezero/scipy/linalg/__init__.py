"""The functions of `scipy.linalg` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of their parameters `overwrite_...`, `check_finite`, and those that choose
an algorithm, as `lapack_driver`, change no value: they are taken, and of Variables not regarded. Stacks of matrices,
along the axes before the last two, are taken as in `numpy.linalg`. The functions that `numpy.linalg` has too
(eigenvalues, singular values, QR, least squares, norms) have the derivatives that they have there, and SciPy's
parameters and results.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.linalg.banded import *
    from pydezero.scipy.linalg.decompositions import *
    from pydezero.scipy.linalg.least_squares import *
    from pydezero.scipy.linalg.lu_decomposition import *
    from pydezero.scipy.linalg.matrix_functions import *
    from pydezero.scipy.linalg.powers import *
    from pydezero.scipy.linalg.riccati import *
    from pydezero.scipy.linalg.solving import *
    from pydezero.scipy.linalg.special_matrices import *
    from pydezero.scipy.linalg.spectra import *
    from pydezero.scipy.linalg.sylvester import *
    from pydezero.scipy.linalg.toeplitz_systems import *
    from pydezero.scipy.linalg.tridiagonal import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
