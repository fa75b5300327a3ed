"""The carry of a loop: its structure, shapes and dtypes stay what they are from step to step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pydezero.core.bind import PYTHON_NUMBERS
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.tree import Tree, flatten, paths, same_structure, unflatten


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

    A carry of one array or number is met most. A loop asks itself whether the next one has its type, `shape` (None for
    a number of Python's) and `dtype`; if not, or with a `kind` of None, `check` finds out.
    """

    __slots__ = ("_leaves", "_loop", "_quick", "_tree", "dtype", "kind", "shape")

    def __init__(self, loop: Loop, carry: Tree, following: Tree) -> None:
        self._loop = loop
        self._tree = carry
        self._leaves = flatten(carry)
        self.check_all(following)
        # The first may be a constant to a transform, and those that follow Variables of it.
        kind, shape, dtype = _quick(following)
        self.kind: Any = kind  # a type or None; a checker would take what is of this type for an object and no more
        self.shape: tuple[int, ...] | None = shape
        self.dtype: np.dtype[Any] | None = dtype
        is_flat = type(following) is tuple and _SINGLE.issuperset(map(type, following))
        self._quick = list(map(_quick, following)) if is_flat else []

    def check(self, carry: Tree) -> None:
        """Raise a TypeError, which shows both leaf by leaf, unless a carry is like the one of the step before."""
        if self._quick and type(carry) is tuple and len(carry) == len(self._quick):
            for x, (kind, shape, dtype) in zip(carry, self._quick, strict=True):
                if type(x) is not kind or (shape is not None and (x.shape != shape or x.dtype is not dtype)):
                    break
            else:
                return
        self.check_all(carry)

    def check_all(self, carry: Tree) -> None:
        """The same, leaf by leaf."""
        leaves = flatten(carry)
        if len(leaves) == len(self._leaves) and same_structure(self._tree, carry):
            if all(map(_alike, self._leaves, leaves)):
                return
            rows = [
                f"    carry{path}: {described(a)}" + ("" if _alike(a, b) else f" becomes {described(b)}")
                for path, a, b in zip(paths(self._tree), self._leaves, leaves, strict=True)
            ]
        else:
            rows = ["    it was:", *listed(self._tree), "    it becomes:", *listed(carry)]
        raise TypeError(
            f"{users_line()}: {self._loop.label}: {self._loop.place} changes the shape, dtype or structure of the carry"
            + "\n".join(["", *rows])
            + "\n    The carry that it returns must be like the one that it is given: write the first one so "
            "(np.zeros(3), 0.0 rather than 0), or convert the new one (x.astype(dtype))"
        )


_SINGLE: Final = frozenset({np.ndarray, Variable, np.float64, np.float32, np.int64, np.bool, *PYTHON_NUMBERS})


def _quick(x: Any) -> tuple[Any, tuple[int, ...] | None, np.dtype[Any] | None]:
    """The type, shape and dtype of a leaf of the most frequent types; no type for any other."""
    if type(x) not in _SINGLE:
        return None, None, None
    return (type(x), None, None) if type(x) in PYTHON_NUMBERS else (type(x), x.shape, x.dtype)


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
