"""What has a derivative in a function of SciPy's: the table of docs/scipy_arguments.md, which a test checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

# A function of one argument of the function in question, and the value at which its derivative is checked.
Call: TypeAlias = tuple[Callable[[Any], Any], Any]  # Any: a Variable or an array, in and out


@attrs.frozen(eq=False)
class Row:
    """A function of a package of `pydezero.scipy`, with its arguments.

    Attributes:
        name: as in "optimize.brentq".
        differentiated: for each argument with a derivative, by SciPy's name of it, a call.
        refused: for each argument that takes arrays and has no derivative, a call that raises for a Variable.
        note: what a reader should know besides.
    """

    name: str
    differentiated: Mapping[str, Call]
    refused: Mapping[str, Call] = attrs.field(factory=dict)
    note: str = ""
