"""The functions of `scipy.linalg` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own take no Variables: they raise. Of its parameters `overwrite_...` and `check_finite` are left out: nothing is
ever overwritten here. Stacks of matrices, along the axes before the last two, are taken as `numpy.linalg` takes them.
What is in `numpy.linalg`, too (eigenvalues, singular values, QR, least squares, norms), is differentiable there.
"""

from pydezero.scipy.linalg import matrix_functions, solving, special_matrices
from pydezero.scipy.linalg.matrix_functions import *
from pydezero.scipy.linalg.solving import *
from pydezero.scipy.linalg.special_matrices import *

__all__: list[str] = []
__all__ += matrix_functions.__all__
__all__ += solving.__all__
__all__ += special_matrices.__all__
