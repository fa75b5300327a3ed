"""Walking a graph: which nodes are reached, in which order, and where a walk ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from pydezero import Variable
from pydezero.core.variable import Node, next_order, reverse_node
from pydezero.graph.seeds import add_seed
from pydezero.graph.walk import depending, reachable


def _names(nodes: list[Node]) -> list[str]:
    return ["input" if node.primitive is None else node.primitive.name for node in nodes]


def test_nodes_come_in_the_order_of_creation_and_once() -> None:
    x = Variable(np.ones(2))
    s: Any = np.sin(x)
    y = s * s.sum() + np.exp(s)
    nodes = reachable([reverse_node(y), reverse_node(s)])
    assert _names(nodes) == ["input", "sin", "sum", "broadcast", "multiply", "exp", "add"]
    assert [node.order for node in nodes] == sorted(node.order for node in nodes)


def test_what_is_older_is_left_out() -> None:
    x = Variable(np.ones(2))
    s: Any = np.sin(x)
    start = next_order()
    y = np.exp(s) * x
    assert _names(reachable([reverse_node(y)], start)) == ["exp", "multiply"]
    assert reachable([reverse_node(x)], start) == []


def test_a_walk_that_is_limited() -> None:
    y: Any = Variable(np.ones(2))
    for _ in range(100):
        y = np.sin(y)
    assert len(reachable([reverse_node(y)])) == 101
    assert len(reachable([reverse_node(y)], most=10)) == 11


def test_which_depend_on_an_input() -> None:
    x, w = Variable(np.ones(2)), Variable(np.ones(2))
    of_x, of_w = np.sin(x), np.cos(w)
    both = of_x * of_w
    nodes = reachable([reverse_node(both)])
    assert _names(depending(nodes, [reverse_node(x)])) == ["input", "sin", "multiply"]
    assert depending(nodes, [reverse_node(w)])[-1] is reverse_node(both)


def test_seeds_of_one_node_add_up() -> None:
    node = reverse_node(Variable(np.ones(2)))
    seeds: dict[Node, Any] = {}
    first = np.array([1.0, 2.0])
    add_seed(seeds, node, first)
    add_seed(seeds, node, np.array([10.0, 20.0]))
    np.testing.assert_array_equal(seeds[node], [11.0, 22.0])
    np.testing.assert_array_equal(first, [1.0, 2.0])
