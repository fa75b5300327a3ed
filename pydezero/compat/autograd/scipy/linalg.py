"""The namespace `scipy.linalg`: its functions that have a derivative, and the others as primitives without a rule."""

from __future__ import annotations

import scipy.linalg

from pydezero.compat.autograd.numpy.numpy_wrapper import wrap_namespace
from pydezero.scipy.linalg import *

wrap_namespace({name: getattr(scipy.linalg, name) for name in scipy.linalg.__all__ if name not in globals()}, globals())
