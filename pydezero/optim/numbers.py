"""The numbers of an optimiser: learning rates that may change from step to step, decay rates, small constants."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.core.snapshot import is_array, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.messages import describe_structure

__all__ = ["Schedule"]

# A number, or an array that is broadcast against each leaf of the parameters.
Number: TypeAlias = float | np.number[Any] | NDArray[np.floating[Any]] | Variable


class Schedule(Protocol):
    """A learning rate that depends on the step: any function of the number of updates before this one."""

    def __call__(self, step: Any, /) -> Any:  # Any: numbers, or Variables in a transform
        """The learning rate of an update; `step` is the number of earlier updates."""
        ...


Rate: TypeAlias = Number | Schedule


def at_step(rate: Rate, step: Array) -> Array:
    """The learning rate of an update; `step` is the number of earlier updates.

    Raises:
        TypeError: a schedule returns no number.
        ValueError: it returns a negative one, or nan, where that is known.
    """
    if not callable(rate):
        return rate
    found: Array = rate(step)
    if not (is_number(found) or hasattr(found, "dtype")):
        raise TypeError(f"a schedule must return a number, got {describe_structure(found)}")
    is_right = isinstance(found, Variable) or found >= 0
    if not (is_right if isinstance(is_right, bool | np.bool) else np.all(is_right)):
        raise ValueError(f"a schedule must return a rate that is at least 0, got {found} for update {step}")
    return found


def weak(x: Array) -> Array:
    """A number of NumPy's as one of Python's, which leaves the dtype of an operation to the arrays."""
    if isinstance(x, np.generic) or (type(x) is np.ndarray and x.ndim == 0):
        return x.item()
    return x


def in_dtype_of(x: Array, dtype: np.dtype[Any]) -> Array:
    """A number for an operation with arrays of a dtype, whose result is to be of that dtype."""
    if isinstance(x, int | float | complex):
        return x
    real = np.empty(0, dtype).real.dtype
    return x if x.dtype == real else x.astype(real)


def check_rate(where: str, rate: Any, name: str = "learning_rate") -> None:
    """Raise a TypeError or ValueError unless something may be a learning rate: a schedule, or not negative.

    Of a schedule the first rate is asked for: a model can be called, too, but not with the number of a step.
    """
    if not callable(rate):
        check_numbers(where, name, rate)
        return
    try:
        at_step(rate, np.int64(0))
    except Exception as error:  # whatever is called may raise anything
        raise TypeError(
            f"{where}: {name} must be a number, an array, or a function of the number of earlier updates, got "
            f"{describe_structure(rate)}, for which the rate of update 0 raises {type(error).__name__}: {error}; "
            "parameters are passed to init and update"
        ) from error


def check_numbers(
    where: str, name: str, x: object, below: float | None = None, optional: bool = False, positive: bool = False
) -> None:
    """Raise unless something may be a rate or a constant of an optimiser.

    Of a Variable, and of a schedule, nothing is known before it is used.

    Args:
        where: the optimiser, for the message.
        name: the name of the argument.
        x: the argument.
        below: what all its elements must be smaller than.
        optional: it may be None.
        positive: its elements must be larger than zero, and not zero.

    Raises:
        TypeError: it is no number and no array of numbers.
        ValueError: it is negative, nan or too large.
    """
    if isinstance(x, Variable) or (x is None and optional):
        return
    if isinstance(x, bool) or not (is_number(x) or is_array(x)) or np.asarray(x).dtype.kind not in "iuf":
        raise TypeError(f"{where}: {name} must be a number or an array of real numbers, got {type(x).__name__}")
    elements = np.asarray(x)
    is_right = (elements > 0 if positive else elements >= 0) & (elements < (np.inf if below is None else below))
    if not np.all(is_right):
        least = "larger than 0" if positive else "at least 0"
        most = "finite" if below is None else f"less than {below}"
        raise ValueError(f"{where}: {name} must be {least} and {most}, got {x}")
