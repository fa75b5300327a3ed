"""`save` and `load`: what is read is what was written, and what does not fit is named."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import Variable, load, save
from pydezero.tree import STATIC, flatten, map_leaves, same_structure


class Layer(NamedTuple):
    weight: Any
    bias: Any


@attrs.frozen(eq=False)
class Model:
    """A record whose validator does not run when it is read."""

    layers: list[Layer]
    name: str = attrs.field(default="net", validator=attrs.validators.instance_of(str))
    activation: Callable[[Any], Any] = np.tanh
    note: None = None


TREES: dict[str, Any] = {
    "array": np.arange(6.0).reshape(2, 3),
    "number": 2.5,
    "record": Model([Layer(np.ones((2, 3), np.float32), 0.5), Layer(np.arange(3), True)], "a\nname"),
    "keys": {"a/b": np.ones(2), "../c": np.zeros(1), 3: 1, "3": 2, ("x", 1): 1j, "file": np.int8(3), "": np.bool(True)},
    "empty arrays": (np.zeros((0, 3)), np.array(7, np.uint8), np.float16(0.5), np.longdouble("0.1")),
    "layouts": [np.arange(6.0).reshape(2, 3).T, np.arange(9.0)[::2], np.arange(3.0).astype(">f4")],
    "values": [np.array([np.nan, -0.0, np.inf]), float("-inf"), 10**18],
}


def _blank(x: Any) -> Any:
    """A leaf of the same kind, with another value."""
    if isinstance(x, np.ndarray):
        return np.zeros_like(x)
    return type(x)(0) if isinstance(x, np.generic | int | float | complex) else x


@pytest.mark.parametrize("tree", TREES.values(), ids=list(TREES))
def test_what_is_read_is_what_was_written(tree: Any, tmp_path: Path) -> None:
    path = tmp_path / "file.npz"
    save(path, tree)
    like = map_leaves(_blank, tree)
    found = load(str(path), like)
    assert same_structure(found, tree)
    for x, y in zip(flatten(tree), flatten(found), strict=True):
        assert type(x) is type(y)
        if isinstance(x, np.ndarray):
            assert (x.dtype.newbyteorder("="), x.shape) == (y.dtype, y.shape)
            assert y.flags.writeable
            assert_array_equal(x, y)
        else:
            assert x is y or str(x) == str(y)
    assert os.listdir(tmp_path) == ["file.npz"]


@attrs.frozen(eq=False)
class Static:
    """A record with static fields of all kinds."""

    w: Any
    sizes: tuple[Any, ...] = attrs.field(default=(1, (2.0, "a", None)), metadata=STATIC)
    activation: Any = attrs.field(default=np.tanh, metadata=STATIC)
    other: Any = attrs.field(default=frozenset(), metadata=STATIC)


def test_static_fields_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "file"
    save(path, [Static(np.ones(2)), 1.0])
    for like in (Static(np.zeros(2)), Static(np.zeros(2), other=frozenset({1}))):
        found: Any = load(path, [like, 0.0])
        assert_array_equal(found[0].w, np.ones(2))
        assert found[0].other is like.other
    with pytest.raises(ValueError, match="does not fit") as caught:
        load(path, [Static(np.zeros(2), sizes=(1, (2.0, "b", None)), activation=np.sin), 0.0])
    assert "[0].sizes is (1, (2.0, 'a', None)) in the file, and (1, (2.0, 'b', None)) in like" in str(caught.value)
    assert "[0].activation is tanh in the file, and sin in like" in str(caught.value)
    with pytest.raises(ValueError, match=r"\[0\]\.activation is in the file, and not in like"):
        load(path, [Static(np.zeros(2), activation=lambda x: x), 0.0])


def test_numpy_reads_it_and_the_same_arrays_are_the_same_file(tmp_path: Path) -> None:
    tree = {"layers": [Layer(np.ones(2), 0.5)], "name": "x"}
    save(tmp_path / "a", tree)
    save(tmp_path / "b", tree)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with np.load(tmp_path / "a") as archive:
        assert archive.files == ["['layers'][0].weight", "['layers'][0].bias", "['name']"]
        assert_array_equal(archive["['layers'][0].weight"], np.ones(2))


LIKE = {"layers": [Layer(np.ones((2, 3)), 0.5)], "name": "x"}

# What is read into another container, and what the message has.
MISFITS: dict[str, tuple[Any, list[str]]] = {
    "shape": (
        {"layers": [Layer(np.ones((3, 2)), 0.5)], "name": "x"},
        [r"['layers'][0].weight has shape (2, 3) in the file, and (3, 2) in like"],
    ),
    "dtype": (
        {"layers": [Layer(np.ones((2, 3), np.float32), 1)], "name": "x"},
        [
            "['layers'][0].weight is of dtype float64 in the file, and float32 in like",
            "['layers'][0].bias is of dtype float64",
        ],
    ),
    "names": (
        {"layers": [Layer(np.ones((2, 3)), 0.5)], "names": "x"},
        ["['names'] is not in the file", "['name'] is in the file, and not in like"],
    ),
    "length": (
        {"layers": [*LIKE["layers"], *LIKE["layers"]], "name": "x"},
        ["['layers'][1].weight is not in the file"],
    ),
    "a string for a number": (
        {"layers": [Layer(np.ones((2, 3)), "a")], "name": "x"},
        ["dtype float64 in the file, and <U1 in like"],
    ),
    "many": ([np.zeros(1)] * 20, ["[0] is not in the file", "and 13 more"]),
}


@pytest.mark.parametrize(("like", "parts"), MISFITS.values(), ids=list(MISFITS))
def test_a_file_that_does_not_fit(like: Any, parts: list[str], tmp_path: Path) -> None:
    save(tmp_path / "file", LIKE)
    with pytest.raises(ValueError, match=r"load\(path, like\): .*file does not fit:") as caught:
        load(tmp_path / "file", like)
    for part in parts:
        assert part in str(caught.value)


def _pickled() -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, value=np.array([{}], object))
    return file.getvalue()


def _single() -> bytes:
    file = io.BytesIO()
    np.save(file, np.ones(2))
    return file.getvalue()


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("value.npy", _single())
    return file.getvalue()


def _damaged(file: bytes, place: int) -> bytes:
    """A file with another byte at a place."""
    content = bytearray(file)
    content[place] ^= 0xFF
    return bytes(content)


def _compressed() -> bytes:
    """The file that NumPy writes with compression, which `load` reads, too."""
    file = io.BytesIO()
    np.savez_compressed(file, value=np.arange(100.0))
    return file.getvalue()


# How the list of what is in an archive begins, and its end.
_LISTED, _LAST = b"PK\x01\x02", b"PK\x05\x06"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no file of arrays",
        _pickled(),
        _single(),
        _damaged(_archive(), len(_archive()) // 2 - 40),
        _damaged(_compressed(), 60),
        *[_damaged(_archive(), _archive().index(_LISTED) + place) for place in (6, 8, 10, 43)],
        _damaged(_archive(), _archive().index(_LAST) + 17),
    ],
    ids=[
        "empty",
        "text",
        "pickle",
        "npy",
        "an element",
        "compressed",
        "version",
        "encrypted",
        "compression",
        "begin",
        "begin of the list",
    ],
)
def test_what_is_no_such_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match=r"load\(path, like\): .*is no file that save has written, or is damaged: "):
        load(tmp_path / "file", np.zeros(2))


def test_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        load(tmp_path / "nothing", 1.0)
    with pytest.raises(FileNotFoundError):
        save(tmp_path / "nothing" / "file", 1.0)
    with pytest.raises(IsADirectoryError, match=r"save\(path, tree\): .* is a directory; add the name of a file"):
        save(tmp_path, 1.0)
    assert os.listdir(tmp_path) == []


def test_a_path_that_is_none() -> None:
    wrong: Any = {"a": 1.0}
    with pytest.raises(TypeError, match=r"save\(path, tree\): path must be a string or a path, got dict"):
        save(wrong, "file")
    with pytest.raises(TypeError, match=r"load\(path, like\): path must be a string or a path, got dict"):
        load(wrong, "file")


@attrs.frozen
class Key:
    """Two of these have one text."""

    number: int = attrs.field(repr=False)


# Any: wrong on purpose.
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "Variable": (
        {"w": Variable(np.ones(2))},
        TypeError,
        r"tree\['w'\] is a Variable; save what a transform returns, or x.data",
    ),
    "objects": ([np.array([{}], object)], TypeError, r"tree\[0\] becomes an array of dtype object"),
    "dates": (np.array(["2026-01-01"], "M8"), TypeError, "tree becomes an array of dtype datetime64"),
    "masked": ([np.ma.masked_array([1.0], [True])], TypeError, r"tree\[0\] is a MaskedArray"),
    "a generator": (
        ([1.0], np.random.default_rng(0)),
        TypeError,
        r"tree\[1\] is a Generator, no array, number or string; save json.dumps\(rng.bit_generator.state\)",
    ),
    "bytes": ([1.0, b"x"], TypeError, r"tree\[1\] is a bytes, no array, .*; leave it out, or make it a static field"),
    "large integer": ([10**30], TypeError, r"tree\[0\] becomes an array of dtype object"),
    "null": (["a", "b\0"], ValueError, r"tree\[1\] ends with a null character"),
    "nothing": ({"a": None, "f": np.tanh}, ValueError, "no array, number or string in tree"),
    "two names alike": ({Key(1): 1.0, Key(2): 2.0}, ValueError, r"two leaves have the path \[Key\(\)\]"),
}


@pytest.mark.parametrize(("tree", "error", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_saved(tree: Any, error: type[Exception], message: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    save(path, 1.0)
    with pytest.raises(error, match=message):
        save(path, tree)
    assert load(path, 0.0) == 1.0


def test_a_file_is_replaced_when_the_new_one_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    save(path, [1.0, 2.0])
    written: list[Any] = []

    def write_array(file: Any, array: Any, **options: Any) -> None:
        written.append(array)
        if len(written) == 2:
            raise OSError("no space left")

    monkeypatch.setattr("numpy.lib.format.write_array", write_array)
    with pytest.raises(OSError, match="no space left"):
        save(path, [3.0, 4.0])
    assert load(path, [0.0, 0.0]) == [1.0, 2.0]
    assert os.listdir(tmp_path) == ["file"]


def test_an_archive_of_the_format_for_large_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has more than 65,535 arrays, or more than 4 GB, ends with other records."""
    with monkeypatch.context() as patched:
        patched.setattr("zipfile.ZIP_FILECOUNT_LIMIT", 1)
        save(tmp_path / "file", [1.0, 2.0])
    assert b"PK\x06\x06" in (tmp_path / "file").read_bytes()
    assert load(tmp_path / "file", [0.0, 0.0]) == [1.0, 2.0]


def test_threads_save_to_one_path(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def save_some(number: float) -> None:
        for _ in range(10):
            save(path, np.full(50_000, number))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save_some, (0.0, 1.0, 2.0, 3.0)))
    found = load(path, np.zeros(50_000))
    assert_array_equal(found, found[0])
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")
def test_links_and_modes_stay(tmp_path: Path) -> None:
    save(tmp_path / "file", 1.0)
    (tmp_path / "link").symlink_to("file")
    save(tmp_path / "link", 2.0)
    assert (tmp_path / "link").is_symlink()
    assert load(tmp_path / "file", 0.0) == 2.0
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "file").chmod(0o600)
    save(tmp_path / "file", 3.0)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
