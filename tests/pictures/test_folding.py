"""Repetitions are drawn once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pydezero import draw, grad, trace
from pydezero.pictures import folding
from pydezero.pictures.diagram import Diagram, Role
from pydezero.pictures.folding import repeats_of
from pydezero.pictures.picture import Picture
from pydezero.transforms.staging.repeats import Repeat, Run, runs_of

X = np.ones(3)
W = np.ones((3, 3))


def chain(kinds: str) -> list[list[int | None]]:
    """Operands of operations that each take the result of the one before."""
    return [[i - 1 if i else None] for i in range(len(kinds))]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("", []),
        ("aaaaaa", []),  # five are saved
        ("aaaaaaa", [(0, 1, 7)]),
        ("abcabc", []),  # twice
        ("abcabcabc", [(0, 3, 3)]),
        ("abcabcab", []),
        ("xyabcabcabcabz", [(2, 3, 3)]),
        ("abababababab", [(0, 2, 6)]),  # not (0, 4, 3), (0, 6, 2)
        ("aaaaaaaabcdbcdbcdbcd", [(0, 1, 8), (8, 3, 4)]),
        ("aabaabaabaab", [(0, 3, 4)]),
        ("abcdefgh", []),
    ],
)
def test_sequences(kinds: str, expected: list[tuple[int, int, int]]) -> None:
    assert repeats_of(kinds, chain(kinds)) == [Repeat(*each) for each in expected]


def test_wired_alike() -> None:
    def found(operands: Sequence[Sequence[int | None]]) -> list[Repeat]:
        return repeats_of("a" * len(operands), operands)

    count = 12
    two_steps_back = [[i - 1 if i else None, i - 2 if i > 1 else None] for i in range(count)]
    assert found(two_steps_back) == [Repeat(0, 1, count)]
    apart: list[list[int | None]] = [[None] for _ in range(count)]
    assert found(apart) == [Repeat(0, 1, count)]
    tree: list[list[int | None]] = [[None] for _ in range(8)]
    tree += [[i, i + 1] for i in range(0, 8, 2)]
    assert found(tree) == [Repeat(0, 1, 8)]
    irregular = [[i - 1 - i % 3 if i > 3 else None] for i in range(count)]
    assert found(irregular) == []
    another_number_of_operands = [[None] * (i % 2 + 1) for i in range(count)]
    assert found(another_number_of_operands) == [Repeat(0, 2, 6)]


def loop(x: Any, w: Any) -> Any:
    for _ in range(50):
        x = np.tanh(w @ x) + x
    return np.sum(x)


def layers(params: Any, x: Any) -> Any:
    for w, b in params:
        x = np.tanh(w @ x + b)
    return np.sum(x)


def two_loops(x: Any) -> Any:
    for _ in range(10):
        x = np.sin(x) * 2.0
    for i in range(12):
        x = np.cos(x) + i
    return np.sum(x)


def random_walk(x: Any) -> Any:
    rng = np.random.default_rng(0)
    for _ in range(10):
        x = np.sin(x) + rng.normal(size=3)
    return np.sum(x)


def fibonacci(x: Any) -> Any:
    before, now = x, np.sin(x)
    for _ in range(20):
        before, now = now, np.sin(now + before)
    return np.sum(now)


def count(diagram: Diagram, role: Role = Role.OPERATION) -> int:
    """The number of operations that the boxes stand for."""
    return sum(1 if box.group is None else diagram.groups[box.group].count for box in diagram.boxes if box.role is role)


PARAMS = [(W, X)] * 10


@pytest.mark.parametrize(
    ("f", "args", "groups", "boxes"),
    [
        (loop, (X, W), [50], 4),
        (layers, (PARAMS, X), [10], 4),
        (two_loops, (X,), [10, 12], 5),
        (random_walk, (X,), [10], 3),
        (fibonacci, (X,), [20], 4),
        (grad(loop), (X, W), [50, 50], None),
        (grad(loop, argnums=(0, 1)), (X, W), [50, 49], None),
        (grad(layers), (PARAMS, X), [10, 9], None),
        (grad(two_loops), (X,), [10, 12, 11, 10], None),
        (grad(random_walk), (X,), [10, 10], None),
        (lambda x: x, (X,), [], 0),
    ],
)
def test_every_operation_is_in_a_box(f: Callable[..., Any], args: Any, groups: list[int], boxes: int | None) -> None:
    folded, all_of_it = draw(f)(*args).diagram, draw(f, fold=False)(*args).diagram
    assert [group.count for group in folded.groups] == groups
    assert count(folded) == count(all_of_it) == len(trace(f)(*args).equations)
    assert len(all_of_it.groups) == 0
    if boxes is not None:
        assert sum(box.role is Role.OPERATION for box in folded.boxes) == boxes
    keys = [box.key for box in folded.boxes]
    assert len(set(keys)) == len(keys)
    assert {key for arrow in folded.arrows for key in (arrow.tail, arrow.head)} <= set(keys)


def arrows(picture: Picture) -> set[tuple[str, str, bool]]:
    titles = {box.key: box.title for box in picture.diagram.boxes}
    return {(titles[arrow.tail], titles[arrow.head], arrow.again) for arrow in picture.diagram.arrows}


def test_the_ends_of_a_loop_are_seen() -> None:
    assert arrows(draw(loop)(X, W)) == {
        ("x", "matmul", False),
        ("w", "matmul", False),
        ("matmul", "tanh", False),
        ("tanh", "add", False),
        ("x", "add", False),
        ("add", "matmul", True),
        ("add", "add", True),
        ("add", "sum", False),
        ("sum", "result", False),
    }


def test_inputs_and_results_of_each_repetition_are_drawn_once() -> None:
    diagram = draw(grad(layers))(PARAMS, X).diagram  # type: ignore[call-overload]  # a list is a container here
    values = {box.title: box.details for box in diagram.boxes if box.role in (Role.INPUT, Role.OUTPUT)}
    assert values["params[0][1] … params[9][1]"] == ("f64[3]", "× 10")  # noqa: RUF001  # the sign for times
    assert values["result[1][1] … result[9][1]"] == ("f64[3]", "× 9")  # noqa: RUF001  # likewise
    assert values["result[0][1]"] == ("f64[3]",)


def test_what_differs_is_written_from_the_first_to_the_last() -> None:
    diagram = draw(two_loops)(X).diagram
    assert [box.text for box in diagram.boxes if box.title == "add"] == ["add(·, 0 … 11)"]

    def rows(x: Any, table: Any) -> Any:
        for i in range(9):
            x = np.sin(x) + table[i]
        return x

    (row,) = [box for box in draw(rows)(X, np.ones((9, 3))).diagram.boxes if box.title == "getitem"]
    assert row.details == ("index=0 … index=8", "f64[3]")


def test_what_is_short_is_not_folded() -> None:
    assert draw(lambda x: np.sin(np.sin(np.sin(x))))(1.0).diagram.groups == ()


def test_a_large_graph_is_folded_quickly_enough_to_be_tested() -> None:
    def long(x: Any) -> Any:
        for i in range(3000):
            x = np.sin(x) if (i * i) % 7 < 3 else np.cos(x)
        return x

    (group,) = draw(long)(1.0).diagram.groups
    assert group.count == 428


def test_many_different_repeats_are_found_in_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    search = runs_of

    def counted(kinds: NDArray[np.intp], fewest: int) -> list[Run]:
        searched.append(len(kinds))
        return search(kinds, fewest)

    monkeypatch.setattr(folding, "runs_of", counted)
    kinds: list[str] = []
    expected: list[Repeat] = []
    for i in range(200):
        period = 1 + i % 3
        expected.append(Repeat(len(kinds), period, 8))
        kinds += [f"{i} {k}" for k in range(period)] * 8
    assert repeats_of(kinds, [[i - 1 if i else None] for i in range(len(kinds))]) == expected
    assert searched == [len(kinds)]
