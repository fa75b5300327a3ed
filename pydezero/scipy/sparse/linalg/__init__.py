"""Linear equations with a sparse matrix, differentiated in the right side and in the stored entries.

The names and arguments are those of `scipy.sparse.linalg`. Of arrays alone the functions compute what SciPy's do.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.sparse.linalg.direct import *
    from pydezero.scipy.sparse.linalg.iterative import *
    from pydezero.scipy.sparse.linalg.stabilized import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
