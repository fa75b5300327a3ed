"""The functions of `scipy.signal` of Variables and of arrays, with SciPy's names and arguments.

SciPy's own functions raise for a Variable. Of arrays alone the functions here compute what SciPy's do.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.scipy.signal import windows as windows
    from pydezero.scipy.signal.analog import *
    from pydezero.scipy.signal.analytic import *
    from pydezero.scipy.signal.cascades import *
    from pydezero.scipy.signal.convolution import *
    from pydezero.scipy.signal.cross_spectra import *
    from pydezero.scipy.signal.decimation import *
    from pydezero.scipy.signal.design import *
    from pydezero.scipy.signal.filters import *
    from pydezero.scipy.signal.finite import *
    from pydezero.scipy.signal.images import *
    from pydezero.scipy.signal.mapped import *
    from pydezero.scipy.signal.polyphase import *
    from pydezero.scipy.signal.resampling import *
    from pydezero.scipy.signal.responses import *
    from pydezero.scipy.signal.resynthesis import *
    from pydezero.scipy.signal.sections import *
    from pydezero.scipy.signal.short_time import *
    from pydezero.scipy.signal.smoothing import *
    from pydezero.scipy.signal.spectra import *
else:
    from pydezero.exports import EXPORTS
    from pydezero.lazy import attributes

    __all__ = list(EXPORTS[__name__])
    __getattr__, __dir__ = attributes(__name__)
