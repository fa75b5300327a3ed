"""NumPy's functions called with Variables: `np.sin(variable)`.

NumPy passes a call with a Variable among its arguments to `__array_ufunc__` (ufuncs) or `__array_function__` (all other
functions). These call our function of the same name, or the entry of a table where there is more to it. Functions whose
result is not differentiated (a comparison, a shape, an index) get plain arrays. Any other function raises a TypeError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydezero.core.operators import ArrayOperators
from pydezero.numpy_protocol.functions import FUNCTIONS, array_function
from pydezero.numpy_protocol.lookup import CREATION, INSTEAD, counterpart
from pydezero.numpy_protocol.ufuncs import NONDIFFERENTIABLE_UFUNCS, UFUNCS, array_ufunc

if TYPE_CHECKING:
    from pydezero.numpy_protocol import ufunc_methods as ufunc_methods
    from pydezero.numpy_protocol.creation import created as created

__all__ = [
    "CREATION",
    "FUNCTIONS",
    "INSTEAD",
    "NONDIFFERENTIABLE_UFUNCS",
    "UFUNCS",
    "counterpart",
    "install",
]


def install() -> None:
    """Give Variables the two methods that NumPy's functions call."""
    setattr(ArrayOperators, "__array_ufunc__", array_ufunc)  # noqa: B010  # a checker takes it for a declared method
    setattr(ArrayOperators, "__array_function__", array_function)  # noqa: B010  # likewise
