"""Functions whose results are not differentiated: comparisons, tests, indices, shapes.

They see the values under the transforms that differentiate. A Variable that stands for more than one value (a batch, a
traced value) remains a Variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from inspect import signature
from typing import Any, Final, TypeAlias

import numpy as np

from pydezero.core.batching import elementwise
from pydezero.core.bind import bind
from pydezero.core.foreign import OPERAND_ERRORS, arrayed, as_model, is_delayed, placed, raise_mixed
from pydezero.core.primitive import BatchRule, Nondifferentiable, define, static_shape
from pydezero.core.snapshot import is_array
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, shape_of, undifferentiated
from pydezero.lazy import load

_Functions: TypeAlias = frozenset[Callable[..., Any]]


def _functions(*functions: Callable[..., Any]) -> _Functions:
    return frozenset(functions)


_OF_SHAPE: Final[_Functions] = _functions(
    np.can_cast,
    np.common_type,
    np.diag_indices_from,
    np.iscomplexobj,
    np.isrealobj,
    np.ndim,
    np.result_type,
    np.shape,
    np.size,
    np.tril_indices_from,
    np.triu_indices_from,
)
_LIKE: Final[_Functions] = _functions(np.empty_like, np.ones_like, np.zeros_like)
# Functions of the plain arrays under the Variables: no derivative depends on their results.
_OF_BOTTOM: Final[_Functions] = _functions(
    np.array2string, np.array_repr, np.array_str, np.may_share_memory, np.shares_memory
)
# Functions of one known value: the shape or kind of their results depends on the values.
_OF_ONE_VALUE: Final[_Functions] = _functions(np.min_scalar_type)
_SHAPED_BY_VALUES: Final[_Functions] = _functions(np.argwhere, np.flatnonzero, np.nonzero)
# The default of their parameter `axis`, of which None means all axes.
_WITH_AXIS: Final[dict[Callable[..., Any], int | None]] = {np.all: None, np.any: None, np.count_nonzero: None}
# Likewise, but None means the one axis of all elements in a row.
_OF_ONE_AXIS: Final[dict[Callable[..., Any], int | None]] = {
    np.argmax: None,
    np.argmin: None,
    np.argpartition: -1,
    np.argsort: -1,
    np.nanargmax: None,
    np.nanargmin: None,
    np.packbits: None,
    np.unpackbits: None,
}
_ELEMENTWISE: Final[_Functions] = _functions(np.iscomplex, np.isclose, np.isneginf, np.isposinf, np.isreal)
_WITH_RULE: Final[_Functions] = _functions(
    np.allclose, np.array_equal, np.array_equiv, np.digitize, np.isin, np.linalg.matrix_rank, np.searchsorted
)
# Functions of sequences of arrays, or with several results: they are composed of primitives by these.
_COMPOSED: Final[_Functions] = _functions(np.lexsort, np.ravel_multi_index, np.unravel_index)
# The number of first parameters that are arrays, where it is not 1, and the name of a further one that is an array.
_ARRAYS: Final[dict[Callable[..., Any], int]] = {
    np.isclose: 2,
    **dict.fromkeys(_WITH_RULE, 2),
    np.linalg.matrix_rank: 1,
}
_LAST_ARRAY: Final = "sorter"

_OF_ARRAYS: Final[_Functions] = _ELEMENTWISE | _SHAPED_BY_VALUES | {*_WITH_AXIS, *_OF_ONE_AXIS, *_WITH_RULE}

NONDIFFERENTIABLE_FUNCTIONS: Final[_Functions] = _OF_ARRAYS | _OF_SHAPE | _LIKE | _OF_BOTTOM | _OF_ONE_VALUE | _COMPOSED


def nondifferentiable(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of `NONDIFFERENTIABLE_FUNCTIONS`, or a ufunc with booleans or integers as results, of Variables."""
    if function in _LIKE:
        return _made_like(function, *args, **kwargs)
    if function in _OF_SHAPE:
        return function(*map(_stand_in, args), **kwargs)
    if function in _OF_BOTTOM:
        return function(*map(bottom, args), **kwargs)
    if function in _OF_ONE_VALUE:
        name = f"np.{function.__name__} of it"
        return function(*[known(x, name) for x in args], **{key: known(x, name) for key, x in kwargs.items()})
    args = tuple(map(_looked_through, args))
    kwargs = {key: _looked_through(value) for key, value in kwargs.items()}
    if not any(map(_has_variable, (*args, *kwargs.values()))):
        try:
            return function(*args, **kwargs)
        except OPERAND_ERRORS as error:
            raise_mixed(error, function.__name__, args)
            raise
    if function in _COMPOSED:
        return getattr(_batch_rules(), function.__name__)(*args, **kwargs)
    arrays, params = _separated(function, args, kwargs)
    varying = [f"{key}=" for key, x in params.items() if _has_variable(x)]
    if varying:
        raise TypeError(
            f"np.{function.__name__}: {', '.join(varying)} depends on what is batched or traced, "
            "which only the arrays that it looks at may"
        )
    return bind(_primitive(function), *arrays, **params)


def _made_like(make: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
    """What `np.zeros_like`, or a function like it, gives for a Variable."""
    model, shape = bottom(x), shape_of(x)
    if is_delayed(model):
        model = as_model(model, kwargs.get("dtype", args[0] if args else None))
        if shape == model.shape:
            return placed(make(model, *args, **kwargs))  # in the chunks of the model
    return placed(make(model, *args, **{"shape": shape, **kwargs}))


def known(x: Any, what: str) -> Any:
    """The value of x without the transforms that differentiate it, where a value is needed.

    Raises:
        EscapeError: x is batched, traced or computed later, so that there is no one value; `what` is the subject of the
            message.
    """
    x = placed(undifferentiated(x))
    return x.node.exposed(x._value, what) if type(x) is Variable else x


def _looked_through(x: Any) -> Any:
    """An argument, or the items of a list or tuple, without the transforms that differentiate them.

    A dataframe or tensor becomes an array, since NumPy would call the method of that.
    """
    return type(x)(map(undifferentiated, x)) if type(x) in (list, tuple) else arrayed(undifferentiated(x))


def _has_variable(x: Any) -> bool:
    return Variable in map(type, x) if type(x) in (list, tuple) else type(x) is Variable


def _stand_in(x: Any) -> Any:
    """An array of the shape and dtype of a Variable; anything else as it is."""
    return np.broadcast_to(np.empty((), x.dtype), x.shape) if type(x) is Variable else x


def _separated(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Array], dict[str, Any]]:
    """The arguments that are arrays, and the others by name."""
    if function not in _OF_ARRAYS:  # a ufunc or a method of one: NumPy has sorted its arguments out
        return list(args), dict(kwargs)
    names = _parameters(function)
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    arrays = [given.pop(name) for name in names[: _ARRAYS.get(function, 1)]]
    last = given.pop(_LAST_ARRAY, None)
    return arrays if last is None else [*arrays, last], given


# The parameters of functions that are written in C, which NumPy 2.0 does not tell.
_IN_C: Final[dict[Callable[..., Any], str]] = {
    np.lexsort: "keys axis",
    np.packbits: "a axis bitorder",
    np.ravel_multi_index: "multi_index dims mode order",
    np.unpackbits: "a axis count bitorder",
    np.unravel_index: "indices shape order",
}


@cache
def _parameters(function: Callable[..., Any]) -> list[str]:
    return _IN_C[function].split() if function in _IN_C else list(signature(function).parameters)


@cache
def _primitive(function: Callable[..., Any]) -> Nondifferentiable:
    raw = _searchsorted if function is np.searchsorted else function
    owner = getattr(function, "__self__", None)
    name = f"{owner.__name__}.{function.__name__}" if isinstance(owner, np.ufunc) else function.__name__
    shape = partial(_shape_of_found, name) if function in _SHAPED_BY_VALUES else static_shape
    return define(
        Nondifferentiable,
        name,
        raw,
        None,
        batch=_batch_rule(function),
        dynamic_shape=shape,
        made_by=(_primitive, (function,)),
    )


def _shape_of_found(name: str, _args: Sequence[Array]) -> str:
    """The `dynamic_shape` of a function that finds places: their number depends on the values."""
    return f"np.{name}"


def _searchsorted(a: Array, v: Array, *sorter: Array, side: Any = "left") -> Array:
    return np.searchsorted(a, v, side, *sorter)


def _batch_rules() -> Any:
    """The module of the rules for batches; it is imported with the first batch or trace that needs one."""
    return load("pydezero.functions.nondifferentiable", "batch_rules")


def _batch_rule(function: Callable[..., Any]) -> BatchRule | None:
    rule: BatchRule
    if isinstance(function, np.ufunc) or function in _ELEMENTWISE:
        rule = elementwise(function)
    elif function in _WITH_AXIS:
        rule = _batch_rules().along_axis(function, _WITH_AXIS[function], is_of_one_axis=False)
    elif function in _OF_ONE_AXIS:
        rule = _batch_rules().along_axis(function, _OF_ONE_AXIS[function], is_of_one_axis=True)
    elif function in _SHAPED_BY_VALUES:
        rule = _batch_rules().refused(function)
    elif function in _WITH_RULE:
        rule = getattr(_batch_rules(), function.__name__)
    elif function.__name__ == "outer":
        rule = _batch_rules().outer(function)
    elif function.__name__ in ("reduce", "accumulate"):
        rule = _batch_rules().along_axis(function, 0, is_of_one_axis=False)
    else:
        return None
    return rule


def _copy(x: Array) -> Array:
    # Because a result of a transform shares no memory with what was recorded.
    return x.copy() if is_array(x) else x


stop_gradient_p: Final[Nondifferentiable] = define(
    Nondifferentiable,
    "stop_gradient",
    _copy,
    None,
    batch=lambda _batched, x: bind(stop_gradient_p, x),
)
