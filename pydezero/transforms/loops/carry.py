"""The carry of a loop: its structure, shapes and dtypes stay what they are from step to step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.tree import Tree, flatten, paths, same_structure, unflatten

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


class CarryForm:
    """The structure of a carry, and the shape and dtype of each of its leaves.

    `following` is the next carry, which those after it are compared with: it is the likelier one to be of the same
    types.
    """

    __slots__ = ("_following", "_loop", "_tree")

    def __init__(self, loop: Loop, carry: Tree, following: Tree) -> None:
        self._loop = loop
        self._tree = self._following = carry
        self.check(following)
        self._following = following

    def check(self, carry: Tree) -> None:
        """Raise a TypeError, which shows both leaf by leaf, unless a carry is like the first one."""
        if _surely_alike(self._following, carry):
            return
        own, leaves = flatten(self._tree), flatten(carry)
        if len(leaves) == len(own) and same_structure(self._tree, carry):
            if all(map(_alike, own, leaves)):
                return
            rows = [
                f"    carry{path}: {described(a)}" + ("" if _alike(a, b) else f" becomes {described(b)}")
                for path, a, b in zip(paths(self._tree), own, leaves, strict=True)
            ]
        else:
            rows = ["    it was:", *listed(self._tree), "    it becomes:", *listed(carry)]
        raise TypeError(
            f"{users_line()}: {self._loop.label}: {self._loop.place} changes the shape, dtype or structure of the carry"
            + "\n".join(["", *rows])
            + "\n    The carry that it returns must be like the one that it is given: write the first one so "
            "(np.zeros(3), 0.0 rather than 0), or convert the new one (x.astype(dtype))"
        )


def spans(count: float = math.inf) -> Iterator[int]:
    """How many of so many steps to take, again and again, before the carry is compared with the first one.

    To compare takes as long as a step on few elements. So it is done after one step more, two, four, and so on; a loop
    also compares the last carry, and that for which a step fails. What a body changes at some step and changes back
    before any of these has the value that the loop has in Python.
    """
    span = 1
    while count > 0:
        yield span
        count -= span
        span *= 2


def _surely_alike(a: Tree, b: Tree) -> bool:
    """Whether a carry may take the place of another one, if a look at the types that are met most can tell."""
    kind = type(a)
    if kind is not type(b):
        return False
    if kind is np.ndarray or kind is Variable:
        return a.dtype is b.dtype and a.shape == b.shape
    if kind is tuple or kind is list:
        return len(a) == len(b) and all(map(_surely_alike, a, b))
    if kind is dict:
        return list(a) == list(b) and all(map(_surely_alike, a.values(), b.values()))
    return kind in _OF_ONE_DTYPE


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
    """The leaves of a container in words, a line for each."""
    leaves = flatten(tree)
    if not leaves:
        return [f"        {describe_structure(tree)}"]
    kind = type(tree).__name__
    return [
        f"        {kind}{path and ' ' + path}: {described(leaf)}"
        for path, leaf in zip(paths(tree), leaves, strict=True)
    ]


def is_weak(leaf: Any) -> bool:
    """Whether a leaf is a Python number, or a Variable that stands for one: it takes the dtype of what it meets."""
    return type(leaf) in PYTHON_NUMBERS or (type(leaf) is Variable and leaf.node.is_number)


def promoted(init: Tree, carry: Tree) -> Tree:
    """The first carry with its Python numbers in the dtypes of the second one; itself where none has another.

    A number that does not fit (0.5 where the body makes integers) stays, and is refused as any other change.
    """
    if _surely_alike(init, carry) or not same_structure(init, carry):
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
    """What a body of two results has returned.

    Raises:
        TypeError: it is no pair.
    """
    if type(output) is tuple and len(output) == 2:
        return output
    raise TypeError(
        f"{users_line()}: {loop.label}: {loop.place} must return a pair, the next carry and what is stacked (None, if "
        f"nothing is), got {describe_structure(output)}"
    )
