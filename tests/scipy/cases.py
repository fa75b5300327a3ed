"""The rows of SciPy's functions, as the tests of all rows take them."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import scipy.special

from pydezero.scipy import fft, linalg, special
from tests.functions.case import ArrayCallable, Case
from tests.scipy.table_fft import FFT
from tests.scipy.table_linalg import LINALG
from tests.scipy.table_special import SPECIAL

# No ufuncs, but they hand their arguments to one.
_HANDED_ON: Final = frozenset({"lambertw", "zeta"})


class _Dispatched:
    """`scipy.special`, as far as it takes Variables: its ufuncs. All else comes from `pydezero.scipy.special`."""

    def __getattr__(self, name: str) -> Any:
        scipys = getattr(scipy.special, name)
        return scipys if isinstance(scipys, np.ufunc) or name in _HANDED_ON else getattr(special, name)


def _row(case: Case, prefix: str, namespace: Any) -> Case:
    """The row of a table, through a namespace that is neither NumPy nor `pydezero.functions`."""
    function: ArrayCallable = case.function
    return attrs.evolve(
        case, name=f"{prefix}.{case.name}", function=lambda _, *arguments: function(namespace, *arguments)
    )


SCIPY: Final = [
    *[_row(case, "special", _Dispatched()) for case in SPECIAL],
    *[_row(case, "linalg", linalg) for case in LINALG],
    *[_row(case, "fft", fft) for case in FFT],
]
