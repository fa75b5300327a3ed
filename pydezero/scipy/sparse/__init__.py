"""Sparse arrays of which the stored entries may be Variables, and constant ones of SciPy times Variables.

`csr_array`, `csc_array` and `coo_array` take what SciPy's take, and make a `SparseArray`: stored entries, which are
differentiated, and their places, which are constant. For a sparse array of SciPy `A @ x` and `x @ A` of a Variable x
need nothing of this package.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.sparse import constant as constant
    from pydezero.scipy.sparse import linalg as linalg
    from pydezero.scipy.sparse.arrays import SparseArray, coo_array, csc_array, csr_array
else:
    from pydezero.lazy import attributes

    __getattr__, __dir__ = attributes(__name__)

__all__ = ["SparseArray", "coo_array", "csc_array", "csr_array"]
