"""SciPy's functions of Variables: the names of its packages that have a derivative.

Most functions of `scipy.special` are ufuncs, so `scipy.special.gamma(x)` is differentiable as it stands; the function
of that name here is the same, typed. SciPy's functions that are no ufuncs (`scipy.special.logsumexp`, all of
`scipy.linalg`, `scipy.fft`, `scipy.signal` and `scipy.sparse.linalg`) raise for a Variable; the functions of the same
names here take both arrays and Variables.

Nothing of SciPy is imported unless this package is, or the program imports `scipy.special` itself.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "fft",
    "integrate",
    "interpolate",
    "linalg",
    "ndimage",
    "optimize",
    "protocol",
    "signal",
    "sparse",
    "spatial",
    "special",
    "stats",
]

if TYPE_CHECKING:
    from pydezero.scipy import fft as fft
    from pydezero.scipy import integrate as integrate
    from pydezero.scipy import interpolate as interpolate
    from pydezero.scipy import linalg as linalg
    from pydezero.scipy import ndimage as ndimage
    from pydezero.scipy import optimize as optimize
    from pydezero.scipy import protocol as protocol
    from pydezero.scipy import signal as signal
    from pydezero.scipy import sparse as sparse
    from pydezero.scipy import spatial as spatial
    from pydezero.scipy import special as special
    from pydezero.scipy import stats as stats
else:
    from pydezero.lazy import attributes

    __getattr__, __dir__ = attributes(__name__)

try:
    import_module("scipy")
except ImportError as _error:
    raise ImportError("pydezero.scipy needs SciPy: pip install pydezero[scipy]") from _error
