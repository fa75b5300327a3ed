"""The differentiable functions of `numpy.linalg`, with NumPy's names, arguments and results.

Conventions that they share:

- Functions of stacks of matrices work on the last two axes, as in NumPy.
- In no rule is a cotangent conjugated: for f: C -> R the gradient is df/dRe(z) - i df/dIm(z).
- A function that reads one triangle of a Hermitian matrix (`cholesky`, `eigh`, `eigvalsh`; `svd` and `pinv` with
  `hermitian`) gives a derivative to that triangle alone, because NumPy's result depends on nothing else.
- Where there is no derivative (eigenvectors of equal eigenvalues, a defective matrix, ...) a LinAlgError says so.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.linalg.decompositions import *
    from pydezero.functions.linalg.determinants import *
    from pydezero.functions.linalg.least_squares import *
    from pydezero.functions.linalg.norms import *
    from pydezero.functions.linalg.products import *
    from pydezero.functions.linalg.results import *
    from pydezero.functions.linalg.singular_values import *
    from pydezero.functions.linalg.solving import *
    from pydezero.functions.linalg.spectra import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = [name for name in EXPORTS[__name__] if not name.endswith("Result")]
    __getattr__, __dir__ = attributes(__name__)
