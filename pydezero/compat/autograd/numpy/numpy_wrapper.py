"""Names that programs import from `autograd.numpy.numpy_wrapper`: those of NumPy, and `wrap_namespace`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from pydezero.compat.autograd.extend import primitive
from pydezero.compat.autograd.numpy import *


def wrap_namespace(old: Mapping[str, Any], new: MutableMapping[str, Any]) -> None:
    """Put the public names of one namespace into another, functions as primitives without a rule.

    `extend.defvjp` and `extend.defjvp` define their rules. Without one they take arrays, and raise for Variables that
    are differentiated.

    >>> from typing import Any
    >>> import scipy.linalg
    >>> names: dict[str, Any] = {}
    >>> wrap_namespace(vars(scipy.linalg), names)
    >>> float(names["pinv"]([[2.0]])[0, 0])
    0.5
    """
    for name, thing in old.items():
        if not name.startswith("_"):
            new[name] = primitive(thing) if callable(thing) and not isinstance(thing, type) else thing
