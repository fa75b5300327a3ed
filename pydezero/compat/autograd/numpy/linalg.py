"""The namespace `numpy.linalg`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.linalg import *

from pydezero.compat.autograd.numpy.wrappers import of_lists

# Any: NumPy's stubs know no Variable.
norm: Callable[..., Any] = of_lists(np.linalg.norm)  # type: ignore[no-redef, unused-ignore]  # in the place of NumPy's
