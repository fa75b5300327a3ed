"""Constants that rules make, in the library of the arrays that they meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final, TypeVar, cast

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.bind import bind
from pydezero.core.foreign import as_model, is_delayed, placed
from pydezero.core.primitive import Linear, define
from pydezero.core.snapshot import is_array
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom

_F = TypeVar("_F", bound=Callable[..., Any])

_ON_HOST: Final = (np.ndarray, np.generic, bool, int, float, complex)


def beside(values: Any, *others: Array) -> Array:
    """A constant as an array of the library of the others: an ndarray as it is beside ndarrays and numbers.

    The libraries of GPUs take no ndarrays among their operands. So what a rule makes of indices, masks and lists goes
    to where the arrays are.
    """
    if isinstance(values, (*_ON_HOST, list, tuple)):
        model = foreign_among(others)
        if model is not None:
            return np.asarray(values, like=model)
    return values


def operand_beside(x: Any, *others: Any) -> Any:
    """An operand of the user's as `beside` gives it, if it is a number or a list: an ndarray stays where it is.

    A library of a GPU refuses it beside its own arrays, so that nothing large is moved silently.
    """
    return x if type(x) is np.ndarray and x.ndim else beside(x, *others)


def foreign_among(arrays: Any) -> Any:
    """The first array of another library among some, or under Variables among them; None if there is none."""
    for x in arrays:
        while type(x) is Variable:
            x = x._value
        if type(x) is not np.ndarray and not isinstance(x, _ON_HOST) and is_array(x) and not is_delayed(x):
            return x  # one that is computed later takes ndarrays among its operands
    return None


def everywhere(function: _F) -> _F:
    """A function that works element by element, and is written for ndarrays, for the arrays of all libraries."""

    @wraps(function)
    def computed(*args: Any, **params: Any) -> Any:
        model = foreign_among(args)
        if model is None:
            return function(*args, **params)
        if Variable not in map(type, args):
            return WORDS[type(model)].elementwise(partial(function, **params), *args)
        if not WORDS[type(model)].refusal:
            return function(*args, **params)
        # The function is differentiated on the host, where its own rules find what the other library lacks.
        out = function(*[_on_host(x) for x in args], **params)
        return bind(_put_p, out, like=np.zeros_like(model, shape=(0,)))

    return cast(_F, computed)  # cast: it has the parameters of the function


def _on_host(x: Any) -> Any:
    model = foreign_among((x,))
    return x if model is None else bind(_get_p, x, like=np.zeros_like(model, shape=(0,)))


def _get(x: Array, like: Array) -> Array:
    return WORDS[type(like)].on_host(x)


def _put(x: Array, like: Array) -> Array:
    return np.asarray(x, like=like)


# From another library to the host and back, each the transpose of the other. `like` is an array of that library.
_get_p: Final[Linear] = define(
    Linear,
    "to_host",
    _get,
    lambda g, like: bind(_put_p, g, like=like),
    batch=lambda batched, x, like: bind(_get_p, x, like=like),
)
_put_p: Final[Linear] = define(
    Linear,
    "from_host",
    _put,
    lambda g, like: bind(_get_p, g, like=like),
    batch=lambda batched, x, like: bind(_put_p, x, like=like),
)


def like(make: Callable[..., Array], x: Array, shape: tuple[int, ...], dtype: Any = None) -> Array:
    """The result of `np.zeros_like`, or a function like it, in a shape; CuPy takes the shape () for none."""
    model = bottom(x)
    if type(model) is not np.ndarray and is_delayed(model):
        # Of the shape of the model it has the chunks of the model, too.
        return placed(make(as_model(model, dtype), dtype=dtype, **({} if shape == model.shape else {"shape": shape})))
    if model.shape == shape:
        return make(model, dtype=dtype)
    made = make(model, dtype=dtype, shape=shape or (1,))
    return made if shape else np.reshape(made, ())


def as_plain(x: Any) -> Array:
    """An array of another library as it is, anything else as an ndarray."""
    return x if type(x) is np.ndarray or is_array(x) else np.asarray(x)


def only_if(**given: bool) -> dict[str, Any]:
    """Keyword arguments that are False by default, if they are not: other libraries do not know all of NumPy's."""
    return {name: value for name, value in given.items() if value}
