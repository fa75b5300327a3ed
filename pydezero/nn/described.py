"""Parameters and functions in a word, by which a model prints on a line."""

from __future__ import annotations

import numpy as np

from pydezero.core.variable import Variable
from pydezero.transforms.staging.text import short_form


def described(x: object) -> str:
    """The dtype and the shape of an array, the name of a function; what else it is, as it prints.

    >>> described(np.ones((3, 4))), described(np.tanh)
    ('f64[3,4]', 'tanh')
    """
    if isinstance(x, Variable | np.ndarray):
        return short_form(x.shape, x.dtype)
    return str(getattr(x, "__name__", repr(x)))
