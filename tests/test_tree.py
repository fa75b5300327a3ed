"""Containers: taken apart and put together."""

import dataclasses
from collections import Counter, OrderedDict, defaultdict
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pydezero import Variable
from pydezero.tree import (
    STATIC,
    difference,
    flatten,
    map_leaves,
    paths,
    same_structure,
    static_paths,
    static_values,
    structure,
    unflatten,
)

exhaustive = settings(max_examples=100)


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass(frozen=True)
class Data:
    a: Any
    b: Any


@attrs.frozen
class Record:
    a: Any
    b: Any


@attrs.frozen
class Marked:
    kind: int = attrs.field(metadata=STATIC)
    a: Any
    name: str = attrs.field(default="", metadata={**STATIC, "help": "a word"})


@dataclasses.dataclass(frozen=True)
class MarkedData:
    a: Any
    kind: Any = dataclasses.field(default=1, metadata=STATIC)


class Triple(tuple[Any, ...]):
    """A subclass of tuple without names."""

    __slots__ = ()

    def __repr__(self) -> str:  # a tuple of the same parts has another structure
        return f"Triple{super().__repr__()}"


leaves = st.one_of(st.integers(), st.floats(allow_nan=False), st.text(max_size=3), st.none(), st.just(abs))
keys = st.one_of(st.text(max_size=3), st.integers())


def containers(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(parts, max_size=4)
    by_key = st.dictionaries(keys, parts, max_size=4)
    return st.one_of(
        several,
        several.map(tuple),
        several.map(Triple),
        by_key,
        by_key.map(OrderedDict),
        by_key.map(lambda d: defaultdict(int, d)),
        by_key.map(Counter),
        st.builds(Point, parts, parts),
        st.builds(Data, parts, parts),
        st.builds(Record, parts, parts),
        st.builds(Marked, st.integers(0, 2), parts),
        st.builds(MarkedData, parts, st.sampled_from([1, "a"])),
    )


trees = st.recursive(leaves, containers, max_leaves=20)


@exhaustive
@given(trees)
def test_round_trip(tree: Any) -> None:
    rebuilt = unflatten(tree, flatten(tree))
    assert rebuilt == tree
    assert type(rebuilt) is type(tree)
    assert repr(rebuilt) == repr(tree)
    assert same_structure(rebuilt, tree)


@exhaustive
@given(trees)
def test_new_leaves_arrive_in_their_places_and_the_original_stays(tree: Any) -> None:
    before, old = repr(tree), flatten(tree)
    numbered = unflatten(tree, range(len(old)))
    assert flatten(numbered) == list(range(len(old)))
    assert same_structure(numbered, tree)
    assert repr(tree) == before


@exhaustive
@given(trees)
def test_map_leaves_is_a_functor(tree: Any) -> None:
    def wrap(x: Any) -> Any:
        return frozenset([x])

    assert map_leaves(lambda x: x, tree) == tree
    twice = map_leaves(wrap, map_leaves(wrap, tree))
    assert map_leaves(lambda x: wrap(wrap(x)), tree) == twice
    pairs = map_leaves(lambda x, y: frozenset([x, y]), tree, tree)
    assert flatten(pairs) == [frozenset([x]) for x in flatten(tree)]


@exhaustive
@given(trees, trees)
def test_same_structure_is_that_of_the_containers_without_their_leaves(a: Any, b: Any) -> None:
    def blank(tree: Any) -> str:
        return repr(map_leaves(lambda leaf: 0, tree))

    assert same_structure(a, b) == (blank(a) == blank(b))
    assert same_structure(a, b) == (difference(a, b, "a", "b") is None)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((1,), [1]),
        ((1,), (1, 2)),
        ((1,), 1),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, OrderedDict(a=1)),
        (Point(1, 2), (1, 2)),
        (Data(1, 2), Record(1, 2)),
        ([(1,)], [[1]]),
        ((), None),
        (Marked(1, 2), Marked(2, 2)),
        (Marked(1, 2), Marked(1, 2, "other")),
        (MarkedData(1, 1), MarkedData(1, True)),
        (MarkedData(1, 1), MarkedData(1, 1.0)),
        (MarkedData(1, 0.0), MarkedData(1, -0.0)),
        (MarkedData(1, (1, 2)), MarkedData(1, (1, 2.0))),
    ],
)
def test_different_structures(a: Any, b: Any) -> None:
    assert not same_structure(a, b)
    assert not same_structure(b, a)
    assert structure(a) != structure(b)
    for first, second in ((a, b), ([0, {"w": a}], [0, {"w": b}])):
        with pytest.raises(ValueError, match=r"map_leaves\(.*\): the containers must be built alike; tree"):
            map_leaves(lambda x, y: x, first, second)


def test_the_order_of_leaves() -> None:
    tree = {"z": Point(1, [2]), "a": Data(3, Record(4, (5,)))}
    assert flatten(tree) == [1, 2, 3, 4, 5]


LEAVES = [Variable(np.ones(2)), np.ones(2), "text", b"bytes", None, {1, 2}, range(3), Data, Record, Point]


@pytest.mark.parametrize("leaf", LEAVES, ids=repr)
def test_what_is_a_leaf(leaf: Any) -> None:
    assert flatten(leaf)[0] is leaf
    assert unflatten(leaf, [7]) == 7


@pytest.mark.parametrize(("count", "message"), [(0, "few"), (1, "few"), (3, "many")])
def test_a_wrong_number_of_leaves_raises(count: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"too {message}"):
        unflatten((1, {"a": 2}), range(count))


@pytest.mark.parametrize(
    ("a", "b", "where"),
    [
        ((1, 2), (1,), "a has the length 2, and b has 1"),
        ([1, (2, 3)], [1, [2, 3]], "a[1] is of type tuple, and b[1] is of type list"),
        ({"w": [1]}, {"w": 1}, "a['w'] is of type list, and b['w'] is of type int"),
        ({"a": 1, "b": 2}, {"b": 1, "a": 2}, "a has the keys ['a', 'b'], and b has ['b', 'a']"),
        ([dict.fromkeys(range(9))], [{}], "a[0] has the keys [0, 1, 2, 3, 4, 5, ...], and b[0] has []"),
        ([Marked(1, 2)], [Marked(1, 3, "other")], "a[0].name is '', and b[0].name is 'other'"),
    ],
)
def test_the_place_of_a_difference(a: Any, b: Any, where: str) -> None:
    assert difference(a, b, "a", "b") == where


def test_no_validation_runs_on_new_leaves() -> None:
    @attrs.frozen
    class Positive:
        scale: float = attrs.field(validator=attrs.validators.gt(0), converter=float)

    assert unflatten(Positive(1.0), [-1]).scale == -1


def test_static_fields_belong_to_the_structure() -> None:
    tree = [Marked(1, [2, 3], "a"), MarkedData(4, np.nan)]
    assert (flatten(tree), static_values(tree)) == ([2, 3, 4], [1, "a", np.nan])
    assert paths(tree) == ["[0].a[0]", "[0].a[1]", "[1].a"]
    assert static_paths(tree) == ["[0].kind", "[0].name", "[1].kind"]
    other = unflatten(tree, [5, 6, 7])
    assert repr(other) == repr([Marked(1, [5, 6], "a"), MarkedData(7, np.nan)])
    assert same_structure(tree, other)
    assert structure(tree) == structure(other)


@pytest.mark.parametrize("function", [structure, lambda tree: same_structure(tree, tree)])
def test_a_static_value_must_be_hashable(function: Any) -> None:
    with pytest.raises(TypeError, match=r"MarkedData.kind is a static field, .* must be hashable .* write a tuple"):
        function([MarkedData(1, [1])])
