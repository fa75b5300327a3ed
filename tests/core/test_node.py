"""What a node remembers, and what it does not."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from pydezero import Node, Variable
from pydezero.core.variable import reverse_node

# Any: NumPy's stubs know no Variable.
x: Any = Variable(np.arange(1.0, 4.0))
y: Any = Variable(np.arange(2.0, 5.0))


def kept(variable: Variable) -> list[Any]:
    """The arrays that the node of a value keeps alive."""
    residuals = [residual for _, _, residual in reverse_node(variable).edges]
    things = [thing for residual in residuals for thing in (residual if isinstance(residual, tuple) else (residual,))]
    return [thing for thing in things if isinstance(thing, np.ndarray)]


def parents(variable: Variable) -> list[tuple[int, Node]]:
    """The arguments of the operation that made a value that are not constants: positions and nodes."""
    return [(position, parent) for position, parent, _ in reverse_node(variable).edges]


NOTHING_KEPT: dict[str, Callable[[], Any]] = {
    "x + y": lambda: x + y,
    "x + array": lambda: x + np.ones(3),
    "x - 1": lambda: x - 1,
    "-x": lambda: -x,
    "x * 2": lambda: x * 2,
    "sum": lambda: np.sum(x),
    "mean": lambda: np.mean(x),
    "cumsum": lambda: np.cumsum(x),
    "reshape": lambda: np.reshape(x, (3, 1)),
    "transpose": lambda: x.T,
    "broadcast": lambda: x + np.ones((2, 3)),
    "slice": lambda: x[1:],
    "concatenate": lambda: np.concatenate([x, y]),
    "floor": lambda: np.floor(x),
}


@pytest.mark.parametrize("make", NOTHING_KEPT.values(), ids=list(NOTHING_KEPT))
def test_these_keep_no_array(make: Callable[[], Variable]) -> None:
    assert kept(make()) == []


KEPT: dict[str, tuple[Callable[[], Any], int]] = {
    "x * y": (lambda: x * y, 2),
    "x * array": (lambda: x * np.ones(3), 1),
    "sin": (lambda: np.sin(x), 1),
    "exp": (lambda: np.exp(x), 1),
    "square": (lambda: np.square(x), 1),
    "index array": (lambda: x[np.array([0, 0])], 1),
}


@pytest.mark.parametrize(("make", "count"), KEPT.values(), ids=list(KEPT))
def test_these_keep_what_their_rules_name(make: Callable[[], Variable], count: int) -> None:
    assert len(kept(make())) == count


def test_exp_keeps_its_result_and_a_product_its_other_factor() -> None:
    out = np.exp(x)
    assert np.shares_memory(kept(out)[0], out.data)
    product = x * y
    assert [np.shares_memory(k, v.data) for k, v in zip(kept(product), (y, x), strict=True)] == [True, True]


def test_an_input_has_no_past() -> None:
    node = x.node
    assert (node.primitive, node.edges, node.level) == (None, (), 0)


def test_an_operation_knows_its_parents_and_comes_after_them() -> None:
    z = x * y
    primitive = reverse_node(z).primitive
    assert primitive is not None
    assert primitive.name == "multiply"
    assert parents(z) == [(0, x.node), (1, y.node)]
    assert z.node.order > y.node.order > x.node.order


def test_a_constant_is_no_parent() -> None:
    assert parents(x * 2) == [(0, x.node)]
    assert parents(np.ones(3) * x) == [(1, x.node)]


def test_a_node_is_frozen_and_equal_only_to_itself() -> None:
    assert x.node == x.node
    assert x.node != y.node
    assert len({x.node, y.node}) == 2
    for field in attrs.fields(Node):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(x.node, field.name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(x.node, field.name)


def test_the_repr_of_a_node_is_short_however_long_its_history() -> None:
    z = x
    for _ in range(5000):
        z = z + x
    text = repr(z.node)
    assert "add" in text
    assert len(text) < 200
    assert len(repr(z)) < 100
