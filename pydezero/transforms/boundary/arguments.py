"""What transforms take and how they call it: the checks of their arguments, positions, and the call of a function."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from typing import Any, Final, TypeGuard, TypeVar, cast

import numpy as np

from pydezero.core.operators import EscapeError
from pydezero.core.variable import Variable
from pydezero.lazy import load
from pydezero.transforms.boundary.messages import describe_structure, name_of

F = TypeVar("F", bound=Callable[..., Any])

# The words of NumPy, and what to write instead of what it refuses in them.
_INSTEAD: Final = {
    "Error setting single item of array": (
        "a.flat[i] = x cannot write a Variable x into an array, where its derivative would be lost. "
        "Write a = pydezero.at(a)[i].set(x) (v.at[i].set(x) of a Variable v), or build the array "
        "with np.where, np.stack or np.concatenate"
    ),
    "WRITEBACKIFCOPY": (
        "np.nditer cannot hand out a Variable, whose elements would lose their derivative. "
        "Write functions of whole arrays, or iterate over x.flat, whose elements are Variables"
    ),
}

# The flags in the code of a function that returns before it has computed anything.
_COMPUTES_LATER: Final = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


def names_argnums(transform: F) -> F:
    """A transform that answers to `argnum=`, the name in HIPS autograd, with the name that it has here."""

    @wraps(transform)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if "argnum" in kwargs:
            raise TypeError(
                f"{transform.__name__}(f): there is no argument argnum; write argnums={kwargs['argnum']!r} "
                "(pydezero.compat.autograd has argnum)"
            )
        return transform(*args, **kwargs)

    return cast(F, checked)  # cast: it has the overloads of the transform


def replaced(args: Sequence[Any], positions: Iterable[int], trees: Iterable[Any]) -> list[Any]:
    """Arguments with others in the places at these positions."""
    changed = list(args)
    for i, tree in zip(positions, trees, strict=True):
        changed[i] = tree
    return changed


def is_int(x: object) -> TypeGuard[int]:
    """Whether x is a Python or NumPy integer, and not a bool."""
    return isinstance(x, int | np.integer) and not isinstance(x, bool)


def check_count(where: str, name: str, x: object, least: int = 1) -> None:
    """Raise unless x is an integer that is large enough.

    Raises:
        TypeError: x is no integer.
        ValueError: x is less than `least`.
    """
    if not is_int(x):
        raise TypeError(f"{where}: {name} must be an integer, got {x!r}")
    if x < least:
        raise ValueError(f"{where}: {name} must be at least {least}, got {x}")


def check_flag(where: str, name: str, x: object) -> None:
    """Raise unless x is True or False: of a string or an array somebody meant something else.

    Raises:
        TypeError: it is neither.
    """
    if not isinstance(x, bool | np.bool_):
        raise TypeError(f"{where}: {name} must be True or False, got {x!r}")


def check_rng(where: str, rng: object) -> None:
    """Raise unless random numbers can be drawn.

    Raises:
        TypeError: rng is no generator.
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{where}: rng must be a numpy.random.Generator, got {type(rng).__name__}; write np.random.default_rng(0)"
        )


def kept_argnums(argnums: int | Sequence[int], where: str) -> int | Sequence[int]:
    """The argument of a transform as it is now, when the function is made, and not a list that may change.

    Raises:
        TypeError: it is a number that is no integer, or an array: somebody means the point at which to differentiate.
    """
    given: object = argnums
    if isinstance(given, float | complex | np.ndarray | Variable):
        raise TypeError(
            f"{where}: argnums must be an int or a tuple of ints, got {given!r}; the arguments go to "
            "what it returns: write grad(f)(x), not grad(f, x)"
        )
    return tuple(argnums) if isinstance(argnums, list) else argnums


def chosen_positions(argnums: int | Sequence[int], count: int, where: str) -> list[int]:
    """The positions that `argnums` names, among so many arguments.

    Raises:
        TypeError: one of them was not given, or argnums holds something else than integers.
        ValueError: one of them is named twice.
    """
    if type(argnums) is int and 0 <= argnums < count:
        return [argnums]
    numbers = [argnums] if is_int(argnums) else list(argnums) if isinstance(argnums, Sequence) else []
    if not numbers or not all(map(is_int, numbers)):
        raise TypeError(f"{where}: argnums must be an int or a tuple of ints, got {argnums!r}")
    for i in numbers:
        if not -count <= i < count:
            raise TypeError(
                f"{where}: argnums is {argnums}, but the number of positional arguments given is {count}; "
                "arguments to differentiate with respect to are passed by position"
            )
    found = [i % count for i in numbers]
    if len(set(found)) != len(found):
        raise ValueError(f"{where}: argnums {argnums} names an argument twice")
    return found


def fixed_positions(argnums: int | Sequence[int]) -> tuple[tuple[int, ...], float]:
    """The positions that `argnums` names, and the largest of them; infinity where they depend on the arguments."""
    numbers = (argnums,) if type(argnums) is int else argnums
    if type(numbers) is tuple and numbers and all(type(i) is int and i >= 0 for i in numbers):
        return (numbers, max(numbers)) if len(set(numbers)) == len(numbers) else ((), math.inf)
    return (), math.inf


def call(f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call the user's function, with the error that it should get where NumPy puts another in its place."""
    try:
        return f(*args, **kwargs)
    except Exception as error:
        note_error(error, f, args, kwargs)
        raise


def note_error(error: Exception, f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Raise the error that f should give in the place of another, or add to it what the user needs to know.

    Raises:
        EscapeError: it is the cause of the error.
    """
    if isinstance(error, TypeError | ValueError):
        raise_escape(error)
        load("pydezero.transforms.boundary", "note_read_only")(error, f, args, kwargs)
        load("pydezero.transforms.boundary", "note_variable")(error)
    if isinstance(error, TypeError | AttributeError):
        load("pydezero.transforms.boundary", "note_list")(error, args)
    if "scipy" in sys.modules:
        load("pydezero.functions.methods", "note_scipys")(error)


def raise_escape(error: TypeError | ValueError) -> None:
    """Raise the EscapeError that NumPy has put another error in the place of, if this is one.

    `a[0] = x` asks a Variable x for a float, which raises and says what to write instead; but NumPy then reports a
    sequence where an element was expected, with the error that says more as its cause. Where it keeps no cause, its own
    words tell.
    """
    cause = error.__cause__
    if isinstance(cause, EscapeError):
        raise cause.with_traceback(error.__traceback__) from None
    for words, advice in _INSTEAD.items():
        if words in str(error):
            raise EscapeError(advice) from error


def result_and_aux(output: Any, where: str) -> tuple[Any, Any]:
    """The result of a function with has_aux, and what it returned beside it.

    Raises:
        TypeError: the function did not return a pair.
    """
    if not (isinstance(output, tuple) and len(output) == 2):
        raise TypeError(
            f"{where} with has_aux: the function must return a pair (y, aux), got {describe_structure(output)}"
        )
    return output


def check_function(f: object, transform: str, verb: str = "differentiates") -> str:
    """The name of a transformed function for error messages, as "grad(f)".

    Raises:
        TypeError: f is not a function, or is one that computes nothing before it is iterated or awaited.
    """
    if not callable(f):
        raise TypeError(
            f"{transform}(f): f must be a function, got {describe_structure(f)}; "
            f"write {transform}(f)(x), which {verb} f, not {transform}(f(x))"
        )
    where = f"{transform}({name_of(f)})"
    code = getattr(f, "__code__", None)
    if code is not None and code.co_flags & _COMPUTES_LATER:
        raise TypeError(
            f"{where}: a generator or async function returns before it has computed anything; "
            "write a function that returns its result"
        )
    return where
