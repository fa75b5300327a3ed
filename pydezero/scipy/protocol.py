"""The table from SciPy's ufuncs to our functions, by which `scipy.special.gamma(variable)` is differentiated.

`pydezero.numpy_protocol` asks here for a ufunc that is not NumPy's, in a program that has imported `scipy.special`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pydezero.core.types import Array
from pydezero.exports import EXPORTS
from pydezero.scipy import special as ours
from pydezero.scipy.special.gammas import riemann
from pydezero.scipy.special.hurwitz import hurwitz
from pydezero.scipy.special.ufuncs import special as scipys

UFUNCS: Final[dict[np.ufunc, Callable[..., Array]]] = {
    getattr(scipys, name): getattr(ours, name)
    for name in EXPORTS["pydezero.scipy.special"]
    if isinstance(getattr(scipys, name, None), np.ufunc)  # an older SciPy lacks some
}

# Ufuncs without a public name. Functions of SciPy call them with their own arguments, unchanged.
_BEHIND_FUNCTIONS: Final[dict[str, Callable[..., Array]]] = {
    "_lambertw": ours.lambertw,
    "_riemann_zeta": riemann,
    "_zeta": hurwitz,
}


def counterpart(ufunc: np.ufunc) -> Callable[..., Array] | None:
    """Our function for a ufunc of `scipy.special`, if there is one."""
    return UFUNCS.get(ufunc) or _BEHIND_FUNCTIONS.get(ufunc.__name__)


def is_scipys(ufunc: np.ufunc) -> bool:
    """Whether a ufunc is one of `scipy.special`."""
    return getattr(scipys, ufunc.__name__, None) is ufunc or ufunc.__name__ in _BEHIND_FUNCTIONS
