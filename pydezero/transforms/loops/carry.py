"""The carry of a loop: its structure, shapes and dtypes stay what they are from step to step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy import ndarray  # without a look into the module, as it is asked for at each carry

from pydezero.containers import parts_of_both
from pydezero.core.bind import PYTHON_NUMBERS, is_weak
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, is_numeric
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.tree import Tree, flatten, paths, same_structure, static_paths, static_values, unflatten

# What is alike because of its type: all are numbers of this dtype, or None.
_OF_ONE_DTYPE: Final = frozenset({*PYTHON_NUMBERS, np.float64, np.float32, np.int64, np.bool, type(None)})


class Loop:
    """A call of a loop: the construct and the function that it repeats, as messages name them.

    `step` is the function as one of the carry and the elements of a step, which returns a pair.
    """

    __slots__ = ("body", "name", "step")

    def __init__(self, name: str, body: Callable[..., Any], step: Callable[..., Any] | None = None) -> None:
        self.name: str = name
        self.body: Callable[..., Any] = body
        self.step: Callable[..., Any] = body if step is None else step

    @property
    def label(self) -> str:
        """The construct and the function: "scan(step)"."""
        return f"{self.name}({name_of(self.body)})"

    @property
    def place(self) -> str:
        """The name of the function and the line where it is defined, where that is known."""
        code = getattr(self.body, "__code__", None)
        return name_of(self.body) + (f" ({code.co_filename}:{code.co_firstlineno})" if code is not None else "")


def check_carry(loop: Loop, first: Tree, carry: Tree) -> None:
    """Raise a TypeError, which shows both leaf by leaf, unless a carry is like the first one.

    A loop that would make its `Loop` for this alone asks `is_surely_alike` before.
    """
    if is_surely_alike(first, carry):
        return
    own, leaves = flatten(first), flatten(carry)
    if len(leaves) == len(own) and same_structure(first, carry):
        if all(map(_alike, own, leaves)):
            return
        rows = [
            f"    carry{path}: {described(a)}" + ("" if _alike(a, b) else f" becomes {described(b)}")
            for path, a, b in zip(paths(first), own, leaves, strict=True)
        ]
    else:
        before, after = listed(first), listed(carry)
        if before == after:  # types of containers within differ
            before, after = [[f"        {describe_structure(tree)}"] for tree in (first, carry)]
        rows = ["    it was:", *before, "    it becomes:", *after]
    raise TypeError(
        f"{users_line()}: {loop.label}: {loop.place} changes the shape, dtype or structure of the carry"
        + "\n".join(["", *rows])
        + "\n    The carry that it returns must be like the one that it is given: write the first one so "
        "(np.zeros(3), 0.0 rather than 0), or convert the new one (x.astype(dtype))"
    )


SPAN: Final = 128
"""How many steps a loop takes from the first carry that is compared to the next.

To compare takes as long as a step on few elements. So it is done after the steps 1, 129, 2177 and so on; a loop also
compares the last carry, and that for which a step fails. What a body changes at some step and changes back before any
of these has the value that the loop has in Python.
"""

GROWTH: Final = 16
"""By how much that number then grows."""


def is_surely_alike(a: Tree, b: Tree) -> bool:  # noqa: C901  # one straight path, as it is hot
    """Whether a carry may take the place of another, if a look at common types can tell.

    Nothing in it is traced then but what is in the other one, too.
    """
    kind = type(a)
    if kind is not type(b):
        return kind is float and _is_double(b)
    if kind is ndarray:
        return a.dtype is b.dtype and a.shape == b.shape
    if kind in _OF_ONE_DTYPE:
        return True
    if kind is Variable:
        return _are_surely_alike(a, b)
    if kind is dict:
        if [*a] != [*b]:
            return False
        a, b = a.values(), b.values()
    elif kind is not tuple and kind is not list:
        both = parts_of_both(a, b)
        if both is None:
            return False
        a, b = both
    if len(a) != len(b):
        return False
    for x, y in zip(a, b):  # noqa: B905  # they are of one length, as was asked above
        if x is y:
            continue
        kind = type(x)
        if kind is not type(y):
            if not (kind is float and _is_double(y)):
                return False
        elif kind is ndarray:
            if x.dtype is not y.dtype or x.shape != y.shape:
                return False
        elif kind is Variable:
            if not _are_surely_alike(x, y):
                return False
        elif kind not in _OF_ONE_DTYPE and not is_surely_alike(x, y):
            return False
    return True


def _are_surely_alike(a: Variable, b: Variable) -> bool:
    """Whether two Variables are surely alike: one transform made both, and their values are alike."""
    node = b.node
    if a.node.level is not node.level:
        return False
    if type(node) is not Node:
        if not (node.has_one_value or node.is_batch):
            return False
        if node.carries and any(type(x) is Variable for x in node.carried):
            return False  # what is carried beside the value may be traced
    x, y = a._value, b._value
    if type(x) is ndarray is type(y):
        return x.dtype is y.dtype and x.shape == y.shape
    return is_surely_alike(x, y)


def _is_double(x: Any) -> bool:
    """Whether something is in the place of a Python float what it may become in a step: NumPy's, or one in a graph."""
    return type(x) is np.float64 or (type(x) is Variable and type(x._value) is np.float64 and isinstance(x.node, Node))


def _alike(a: Any, b: Any) -> bool:
    """Whether a leaf may take the place of another one in the next step."""
    if not is_numeric(a):
        return a is b or (type(a) is type(b) and bool(a == b))
    return is_numeric(b) and _shape(a) == _shape(b) and dtype_of(a) == dtype_of(b)


def _shape(x: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = x.shape if hasattr(x, "shape") else ()
    return shape


def dtype_of(x: Any) -> np.dtype[Any]:
    """The dtype of an array, Variable or number; of one in another byte order the dtype in that of the machine."""
    dtype: np.dtype[Any] = x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype
    return dtype if dtype.isnative else dtype.newbyteorder("=")


def described(leaf: Any) -> str:
    """A leaf in words: its dtype and shape, or what else it is."""
    return f"{dtype_of(leaf)} of shape {_shape(leaf)}" if is_numeric(leaf) else repr(leaf)


def listed(tree: Tree) -> list[str]:
    """The leaves and the static fields of a container in words, a line for each."""
    leaves = [*map(described, flatten(tree)), *[f"{value!r}, which is static" for value in static_values(tree)]]
    if not leaves:
        return [f"        {describe_structure(tree)}"]
    kind = type(tree).__name__
    return [
        f"        {kind}{path and ' ' + path}: {leaf}"
        for path, leaf in zip([*paths(tree), *static_paths(tree)], leaves, strict=True)
    ]


def promoted(init: Tree, carry: Tree) -> Tree:
    """The first carry with its Python numbers in the dtypes of the second one; itself where none has another.

    A number that does not fit (0.5 where the body makes integers) stays, and is refused as any other change.
    """
    if not same_structure(init, carry):
        return init
    leaves = flatten(init)
    new = [
        as_dtype(a, dtype_of(b)) if is_weak(a) and is_numeric(b) else a
        for a, b in zip(leaves, flatten(carry), strict=True)
    ]
    return init if all(a is b for a, b in zip(leaves, new, strict=True)) else unflatten(init, new)


def as_dtype(number: Array, dtype: np.dtype[Any]) -> Array:
    """A number in a dtype, if NumPy takes it to this one where they meet, and it is not of this dtype already."""
    own = dtype_of(number)
    if own == dtype or np.result_type(own.type(0).item(), dtype) != dtype:
        return number
    return number.astype(dtype) if type(number) is Variable else dtype.type(number)


def as_operand(x: Array) -> Array:
    """A leaf as an operation takes it: a Python number in the dtype that NumPy gives it."""
    return np.asarray(x)[()] if type(x) in PYTHON_NUMBERS else x


def pair_of(loop: Loop, output: Any) -> tuple[Any, Any]:
    """The pair that a body of two results has returned.

    Raises:
        TypeError: it is no pair.
    """
    if type(output) is tuple and len(output) == 2:
        return output
    raise TypeError(
        f"{users_line()}: {loop.label}: {loop.place} must return a pair, the next carry and what is stacked (None, if "
        f"nothing is), got {describe_structure(output)}"
    )
