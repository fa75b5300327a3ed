"""Helpers of all custom rules: containers as arrays and templates, arguments, checks of returned values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import BuiltinFunctionType, FunctionType, MappingProxyType
from typing import Any, Final

import attrs
import numpy as np

from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec
from pydezero.core.snapshot import check_numeric, is_array, is_number, snapshot
from pydezero.core.types import NUMERIC_KINDS, Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.graph.linear import LinearMap, record_linear
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.boundary.arguments import is_int
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, flatten, map_leaves, separate

ARRAYS: Final = frozenset({np.ndarray, Variable, np.float64, float, int})
"""The types of the arguments and results that are met most: arrays and numbers, and no container."""

_BY_KEYWORD: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)


# The types of static arguments in which there is no Variable and no array.
_FIXED: Final = frozenset({bool, int, float, complex, str, bytes, type(None), type, FunctionType, BuiltinFunctionType})

_FLAT: Final = (ARRAYS | _FIXED) - {Variable}


def has_variable(tree: Tree) -> bool:
    """Whether there is a Variable in a container."""
    if type(tree) is tuple and _FLAT.issuperset(map(type, tree)):
        return False
    return any(type(leaf) is Variable for leaf in flatten(tree))


def separate_arrays(tree: Tree) -> tuple[Tree, list[Array]]:
    """The template of a container, and the arrays, numbers and Variables in it."""
    return separate(tree, is_numeric)


def is_plain(x: object) -> bool:
    """Whether something is one array of numbers, or a Variable, and no container."""
    return type(x) is Variable or (type(x) is np.ndarray and x.dtype.kind in NUMERIC_KINDS)


def separate_output(output: Tree, whose: str) -> tuple[Tree, tuple[Array, ...]]:
    """The template of what a function returned, and its arrays; numbers become arrays.

    Raises:
        TypeError: there is no array in it, or one that holds no numbers.
    """
    template, arrays = separate_arrays(output)
    if not arrays:
        raise TypeError(
            f"{whose} returned {describe_structure(output)}; it must return an array, or a container of arrays"
        )
    for array in arrays:
        if is_array(array):
            check_numeric(array, whose)
    return template, tuple([np.asarray(array) if is_number(array) else array for array in arrays])


def checked_gradient(g: Any, spec: ArraySpec, whose: str, of: str) -> Array:
    """A gradient that a rule returned, in memory of its own and in the dtype that it must have.

    Raises:
        TypeError: it is no array.
        ValueError: it has another shape than what it is the gradient of.
    """
    if type(g) is not np.ndarray:
        if not is_numeric(g):
            raise TypeError(
                f"{whose} returned {type(g).__name__} as the gradient of {of}; "
                "it must be an array (np.zeros_like(x) where there is no influence)"
            )
        if is_number(g):
            g = np.asarray(g)
        elif is_array(g):
            check_numeric(g, whose)
    if g.shape != spec.shape:
        raise ValueError(f"{whose} returned a gradient of shape {g.shape} for {of} of shape {spec.shape}")
    if isinstance(g, np.ndarray) and g.ndim:
        own = np.array(g)  # not a snapshot, which may be shared: the reverse pass adds in place
        return own if own.dtype is spec.dtype else cast(own, spec.dtype)
    return cast(g if isinstance(g, Variable) else snapshot(g), spec.dtype)


def of_batches(
    function: Callable[..., tuple[Array, ...]], axes: Sequence[int | None]
) -> Callable[..., tuple[Array, ...]]:
    """A function of one example as a function of batches, along the first axis where `axes` is not None."""
    result: Callable[..., tuple[Array, ...]] = vmap(function, in_axes=tuple(axes))
    return result


# Stands for the default of an argument that has none.
_REQUIRED: Final = object()


@attrs.frozen(eq=False)
class Arguments:
    """The arguments of a function with a custom rule: which are static, and their order.

    Attributes:
        where: the name for error messages.
        signature: that of the function, None if it does not tell.
        static: the positions of those that are not differentiated, in order.
        defaults: the default of each argument, by its name, where all can be passed by position or by keyword.
        count: how many arguments there are, of such a function; else -1.
    """

    where: str
    signature: inspect.Signature | None
    static: tuple[int, ...]
    defaults: Mapping[str, Any]
    count: int

    def ordered(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, with the defaults of those that were not given.

        Raises:
            TypeError: they do not fit the function, or one can only be passed by keyword.
        """
        if len(args) == self.count and not kwargs:
            return args
        if self.signature is None:
            if kwargs:
                raise TypeError(f"{self.where}: pass all arguments by position; the function does not tell its names")
            return args
        if len(args) < self.count:  # as `bind` does it below, which takes much longer
            rest = [*self.defaults.items()][len(args) :]
            values = [kwargs.get(name, default) for name, default in rest]
            if kwargs.keys() <= {name for name, _ in rest} and not any(value is _REQUIRED for value in values):
                return (*args, *values)
        parameters = self.signature.parameters
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.where}: {error}") from None
        by_keyword = [name for name in bound.arguments if parameters[name].kind in _BY_KEYWORD]
        if by_keyword:
            raise TypeError(
                f"{self.where}: a rule takes its arguments by position, and {', '.join(by_keyword)} can only be "
                "passed by keyword"
            )
        bound.apply_defaults()
        return bound.args

    def split(self, args: tuple[Any, ...]) -> tuple[Sequence[Any], Sequence[Any]]:
        """The static arguments, unable to change any more, and those that are differentiated.

        Raises:
            TypeError: a static argument is or holds a Variable.
        """
        if not self.static:
            return (), args
        static = [args[i] for i in self.static if i < len(args)]
        others = [arg for i, arg in enumerate(args) if i not in self.static]
        if _FIXED.issuperset(map(type, static)):
            return static, others
        for i, arg in zip(self.static, static, strict=False):
            if any(isinstance(leaf, Variable) for leaf in flatten(arg)):
                raise TypeError(
                    f"{self.where}: argument {i} is in nondiff_argnums, but what is passed depends on the arguments of "
                    "a transform; leave it out of nondiff_argnums, or pass stop_gradient(x) or value(x)"
                )
        return [map_leaves(lambda leaf: snapshot(leaf) if is_array(leaf) else leaf, arg) for arg in static], others

    def differentiated(self, count: int) -> list[int]:
        """The positions of the first `count` arguments that are not static."""
        return [i for i in range(count + len(self.static)) if i not in self.static][:count]

    def merge(self, static: Sequence[Any], others: Sequence[Any]) -> list[Any]:
        """All arguments in their order."""
        merged = [*others]
        for i, arg in zip(self.static, static, strict=False):
            merged.insert(i, arg)
        return merged


def arguments_of(f: Callable[..., Any], nondiff_argnums: int | Sequence[int], where: str) -> Arguments:
    """The order and kinds of the arguments of f, for f and for its rule.

    Raises:
        TypeError: nondiff_argnums holds something else than integers from 0 on.
    """
    numbers = [nondiff_argnums] if is_int(nondiff_argnums) else list(_sequence(nondiff_argnums))
    if not all(is_int(i) and i >= 0 for i in numbers):
        raise TypeError(
            f"{where}: nondiff_argnums must be an int or a tuple of ints from 0 on, got {nondiff_argnums!r}"
        )
    signature = _signature(f)
    parameters = {} if signature is None else signature.parameters
    if not all(parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for parameter in parameters.values()):
        parameters = {}
    defaults = {
        name: _REQUIRED if parameter.default is parameter.empty else parameter.default
        for name, parameter in parameters.items()
    }
    return Arguments(where, signature, tuple(sorted({*numbers})), MappingProxyType(defaults), len(defaults) or -1)


def _signature(f: Callable[..., Any]) -> inspect.Signature | None:
    """The signature of a function of the user's; those of NumPy have arguments that no rule wants to see (`out`)."""
    call = getattr(type(f), "__call__", None)  # noqa: B004  # what it is, not whether it is there
    is_python = inspect.isfunction(f) or inspect.ismethod(f) or inspect.isfunction(call)
    return inspect.signature(f) if is_python else None


def _sequence(numbers: object) -> Sequence[Any]:
    return numbers if isinstance(numbers, list | tuple) else [None]


def check_callable(function: object, what: str, where: str) -> None:
    """Raise a TypeError unless a rule, or the function itself, can be called."""
    if not callable(function):
        raise TypeError(f"{where}: {what} must be a function, got {describe_structure(function)}")


def record_checked(linear: Callable[[list[Variable]], Sequence[Array]], like: Sequence[Array], where: str) -> LinearMap:
    """Record a linear map of the user's of cotangents (or tangents) of some arrays.

    Raises:
        ValueError: it is evidently not linear: it applies an operation to its arguments that is not, or it has an
            output that does not depend on them and is not zero.
    """
    record = record_linear(linear, like)
    name = record.nonlinear_operation()
    if name is not None:
        raise ValueError(
            f"{where} must be linear, but it applies {name} in a way that is not; then it has no "
            "transpose, which this transform needs"
        )
    constants = [out for out in record.outputs if not record.depends(out)]
    if any(isinstance(out, np.ndarray | np.generic) and np.any(out) for out in constants):
        raise ValueError(f"{where} must be linear, but an output that is not zero does not depend on its argument")
    return record
