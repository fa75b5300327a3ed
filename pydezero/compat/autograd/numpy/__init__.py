"""NumPy's namespace: its own functions, which take Variables, and those that need help to find them.

NumPy passes a call to this library where an argument is a Variable. It does not look into lists, and not at what makes
an array; `array` and the others of `wrappers` do. To a type checker all of it is NumPy's.
"""

from typing import TYPE_CHECKING

from numpy import *
from numpy import __version__ as __version__

from pydezero.compat.autograd.numpy.wrappers import make_diagonal as make_diagonal

if not TYPE_CHECKING:
    # In this form they are imported, although NumPy's have the names already.
    import pydezero.compat.autograd.numpy.fft as fft  # noqa: F401  # a name of this namespace
    import pydezero.compat.autograd.numpy.linalg as linalg  # noqa: F401  # a name of this namespace
    import pydezero.compat.autograd.numpy.numpy_boxes as numpy_boxes  # noqa: F401  # a name of this namespace
    import pydezero.compat.autograd.numpy.numpy_vjps as numpy_vjps  # noqa: F401  # a name of this namespace
    import pydezero.compat.autograd.numpy.numpy_wrapper as numpy_wrapper  # noqa: F401  # which takes all names above
    import pydezero.compat.autograd.numpy.random as random  # noqa: F401  # a name of this namespace
    from pydezero.compat.autograd.numpy.wrappers import *
