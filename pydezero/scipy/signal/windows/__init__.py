"""The windows of `scipy.signal.windows` that have a parameter, which is differentiated, with SciPy's arguments."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.signal.windows.shapes import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
