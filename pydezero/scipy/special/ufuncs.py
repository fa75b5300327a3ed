"""`scipy.special` with its ufuncs, which are what NumPy's protocols hand to a Variable.

With `SCIPY_ARRAY_API=1` in the environment SciPy puts functions around them, which look for the namespace of their
arguments, and take no arrays beside Variables.
"""

from __future__ import annotations

from inspect import unwrap
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy import special as special
else:
    from scipy import special as _public

    def _bare(function: Any) -> Any:
        inside = unwrap(function) if callable(function) else function
        return inside if isinstance(inside, np.ufunc) else function

    special = _public
    if not isinstance(_public.gamma, np.ufunc):
        special = ModuleType(_public.__name__)
        special.__dict__.update({name: _bare(value) for name, value in vars(_public).items()})

__all__ = ["special"]
