"""Whether an array is nobody else's, so that a graph may keep it without a copy: the count of references to it.

In `np.vander(t, 4) @ x` nobody refers to the matrix but the interpreter, on the stack of the operator, and whom that
calls. An operator is the only way for which this can be told. A function may be called by `functools.partial`, with the
arguments in a tuple of the user's (`np.matmul(*pair)`) or by C code, all of which hold a reference in the place of the
stack's; so an array counts as a temporary only where the caller's frame is at an operator.

Too high a count leads to a copy: a trace function that reads the locals of a frame makes one. A temporary is made
read-only when it is kept, so that where C code hides a reference behind an operator (arrays of objects, whose elements
are arrays) a later write raises.
"""

from __future__ import annotations

import sys
from opcode import opmap
from sys import getrefcount
from types import CodeType, FrameType
from typing import Any, Final

import numpy as np

from pydezero.core.snapshot import freeze
from pydezero.core.types import NDArray


class _Probe:
    """An operand that counts the references to the other one."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, x: NDArray[Any], *rest: object, **kwargs: object) -> int:
        return getrefcount(x)


def _references_of_dispatch() -> int:
    probe: Any = _Probe()  # NumPy's stubs know no operand like this one
    found: int = np.empty(0) * probe
    return found


# Python 3.14 puts local variables on the stack without counting them, and other interpreters do not count at all.
COUNTS: Final = (
    sys.implementation.name == "cpython"
    and sys.version_info < (3, 14)
    and getattr(sys, "_is_gil_enabled", lambda: True)()
)
"""Whether the count of references to an object tells how many there are."""
_OPERATOR: Final = opmap.get("BINARY_OP")

# The references to a temporary among the operands of an operator that calls a Python function: that of the stack, that
# of the function's parameter, that of the parameter of getrefcount. Where NumPy is in between it holds two more, or
# fewer, should it be written otherwise one day.
_DIRECT: Final = 3
_DISPATCHED: Final = min(_references_of_dispatch(), _DIRECT + 2)

# The code of `__array_ufunc__`, which is between an operator of an ndarray and our function.
_dispatchers: set[CodeType] = set()


def register_dispatcher(code: CodeType) -> None:
    """Name the code of the method that NumPy calls for an operator."""
    _dispatchers.add(code)


def freeze_temporary(x: NDArray[Any], references: int, frame: FrameType, *, own: int) -> None:
    """Make an operand read-only if it is a temporary, so that a graph may keep it: if the user cannot refer to it.

    `references` is the count by `getrefcount`, `frame` the one that has called the function of the operator, `own` the
    number of references that our variables hold, without the parameter of that function.
    """
    if _is_temporary(references, frame, own) and owns_memory(x):
        freeze(x)


def _is_temporary(references: int, frame: FrameType, own: int) -> bool:
    caller: FrameType | None = frame
    most = _DIRECT + own
    if frame.f_code in _dispatchers:
        # The parameter of the dispatcher is one reference more, and NumPy's are counted with it.
        caller, most = frame.f_back, _DISPATCHED + own + 1
    if not COUNTS or references > most or caller is None or caller.f_lasti < 0:
        return False
    return caller.f_code.co_code[caller.f_lasti] == _OPERATOR


def owns_memory(x: NDArray[Any]) -> bool:
    """Whether x may be written into, and nothing that it is a view of is of use to anybody else."""
    if not x.flags.writeable:
        return False
    # The memory of a view of all of it is as good as its own where the view has the only reference to it.
    if x.base is None:
        return x.flags.owndata
    return (
        type(x.base) is np.ndarray and x.base.nbytes == x.nbytes and getrefcount(x.base) == 2 and x.base.flags.owndata
    )
