"""The two records that every computation is made of: `Variable` and `Node`.

An operation makes one of each, so making them is the hottest path of the library. The constructor that attrs writes for
a frozen class sets every field through `object.__setattr__`; filling a plain twin with the same slots, and then giving
it the frozen class, takes a third of the time. That is what the two `...Draft` classes are for, and
`draft.__class__ = Node` wherever a record is made: a draft is never seen outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, ClassVar, Final, Never, TypeAlias, final

import attrs
import numpy as np

from pydezero.core.level import BY_HAND, DELAYED, Level
from pydezero.core.observation import RuleObserver
from pydezero.core.operators import ArrayOperators, EscapeError
from pydezero.core.pictured import Pictured
from pydezero.core.primitive import Primitive
from pydezero.core.snapshot import (
    UNCHANGING,
    as_array,
    check_numeric,
    freeze,
    is_array,
    is_number,
    is_view_of_loan,
    snapshot,
)
from pydezero.core.types import Array, ArrayOrNumber, ForeignArray, NDArray, Residual
from pydezero.lazy import load

next_order: Final = count().__next__
"""Draws the place of a new node in the order of creation; `itertools.count` is atomic, so threads may share it."""


class AnyNode:
    """The base of all nodes: one kind for each kind of transform, `Node` for reverse mode.

    A kind of node says how an operation is applied at its level. Everything else is the same for all of them.
    """

    __slots__ = ()

    level: Level

    has_one_value: ClassVar[bool] = True
    """Whether a Variable of the transform has one value, at which comparisons, indices and control flow may look."""

    is_batch: ClassVar[bool] = False
    """Whether the value of a Variable of the transform is a batch of examples along its first axis."""

    differentiates: ClassVar[bool] = True
    """Whether a derivative may be taken at the level of the transform: now, or of a graph that it makes."""

    carries: ClassVar[bool] = False
    """Whether a node carries values beside that of its Variable, which have graphs of their own: a tangent."""

    observer: RuleObserver | None = None
    """The observer of derivative rules that run, if the transform has one.

    A seed or constant beside a value that is observed is observed too: the operations on it are part of the derivative.
    """

    is_number: bool = False
    """Whether the value stands for a Python number, which leaves the dtype of an operation to the other operands."""

    is_array: bool = False
    """Whether the value, of shape (), stands for an array, where it else stands for a scalar."""

    def of_number(self) -> AnyNode:
        """The node for the same value as a Python number, where the kind of node can tell."""
        return self

    def of_array(self) -> AnyNode:
        """The node for the same value as an array of shape (), where the kind of node can tell."""
        return self

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        """Apply a primitive to arguments of which this is a node of the highest level.

        The result is an array, or a tuple of them where the primitive has several outputs.
        """
        raise NotImplementedError

    @property
    def carried(self) -> Sequence[Array]:
        """The values that the node carries beside that of its Variable."""
        return ()

    def constant(self, value: Array) -> Variable:
        """A Variable of the same transform that does not depend on its arguments. Nobody else may write into it."""
        raise NotImplementedError

    def changing(self, value: Array) -> Variable | None:  # noqa: ARG002  # a record of `jit` looks at it
        """A captured array as a Variable, where it is to be read each time that a record runs; None where it is kept.

        A copy of it would be what the array holds now, for ever.
        """
        return None

    def shape_of(self, value: Array) -> tuple[int, ...]:
        """The shape of a Variable with this node, as the user sees it."""
        shape: tuple[int, ...] = value.shape
        return shape

    def exposed(self, value: Array, what: str) -> Array:  # noqa: ARG002  # others name it in their messages
        """The value, for `what` the user asked for (its truth, its data); raises where there is not one value."""
        return value


class NodeDraft(AnyNode):
    """A node before it is frozen."""

    __slots__ = ("level", "order", "others", "primitive", "x_parent", "x_residual", "y_parent", "y_residual")

    primitive: Primitive | None
    x_parent: Node | None
    x_residual: Residual
    y_parent: Node | None
    y_residual: Residual
    others: tuple[tuple[Node | None, Residual], ...]
    level: Level
    order: int


@attrs.frozen(eq=False, init=False, repr=False, weakref_slot=False)
class Node(NodeDraft):
    """The origin of a value, as the reverse pass needs it.

    A parent is the node of an array argument of `primitive`, or None where there is no such argument or where it is a
    constant at this `level`; the residual beside it is what the rule for that argument asked to keep. Nearly every
    operation has one or two arguments, and of long computations there are many: so the first two have fields of their
    own, which is half the objects of a tuple of parents and a tuple of residuals. `others` has the arguments from the
    third on. A node that nothing was recorded for (an input, a constant) has no primitive. `order` is the place in the
    order of creation, which is a topological order of any graph.

    Reverse mode is used most, so that its `apply` is written into `bind` and `elementwise`.
    """

    primitive: Primitive | None
    x_parent: Node | None
    x_residual: Residual
    y_parent: Node | None
    y_residual: Residual
    others: tuple[tuple[Node | None, Residual], ...]
    level: Level
    order: int

    def constant(self, value: Array) -> Variable:
        return variable_at(value, self.level)

    def __repr__(self) -> str:  # short, however long its history
        return f"Node(primitive={self.primitive!r}, level={self.level!r}, order={self.order!r})"

    @property
    def edges(self) -> tuple[tuple[int, Node, Residual], ...]:
        """The position, parent and residual of each argument that is not a constant."""
        pairs = ((self.x_parent, self.x_residual), (self.y_parent, self.y_residual), *self.others)
        return tuple([(i, parent, residual) for i, (parent, residual) in enumerate(pairs) if parent is not None])


class VariableDraft:
    """A Variable before it is frozen."""

    __slots__ = ("_value", "node")

    _value: Array
    node: AnyNode


@final
@attrs.frozen(eq=False, init=False, repr=False, weakref_slot=False)
class Variable(VariableDraft, ArrayOperators, Pictured):
    """A value and the node it came from.

    `Variable(data)` starts a graph by hand, to be differentiated by `gradients`; inside a transformed function
    (`grad(f)`) the arguments are Variables already. A Variable answers to what an ndarray answers to, except for what
    would change it. One that was made by hand pickles as its value, of which another is made where it is loaded; one
    that was computed does not pickle, because its derivative would be lost.

    Args:
        data: an ndarray of numbers, or an array of another library that speaks NumPy's protocols, of any shape. It is
            copied, unless it is read-only for good (see `pydezero.core.snapshot.snapshot`): a later write into it
            does not arrive here.

    Raises:
        TypeError: `data` is something else: a number or a list (see `as_variable`), a string, None, an array of
            objects.

    >>> import numpy as np
    >>> x = Variable(np.array([1.0, 2.0, 3.0]))
    >>> x * 2
    variable([2. 4. 6.])
    """

    # An ndarray, a NumPy scalar in the place of a 0-d ndarray (immutable, and several times faster), an array of
    # another library, or the Variable of an enclosing transform.
    _value: Array
    node: AnyNode

    def __init_subclass__(cls) -> None:
        """Raise a TypeError: the library knows a Variable by its type."""
        raise TypeError(
            f"class {cls.__name__}(Variable): Variable is no base class. Write a dataclass or attrs class with arrays "
            "in its fields, which is differentiated as a container, or functions of Variables"
        )

    def __init__(self, data: NDArray[np.number[Any] | np.bool] | ForeignArray, **others: Never) -> None:
        if others:
            raise TypeError(
                f"Variable(data) takes no {', '.join(others)}: what is differentiated is chosen in gradients(y, x) and "
                "grad(f, argnums), and stop_gradient(x) is a constant"
            )
        if not is_array(data):
            raise TypeError(
                f"Variable(data): data must be an ndarray, got {type(data).__name__}; "
                "as_variable(data) takes numbers too, np.asarray(data) makes an array of a list"
            )
        check_numeric(data, "Variable(data)")
        object.__setattr__(self, "_value", snapshot(data))
        object.__setattr__(self, "node", input_node(BY_HAND))

    @property
    def data(self) -> Array:
        """The value: a read-only array, or the Variable of the enclosing transform."""
        value = self.node.exposed(self._value, ".data")
        if not isinstance(value, (np.ndarray, np.generic)):
            return handed_out(value)
        if isinstance(value, np.ndarray) and is_view_of_loan(value):
            # Whoever keeps it may keep it for longer than the call that the array is lent to.
            value = snapshot(value)
            object.__setattr__(self, "_value", value)  # so that it is copied once
        return freeze(np.asarray(value)).view()  # or the view could be made writable again

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value, as of an ndarray."""
        shape: tuple[int, ...] = (
            self._value.shape if type(self.node) is Node else self.node.shape_of(self._value)  # a call is slow
        )
        return shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the elements."""
        dtype: np.dtype[Any] = self._value.dtype
        return dtype

    def __len__(self) -> int:
        """The length of the first axis."""
        if not self.shape:
            raise TypeError("len() of a Variable of shape (): it has no axes")
        return self.shape[0]

    def __bool__(self) -> bool:
        """The truth of a single element, so that control flow stays Python's."""
        return bool(self.node.exposed(self._value, "bool() of it"))

    # Comparison is elementwise, as NumPy's; as a dictionary key a record is itself.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        text = str(self._value).replace("\n", "\n" + " " * len("variable("))
        return f"variable({text})"


_NUMERIC: Final = (Variable, np.ndarray)

Operand: TypeAlias = Variable | ArrayOrNumber
"""An argument of a function of arrays."""


def new_node(
    primitive: Primitive | None,
    x_parent: Node | None = None,
    x_residual: Residual = None,
    y_parent: Node | None = None,
    y_residual: Residual = None,
    others: tuple[tuple[Node | None, Residual], ...] = (),
    *,
    level: Level,
) -> Node:
    """A node with the next place in the order of creation."""
    draft = NodeDraft()
    draft.primitive = primitive
    draft.x_parent = x_parent
    draft.x_residual = x_residual
    draft.y_parent = y_parent
    draft.y_residual = y_residual
    draft.others = others
    draft.level = level
    draft.order = next_order()
    draft.__class__ = Node
    return draft  # type: ignore[return-value]  # the line above made it one


def new_variable(value: Array, node: AnyNode) -> Variable:
    """A value with its node. The value must not change any more."""
    draft = VariableDraft()
    draft._value = value
    draft.node = node
    draft.__class__ = Variable
    return draft  # type: ignore[return-value]  # the line above made it one


def input_node(level: Level) -> Node:
    """The node of an input or constant of a reverse pass with this level: nothing was recorded for it."""
    draft = NodeDraft()
    draft.primitive = None
    draft.x_parent = None
    draft.x_residual = None
    draft.y_parent = None
    draft.y_residual = None
    draft.others = ()
    draft.level = level
    draft.order = next_order()
    draft.__class__ = Node
    return draft  # type: ignore[return-value]  # the line above made it one


def variable_at(value: Array, level: Level) -> Variable:
    """A fresh input of a reverse pass with this level."""
    return new_variable(value, input_node(level))


def reverse_node(x: Variable) -> Node:
    """The node of a Variable of a reverse pass."""
    node = x.node
    assert isinstance(node, Node)
    return node


def as_variable(x: Operand) -> Variable:
    """Turn a number or an array into a Variable; a Variable is returned as it is.

    Raises:
        TypeError: x is something else (a list, a string, None).

    >>> as_variable(2.0)
    variable(2.0)
    """
    if isinstance(x, Variable):
        return x
    return Variable(as_array(x, "as_variable(x)"))


def shape_of(x: Operand) -> tuple[int, ...]:
    """The shape of any operand."""
    return x.shape if isinstance(x, Variable | np.ndarray) else np.shape(x)


def check_open(x: Variable) -> None:
    """Raise an EscapeError if the transform call that a Variable belongs to has returned.

    It is called where Variables of several calls meet, and where a Variable enters or leaves a call.
    """
    level = x.node.level
    if level.finished and not level.reruns:
        line = load("pydezero.core", "users_line")()
        raise EscapeError(
            f"{line}: a Variable of {level.finished} is used, which has returned, so that its derivative would "
            "be lost. Return what is needed later (has_aux=True hands it on as an array), or keep the value: x.data"
        )


def is_numeric(leaf: object) -> bool:
    """Whether something can have a derivative: a Variable, an array, a number."""
    return isinstance(leaf, _NUMERIC) or is_number(leaf) or is_array(leaf)


def bottom(x: Array) -> Array:
    """The plain array under any nesting of Variables."""
    while type(x) is Variable:
        x = x._value
    return x


def levels_of(leaves: Iterable[Any]) -> frozenset[Level]:
    """The levels of the Variables among some leaves, of which there are several in a nested one."""
    levels: set[Level] = set()
    for leaf in leaves:
        x = leaf
        while type(x) is Variable:
            levels.add(x.node.level)
            x = x._value
    return frozenset(levels)


def handed_out(x: Array) -> Array:
    """A value for the caller: an array that is computed later without its Variable, anything else as it is."""
    return x._value if type(x) is Variable and x.node.level == DELAYED else x


def undifferentiated(x: Array) -> Array:
    """The value of a Variable without the transforms that differentiate it.

    Comparisons and indices look at this value: an array, or a Variable that stands for more than one.
    """
    while type(x) is Variable and x.node.has_one_value:
        x = x._value
    return x


def kept_beside(x: Array, values: Sequence[Array], level: Level) -> Array:
    """A constant of an operation as a graph of this level keeps it: unable to change, beside values one level down.

    It is a snapshot, or a Variable where these belong to a record that is to read the array when it runs.
    """
    if isinstance(x, np.ndarray) or not isinstance(x, UNCHANGING):
        for value in values:
            while type(value) is Variable:
                found = value.node.changing(x)
                if found is not None:
                    return found
                value = value._value
    return snapshot(x, level)
