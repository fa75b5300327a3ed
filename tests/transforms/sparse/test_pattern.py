"""The record `Pattern`: its facts, its other forms and its pictures."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest

from pydezero.transforms.sparse.pattern.pattern import Leaf, Pattern

ARROW = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 1, 0]], bool)


def of(dense: np.ndarray[tuple[int, int], np.dtype[np.bool]]) -> Pattern:
    rows, columns = np.nonzero(dense)
    return Pattern.from_coordinates(rows[::-1], columns[::-1], dense.shape)


def test_facts() -> None:
    pattern = of(ARROW)
    assert pattern.shape == (3, 4)
    assert pattern.nnz == 8
    assert pattern.density == 8 / 12
    assert pattern.scope == "local"
    assert pattern.indptr.tolist() == [0, 4, 6, 8]
    assert pattern.indices.tolist() == [0, 1, 2, 3, 0, 1, 0, 2]
    assert repr(pattern) == "Pattern(shape=(3, 4), nnz=8, density=0.667, scope='local')"
    assert not pattern.indptr.flags.writeable
    assert not pattern.indices.flags.writeable


def test_a_place_named_twice_is_one() -> None:
    pattern = Pattern.from_coordinates([1, 0, 1], [2, 0, 2], (2, 3))
    assert pattern.toarray().tolist() == [[True, False, False], [False, False, True]]


def test_other_forms() -> None:
    pattern = of(ARROW)
    assert np.array_equal(pattern.toarray(), ARROW)
    assert np.array_equal(pattern.T.toarray(), ARROW.T)
    assert np.array_equal(pattern.to_scipy().toarray(), ARROW)
    assert pattern.to_scipy().dtype == bool
    diagonal = np.eye(3, 4, dtype=bool)
    assert np.array_equal((pattern | of(diagonal)).toarray(), ARROW | diagonal)
    assert pattern.covers(of(diagonal & ARROW))
    assert not of(diagonal).covers(pattern)


def test_union_is_global_if_both_are() -> None:
    is_global = Pattern.from_coordinates([0], [0], (3, 4), "global")
    assert (is_global | is_global).scope == "global"
    assert (is_global | of(ARROW)).scope == "local"


def test_blocks() -> None:
    results = Leaf("", (1,), 0), Leaf("", (2,), 1)
    arguments = Leaf("x", (2, 1), 0), Leaf("y", (2,), 2)
    pattern = attrs.evolve(of(ARROW), results=results, arguments=arguments)
    for i, rows in enumerate((slice(0, 1), slice(1, 3))):
        for j, columns in enumerate((slice(0, 2), slice(2, 4))):
            assert np.array_equal(pattern.block(i, j).toarray(), ARROW[rows, columns])
    with pytest.raises(IndexError, match=r"block\(2, 0\): the pattern is of 2 arrays of the result and 2 of"):
        pattern.block(2, 0)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_without_elements(shape: tuple[int, int]) -> None:
    pattern = Pattern.from_coordinates([], [], shape)
    assert pattern.nnz == 0
    assert pattern.density == 0.0
    assert pattern.T.shape == shape[::-1]
    assert pattern.to_scipy().shape == shape
    assert str(pattern).startswith(f"{shape[0]} x {shape[1]}, 0 nonzeros")


def test_picture_of_characters() -> None:
    assert str(of(ARROW)) == "3 x 4, 8 nonzeros (66.67%), local\n⠟⠍"
    large = Pattern.from_coordinates(np.arange(1000), np.arange(1000), (1000, 1000))
    lines = str(large).splitlines()[1:]
    assert len(lines) == 24
    assert {len(line) for line in lines} == {48}
    assert all(line[2 * i] != "⠀" for i, line in enumerate(lines))


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_plot(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    of(ARROW).save(tmp_path / f"arrow{suffix}")
    assert (tmp_path / f"arrow{suffix}").stat().st_size > 1000


def test_plot_of_another_format(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a pattern is saved as .png, .svg, .pdf; the name ends in '.txt'"):
        of(ARROW).save(tmp_path / "arrow.txt")


def test_bad_coordinates() -> None:
    with pytest.raises(ValueError, match="2 rows for 1 columns"):
        Pattern.from_coordinates([0, 1], [0], (2, 2))
    with pytest.raises(ValueError, match=r"a column is not among the 2 of the shape \(2, 2\)"):
        Pattern.from_coordinates([0], [2], (2, 2))
    with pytest.raises(ValueError, match=r"patterns of the shapes \(3, 4\) and \(4, 3\)"):
        of(ARROW) | of(ARROW.T)
