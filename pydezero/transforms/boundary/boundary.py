"""The edge of a transform: plain values become Variables on the way in, and fresh arrays on the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, signature
from sys import getrefcount
from typing import Any, Final, TypeGuard

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.operators import EscapeError
from pydezero.core.snapshot import check_numeric, is_array, is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Node, Variable, bottom, new_variable, reverse_node, variable_at
from pydezero.tree import Tree, flatten, map_leaves, unflatten

# Below this size a copy is quicker than finding out that none is needed.
_LARGE_BYTES: Final = 1 << 15

_BY_POSITION: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


@attrs.frozen(eq=False)
class Lifted:
    """The arguments that a function is differentiated by, as the function gets to see them.

    `leaves` are those of all arguments as they were given, `variables` beside each leaf the Variable it became, or None
    where it is nothing to differentiate (a string, None). `trees` are the arguments with the Variables in their places.
    `outer` is a node of the highest level among the Variables they were given as, None if they were plain values.
    """

    originals: tuple[Tree, ...]
    leaves: list[Any]
    variables: list[Variable | None]
    trees: tuple[Tree, ...]
    outer: AnyNode | None

    @property
    def nodes(self) -> list[Node]:
        return [reverse_node(variable) for variable in self.variables if variable is not None]


def lift(arguments: tuple[Tree, ...], positions: Iterable[int], level: int, where: str) -> Lifted:
    """Make Variables at a level of the arrays and numbers in some arguments; `positions` are for the messages.

    Raises:
        TypeError: in one of them there is nothing to differentiate, or an array that holds no numbers.
    """
    leaves: list[Any] = []
    variables: list[Variable | None] = []
    outer: AnyNode | None = None
    for argument, position in zip(arguments, positions, strict=True):
        found = False
        for leaf in flatten(argument):
            variable = _lift_leaf(leaf, level, where, position)
            leaves.append(leaf)
            variables.append(variable)
            found = found or variable is not None
            if type(leaf) is Variable and (outer is None or leaf.node.level > outer.level):
                outer = leaf.node
        if not found and flatten(argument):
            what = repr(argument) if isinstance(argument, str | None) else f"a {type(argument).__name__}"
            raise TypeError(
                f"{where}: argument {position} is {what}, in which there is no number and no array to differentiate "
                "with respect to; choose another argument with argnums"
            )
    parts = [leaf if variable is None else variable for leaf, variable in zip(leaves, variables, strict=True)]
    return Lifted(arguments, leaves, variables, unflatten(arguments, parts), outer)


def _lift_leaf(leaf: Any, level: int, where: str, position: int) -> Variable | None:
    if type(leaf) is np.ndarray and leaf.dtype.kind in "fc":
        return variable_at(snapshot(leaf), level)  # by far the most frequent case
    if isinstance(leaf, Variable):
        return variable_at(leaf if leaf.dtype.kind in "fc" else leaf.astype(np.float64), level)
    if is_number(leaf):
        leaf = np.asarray(leaf)
    elif not is_array(leaf):
        return None
    check_numeric(leaf, f"{where}: argument {position}")
    if leaf.dtype.kind not in "fc":
        return variable_at(snapshot(leaf.astype(np.float64)), level)
    return variable_at(snapshot(leaf), level)


def export(value: Array, outer: AnyNode | None) -> Array:
    """A value or gradient as the caller gets it: an array of their own, or a Variable if Variables came in."""
    if isinstance(value, Variable):
        return value
    if outer is not None:
        return outer.constant(snapshot(value))
    return np.array(value) if isinstance(value, np.ndarray | np.generic) else value.copy()


def export_owned(box: list[Array], outer: AnyNode | None) -> Array:
    """`export` of the one thing in a list, without a copy where nothing else refers to it or to its memory."""
    if outer is None and type(box[0]) is np.ndarray and getrefcount(box[0]) == 2 and owns_memory(box[0]):
        return box.pop()  # one reference was that of the list, the other the argument itself
    return export(box[0], outer)


def owns_memory(x: NDArray[Any]) -> bool:
    """Whether x may be written into, and nothing that it is a view of is of use to anybody else."""
    if not x.flags.writeable:
        return False
    # The memory of a view of all of it is as good as its own where the view has the only reference to it.
    return x.base is None or (type(x.base) is np.ndarray and x.base.nbytes == x.nbytes and getrefcount(x.base) == 2)


def export_leaves(leaves: list[Any], level: int, outer: AnyNode | None) -> list[Any]:
    """The leaves of what a function returned, as the caller gets them; the list is used up.

    The Variables in it are let go, so that a value that nothing else refers to is found to be so.
    """
    handed: list[Any] = []
    leaves.reverse()
    while leaves:
        leaf = leaves.pop()
        if type(leaf) is Variable and leaf.node.level == level:
            box = [leaf._value]
            del leaf
            handed.append(export_owned(box, outer))
        else:
            handed.append(export(leaf, outer) if is_array(leaf) else leaf)
    return handed


def without_value(leaf: Any, level: int) -> Any:
    """A Variable of this level with something of its shape and dtype in the place of a large value."""
    if type(leaf) is not Variable or leaf.node.level != level:
        return leaf
    value = leaf._value
    if not isinstance(value, np.ndarray) or value.nbytes < _LARGE_BYTES:
        return leaf
    return new_variable(np.broadcast_to(np.empty((), value.dtype), value.shape), leaf.node)


def export_tree(tree: Tree, level: int, outer: AnyNode | None) -> Tree:
    """What a function returned, as the caller gets it: all arrays in it handed out."""
    return map_leaves(lambda leaf: export(leaf, outer) if is_array(leaf) else leaf, unwrap_tree(tree, level, outer))


def unwrap_tree(tree: Tree, level: int, outer: AnyNode | None) -> Tree:
    """What a function returned beside its result: the Variables of this level handed out, all else as it is."""
    return map_leaves(
        lambda leaf: export(leaf._value, outer) if isinstance(leaf, Variable) and leaf.node.level == level else leaf,
        tree,
    )


def watched_like(value: Array, seed: Array) -> Array:
    """A seed of a derivative of a value, watched where the value is: what is computed of it is seen as well."""
    while type(value) is Variable:
        if value.node.watches:
            return value.node.constant(seed)
        value = value._value
    return seed


def gradient_of(variable: Variable, found: dict[Node, Array]) -> Array:
    """The gradient that was found for a Variable: in its dtype, and zeros if the reverse pass never came to it."""
    dtype = cotangent_dtype(variable.dtype)
    node = reverse_node(variable)
    if node in found:
        return cast(found[node], dtype)
    return np.zeros_like(bottom(variable), dtype=dtype, shape=variable.shape)


def gradients_of(lifted: Lifted, found: dict[Node, Array]) -> tuple[Tree, ...]:
    """The gradient with respect to each argument, in a container of its type. What is no number stays what it was."""
    parts: list[Any] = []
    for leaf, variable in zip(lifted.leaves, lifted.variables, strict=True):
        if variable is None:
            parts.append(leaf)
        elif lifted.outer is None and _is_ours_alone(found, reverse_node(variable), variable.dtype):
            parts.append(found.pop(reverse_node(variable)))
        else:
            parts.append(export(gradient_of(variable, found), lifted.outer))
    gradients: tuple[Tree, ...] = unflatten(lifted.originals, parts)
    return gradients


def _is_ours_alone(found: dict[Node, Array], node: Node, dtype: np.dtype[Any]) -> bool:
    """Whether a gradient may be handed out without a copy: `found` has the only reference to it, and to its memory."""
    if type(found.get(node)) is not np.ndarray:
        return False
    if (found[node].base is not None or not found[node].flags.writeable) and not owns_memory(found[node]):
        return False
    # One reference is that of `found`, the other the argument itself.
    return found[node].dtype == cotangent_dtype(dtype) and getrefcount(found[node]) == 2


def name_of(function: object) -> str:
    """What an error message calls a function."""
    return str(getattr(function, "__name__", type(function).__name__))


def labels_of(f: Callable[..., Any], args: tuple[Tree, ...], kwargs: Mapping[str, Tree]) -> list[str]:
    """What an error message calls each leaf of the arguments."""
    try:
        bound = signature(f).bind(*args, **kwargs)
        names = [name for name in bound.arguments if bound.signature.parameters[name].kind in _BY_POSITION]
    except (TypeError, ValueError):  # a builtin, or a call that f itself will not take
        names = []
    names = names[: len(args)]
    arguments = [f"argument {i} ({name})" for i, name in enumerate(names)]
    arguments += [f"argument {i}" for i in range(len(names), len(args))]
    arguments += [f"argument {name}" for name in kwargs]
    labels: list[str] = []
    for argument, tree in zip(arguments, (*args, *kwargs.values()), strict=True):
        count = len(flatten(tree))
        labels += [argument] if count == 1 else [f"{argument}, leaf {k}" for k in range(count)]
    return labels


def is_int(x: object) -> TypeGuard[int]:
    """Whether x is a Python or NumPy integer, and not a bool."""
    return isinstance(x, int | np.integer) and not isinstance(x, bool)


def call(f: Callable[..., Any], args: Iterable[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call the user's function, with the error that it should get where NumPy puts another in its place.

    `a[0] = x` asks a Variable x for a float, which raises and says what to write instead; but NumPy then reports a
    sequence where an element was expected, with the error that says more as its cause.
    """
    try:
        return f(*args, **kwargs)
    except ValueError as error:
        cause = error.__cause__
        if isinstance(cause, EscapeError):
            raise cause.with_traceback(error.__traceback__) from None
        raise


def pair(output: Any, where: str) -> tuple[Any, Any]:
    """The result and what is beside it, of a function with has_aux."""
    if not (isinstance(output, tuple) and len(output) == 2):
        raise TypeError(
            f"{where} with has_aux: the function must return a pair (y, aux), got {describe_structure(output)}"
        )
    return output


def positions(argnums: int | Sequence[int], count: int, where: str) -> list[int]:
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


def is_numeric(leaf: object) -> bool:
    """Whether a leaf is something that can have a derivative: a Variable, an array, a number."""
    return isinstance(leaf, Variable) or is_number(leaf) or is_array(leaf)


def checked_seed(
    seed: Any, output: Variable, where: str, *, of: str = "the output", what: str = "the cotangent"
) -> Array:
    """A cotangent of an output, in its dtype; or a tangent of an input, in the words of `of` and `what`.

    Raises:
        TypeError: it is not numeric, or complex where the output is real.
        ValueError: it has another shape than the output.
    """
    if not is_numeric(seed):
        raise TypeError(f"{where}: {what} must be an array or a number, got {type(seed).__name__}")
    if not isinstance(seed, Variable):
        seed = np.asarray(seed) if is_number(seed) else seed
        check_numeric(seed, where)
    if seed.shape != output.shape:
        raise ValueError(f"{where}: {of} has shape {output.shape}, {what} {seed.shape}")
    dtype = cotangent_dtype(output.dtype)
    if seed.dtype.kind == "c" and dtype.kind != "c":
        raise TypeError(f"{where}: {of} is real ({dtype}), {what} complex ({seed.dtype}); take its .real")
    seed = cast(seed, dtype)
    return seed if isinstance(seed, Variable) else watched_like(output._value, seed)


def describe_structure(tree: Tree) -> str:
    """A container in a word or a few, for an error message."""
    if isinstance(tree, Variable) or is_array(tree):
        return f"an array of shape {tree.shape}"
    if tree is None:
        return "None (is a return missing?)"
    if isinstance(tree, list | tuple) and type(tree) in (list, tuple):
        parts = ", ".join(map(describe_structure, tree))
        return f"a {type(tree).__name__} of {len(tree)} ({parts})" if tree else f"an empty {type(tree).__name__}"
    return f"a {type(tree).__name__}"
