"""What `custom_vjp` and `custom_jvp` share: containers taken apart for an operation on arrays, and linear maps."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs
import numpy as np

from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.operation import Form
from pydezero.core.snapshot import check_numeric, is_array, is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, next_level, reverse_node, variable_at
from pydezero.graph.backward import pull_back
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.boundary.boundary import describe_structure, is_int, is_numeric
from pydezero.transforms.forward.linearize import ancestors, is_linear
from pydezero.tree import Tree, flatten, map_leaves, unflatten

_OfArrays: TypeAlias = Callable[..., tuple[Array, ...]]

_BY_KEYWORD: Final = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)


class _Hole:
    """The place of an array in a container; the class itself stands there, which is a leaf."""


@attrs.frozen(eq=False)
class Places:
    """A container without the arrays in it: where they go, and all else that it holds."""

    template: Tree

    def filled(self, arrays: Sequence[Array]) -> Tree:
        """The container with arrays in their places."""
        remaining = iter(arrays)
        return map_leaves(lambda leaf: next(remaining) if leaf is _Hole else leaf, self.template)


def is_hole(leaf: object) -> bool:
    """Whether a leaf of a template is the place of an array."""
    return leaf is _Hole


def has_variable(tree: Tree) -> bool:
    """Whether there is a Variable in a container."""
    return any(type(leaf) is Variable for leaf in flatten(tree))


def separate(tree: Tree) -> tuple[Places, list[Array]]:
    """The arrays, numbers and Variables in a container, and their places."""
    leaves = flatten(tree)
    places = Places(unflatten(tree, [_Hole if is_numeric(leaf) else leaf for leaf in leaves]))
    return places, [leaf for leaf in leaves if is_numeric(leaf)]


def separate_output(output: Tree, whose: str) -> tuple[Places, tuple[Array, ...]]:
    """The same of what a function returned, whose numbers become arrays.

    Raises:
        TypeError: there is no array in it, or one that holds no numbers.
    """
    places, arrays = separate(output)
    if not arrays:
        raise TypeError(
            f"{whose} returned {describe_structure(output)}; it must return an array, or a container of arrays"
        )
    for array in arrays:
        if is_array(array):
            check_numeric(array, whose)
    return places, tuple([np.asarray(array) if is_number(array) else array for array in arrays])


def kept(out: Array) -> Array:
    """An output as it is kept: in memory that nobody writes into, and that needs no other copy."""
    out = snapshot(out)
    if isinstance(out, np.ndarray):
        out.flags.writeable = False
    return out


def zeros(form: Form) -> Array:
    """The array of zeros of a form."""
    return np.zeros(form.shape, form.dtype)


def of_batches(
    function: Callable[..., tuple[Array, ...]], axes: Sequence[int | None]
) -> Callable[..., tuple[Array, ...]]:
    """A function of one example as a function of batches, along the first axis where `axes` is not None."""
    result: Callable[..., tuple[Array, ...]] = vmap(function, in_axes=tuple(axes))
    return result


@attrs.frozen(eq=False)
class Arguments:
    """How the arguments of a function with a custom rule are passed: which are static, and in what order."""

    where: str
    signature: inspect.Signature | None
    static: frozenset[int]

    def ordered(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
        """All arguments by position, with the defaults of those that were not given.

        Raises:
            TypeError: they do not fit the function, or one can only be passed by keyword.
        """
        if self.signature is None:
            if kwargs:
                raise TypeError(f"{self.where}: pass all arguments by position; the function does not tell its names")
            return args
        parameters = self.signature.parameters
        if not kwargs and len(args) == len(parameters):
            return args
        bound = self.signature.bind(*args, **kwargs)
        by_keyword = [name for name in bound.arguments if parameters[name].kind in _BY_KEYWORD]
        if by_keyword:
            raise TypeError(
                f"{self.where}: a rule takes its arguments by position, and {', '.join(by_keyword)} can only be "
                "passed by keyword"
            )
        bound.apply_defaults()
        return bound.args

    def split(self, args: tuple[Any, ...]) -> tuple[list[Any], list[Any]]:
        """The static arguments, unable to change any more, and those that are differentiated.

        Raises:
            TypeError: a static argument is or holds a Variable.
        """
        static = [args[i] for i in sorted(self.static) if i < len(args)]
        for i in sorted(self.static):
            if i < len(args) and any(isinstance(leaf, Variable) for leaf in flatten(args[i])):
                raise TypeError(
                    f"{self.where}: argument {i} is in nondiff_argnums, but what is passed depends on the arguments of "
                    "a transform; leave it out of nondiff_argnums, or pass stop_gradient(x) or x.data"
                )
        frozen = [map_leaves(lambda leaf: snapshot(leaf) if is_array(leaf) else leaf, arg) for arg in static]
        return frozen, [arg for i, arg in enumerate(args) if i not in self.static]

    def differentiated(self, count: int) -> list[int]:
        """The positions of the arguments that are not static, of which there are so many."""
        return [i for i in range(count + len(self.static)) if i not in self.static][:count]

    def merge(self, static: Sequence[Any], others: Sequence[Any]) -> list[Any]:
        """All arguments in their order."""
        of_static, of_others = iter(static), iter(others)
        return [next(of_static if i in self.static else of_others) for i in range(len(static) + len(others))]


def arguments_of(f: Callable[..., Any], nondiff_argnums: int | Sequence[int], where: str) -> Arguments:
    """How the arguments of f are passed to it and to its rule.

    Raises:
        TypeError: nondiff_argnums holds something else than integers from 0 on.
    """
    numbers = [nondiff_argnums] if is_int(nondiff_argnums) else list(_sequence(nondiff_argnums))
    if not all(is_int(i) and i >= 0 for i in numbers):
        raise TypeError(
            f"{where}: nondiff_argnums must be an int or a tuple of ints from 0 on, got {nondiff_argnums!r}"
        )
    return Arguments(where, _signature(f), frozenset(numbers))


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


@attrs.frozen(eq=False)
class LinearMap:
    """The record of a linear map: the reverse pass over it is its transpose.

    It can be run any number of times.
    """

    _level: int
    _inputs: list[Node] = attrs.field(repr=False)
    _outputs: Sequence[Array] = attrs.field(repr=False)

    def transposed(self, cotangents: Sequence[Array | None]) -> list[Array | None]:
        """From a cotangent of each output to one of each input. None is zero."""
        seeds: dict[Node, Array] = {}
        for output, g in zip(self._outputs, cotangents, strict=True):
            if g is None or not _is_at(output, self._level):
                continue
            g = cast(g, cotangent_dtype(output.dtype))
            node = reverse_node(output)
            seeds[node] = seeds[node] + g if node in seeds else g
        found = pull_back(seeds, self._inputs)
        return [found.get(node) for node in self._inputs]


def record_linear(
    linear: Callable[[list[Variable]], tuple[Sequence[Array], Sequence[Array]]], forms: Sequence[Form], where: str
) -> tuple[Sequence[Array], LinearMap]:
    """Run a linear map of arrays of some forms, that returns arrays beside its outputs, and record it.

    Raises:
        ValueError: it is evidently not linear: it applies an operation to its arguments that is not, or it has an
            output that does not depend on them and is not zero; or what is beside its outputs depends on them.
    """
    level = next_level()
    # Where a linear map is recorded does not matter; ones meet no 0 * inf.
    inputs = [variable_at(np.ones(form.shape, form.dtype), level) for form in forms]
    beside, outputs = linear(inputs)
    own = [output for output in outputs if _is_at(output, level)]
    for node in ancestors(map(reverse_node, own)):
        if not is_linear(node):
            assert node.primitive is not None
            raise ValueError(
                f"{where} must be linear, but it applies {node.primitive.name} in a way that is not; then it has no "
                "transpose, which this transform needs"
            )
    if any(isinstance(out, np.ndarray | np.generic) and np.any(out) for out in outputs if not _is_at(out, level)):
        raise ValueError(f"{where} must be linear, but an output that is not zero does not depend on its argument")
    nodes = [reverse_node(x) for x in inputs]
    return [_constant(x, level, nodes, where) for x in beside], LinearMap(level, nodes, outputs)


def _constant(x: Array, level: int, inputs: list[Node], where: str) -> Array:
    """What a rule returned beside the outputs of its linear map, without what a transform inside made a Variable."""
    if not _is_at(x, level):
        return x
    if not set(inputs).isdisjoint(ancestors([reverse_node(x)])):
        raise ValueError(f"{where} computes its output with the tangents; it depends on the primals alone")
    return x._value


def _is_at(x: Array, level: int) -> bool:
    return isinstance(x, Variable) and x.node.level == level
