"""The reverse pass takes each node once, in the reverse of the order of creation, whatever the graph looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import Function, Variable, grad
from pydezero.core.cotangent import resolved
from pydezero.core.level import Level
from pydezero.core.variable import Node, next_order, reverse_node, variable_at
from pydezero.graph.backward import pull_back
from pydezero.graph.notes import failure_of
from pydezero.graph.walk import reachable

X: Final = np.linspace(0.2, 0.9, 4)
Cotangents = dict[Node, Any]


def _by_the_book(seeds: Cotangents, earliest: int = 0) -> Cotangents:
    """The cotangents of all nodes: every rule on the sum of what has arrived, from the last node to the first."""
    cotangents = dict(seeds)
    for node in reversed(reachable(seeds, earliest)):
        for position, parent, residual in node.edges:
            contribution = resolved(node.primitive.argument(position).pull(cotangents[node], residual))  # type: ignore[union-attr]  # it has edges
            present = cotangents.get(parent)
            cotangents[parent] = contribution if present is None else present + contribution
    return cotangents


def _layers(x: Any, y: Any) -> Any:
    values = [x * c for c in range(1, 9)]
    for _ in range(3):
        values = [np.sin(v) * y for v in values]
    return np.concatenate(values)


def _tree(x: Any, y: Any) -> Any:
    values = [np.cos(x * c) + y for c in range(1, 9)]
    while len(values) > 1:
        values = [a * b for a, b in zip(values[::2], values[1::2], strict=True)]
    return values[0]


def _reversed_operands(x: Any, y: Any) -> Any:
    first, second = np.sin(x), np.exp(y)
    return (second * first) / (first - second)


def _young_and_old(x: Any, y: Any) -> Any:
    old = np.tanh(x)
    for _ in range(5):
        y = np.sin(y) * old
        old = np.maximum(old, y) + x
    return y + old


GRAPHS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "chain": lambda x, y: np.sin(np.sin(np.exp(x) * y) * y),
    "same operand twice": lambda x, y: np.arctan2(np.sin(x), np.sin(x)) + (y - y) + (x + x),
    "same node twice": lambda x, y: (lambda s: (s + s) / (s - 3 * y))(np.sin(x)),
    "operands from last to first": _reversed_operands,
    "layers": _layers,
    "tree": _tree,
    "young and old": _young_and_old,
    "three operands": lambda x, y: np.einsum("i,i,i->i", np.sin(y), np.exp(x), x * y) * x,
    "broadcast": lambda x, y: np.sum(x[:, None] * y) * x + np.sum(y),
    "elements": lambda x, y: x[0] * np.sin(y)[1:] + x[1] * y[:-1] + x[2:].sum(),
    "a collected cotangent next": lambda x, y: np.max(np.sin(x)) * y + np.min(x),
    "a choice": lambda x, y: np.where(x > 0.5, np.sin(x) * y, np.exp(y)) * x,
    "not by x": lambda x, y: np.sin(y) * y,
}


@pytest.mark.parametrize("name", GRAPHS)
def test_cotangents_are_those_of_the_book(name: str) -> None:
    x, y = variable_at(X, Level(1)), variable_at(X + 1, Level(1))
    out = GRAPHS[name](x, y)
    seed = np.cos(np.arange(out.size, dtype=float)).reshape(out.shape)
    expected = _by_the_book({out.node: seed})
    targets = [reverse_node(x), reverse_node(y)]
    midway = reachable({out.node: seed})[::3]
    for chosen in (targets, targets[:1], targets[1:], targets[::-1], midway):
        found = pull_back({out.node: seed}, chosen)
        assert set(found) == {node for node in chosen if node in expected}
        for node in found:
            np.testing.assert_allclose(found[node], expected[node], rtol=1e-13)


def test_seeds_of_several_results_and_of_one_of_their_parents() -> None:
    x = variable_at(X, Level(1))
    s = np.sin(x)
    p = np.exp(s) * x
    q = s * p
    seeds = {reverse_node(v): np.full(4, c) for v, c in ((s, 2.0), (q, 3.0), (p, 5.0), (x, 7.0))}
    expected = _by_the_book(seeds)[reverse_node(x)]
    np.testing.assert_allclose(pull_back(dict(seeds), [reverse_node(x)])[reverse_node(x)], expected, rtol=1e-13)


def test_cotangents_of_what_is_older_than_all_targets_are_left() -> None:
    x, y = variable_at(X, Level(1)), variable_at(X + 1, Level(1))
    old = np.sin(x) * y
    start = variable_at(X, Level(1))
    out = np.exp(old) * start + old
    seeds: Cotangents = {reverse_node(out): np.ones(4)}
    expected = _by_the_book(seeds, reverse_node(start).order)
    found = pull_back(seeds, [reverse_node(start)])
    assert set(found) == {reverse_node(start)}
    assert set(seeds) == {reverse_node(old)}
    np.testing.assert_allclose(seeds[reverse_node(old)], expected[reverse_node(old)], rtol=1e-13)


def test_every_rule_runs_once_and_the_youngest_first() -> None:
    ran: list[int] = []

    def counted(x: Any) -> Any:
        order = next_order()

        def rule(g: Any, x: Any) -> Any:
            ran.append(order)
            return g * np.cos(x)

        return Function(np.sin, rule)(x)

    def f(x: Any) -> Any:
        a, b = counted(x), counted(x * 2)
        for _ in range(4):
            a, b = counted(b) * a, counted(a) + b
        return np.sum(a * b)

    grad(f)(X)
    assert ran == sorted(ran, reverse=True)
    assert len(ran) == len(set(ran)) == 10


def test_a_failure_knows_the_nodes_before_it() -> None:
    def failing(x: Any) -> Any:
        return Function(np.sin, lambda g, x: 1 / 0)(x)

    x = Variable(X)
    a, b = np.exp(x), np.cos(x)
    out = np.sum(failing(a) * b + np.tanh(b))
    seeds = {reverse_node(out): np.float64(1.0)}
    with pytest.raises(ZeroDivisionError) as caught:
        pull_back(dict(seeds), [reverse_node(x)])
    failure = failure_of(caught.value)
    assert failure is not None
    nodes = reachable(seeds)
    assert failure.before == nodes[: nodes.index(failure.node)]
