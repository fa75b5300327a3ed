"""The texts in the boxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from pydezero.core.types import Array
from pydezero.pictures.diagram import PLACE
from pydezero.transforms.staging.text import short_form, shown

# A picture is to be read at a glance: what is longer is cut.
_LONGEST: Final = 32

# Parameters that shape and dtype of the result tell, or that are of no interest.
_LEFT_OUT: Final = frozenset({"shape", "dtype", "from_dtype", "order", "template"})

UNKNOWN: Final = "…"
"""Written in the place of an operand that was not kept, and of text that was cut."""


def cut(text: str) -> str:
    """The text in one line, cut where it is too long for a box."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + UNKNOWN


def number(x: Any) -> str:
    """A number, to five digits.

    >>> number(2), number(np.float64(-1)), number(1 / 3), number(1e-30)
    ('2', '-1.0', '0.33333', '1e-30')
    """
    x = x.item() if isinstance(x, np.generic | np.ndarray) else x
    if isinstance(x, complex) or (isinstance(x, float) and len(repr(x)) > 7):
        return f"{x:.5g}"
    return repr(x)


def contents(x: Array) -> str:
    """The title of a constant array: its value, if that is the same everywhere.

    >>> contents(np.full((2, 3), 0.5)), contents(np.arange(3))
    ('0.5', 'constant')
    """
    if not isinstance(x, np.ndarray | np.generic) or not x.size:
        return "constant"
    first = x.flat[0]
    return number(first) if bool(np.all(x == first)) else "constant"


def alike(name: str, operands: Iterable[str], more: str) -> str:
    """The text that operations of the same kind have in common, which leaves out their numbers and parameters."""
    places = "".join([PLACE if x == PLACE else UNKNOWN for x in operands])
    return f"{name} {places} {more}"


def parameters(params: Mapping[str, Any]) -> tuple[str, ...]:
    """A line with the parameters that are neither off (None, False) nor told by the result.

    >>> parameters({"axis": 0, "keepdims": False, "order": "C"})
    ('axis=0',)
    """
    said = [
        f"{key}={shown({}, x)}"
        for key, x in params.items()
        if key not in _LEFT_OUT and x is not None and x is not False
    ]
    return (cut(", ".join(said)),) if said else ()


def spec_line(shape: tuple[int, ...] | None, dtype: np.dtype[Any] | None) -> tuple[str, ...]:
    """A line with shape and dtype, as far as they are known.

    >>> spec_line((2, 3), np.dtype("f4")), spec_line((2,), None), spec_line(None, None)
    (('f32[2,3]',), ('[2]',), ())
    """
    if shape is None:
        return ()
    text = short_form(shape, np.dtype(np.float64) if dtype is None else dtype)
    return (text if dtype is not None else text[text.index("[") :],)
