"""`save` and `load`: a container of arrays as one `.npz` file, which NumPy reads too.

Each array is an entry, named by its path in the container (`['layers'][0].weight`). So is each static field, as a text
to compare with. Nothing is pickled, so a file can run no code when it is read.
"""

from __future__ import annotations

import os
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from shutil import copymode
from typing import IO, Any, Final, TypeVar

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from pydezero.core.types import NUMERIC_KINDS
from pydezero.core.variable import Variable, is_numeric
from pydezero.tree import Tree, flatten, paths, static_paths, static_values, unflatten

__all__ = ["load", "save"]

T = TypeVar("T")

# The types of a path to a file that `open` takes.
Path = str | os.PathLike[str]

_NUMBERS: Final = bool | int | float | complex | np.generic

# How many leaves that do not fit are listed in a message.
_LISTED: Final = 10

_WHERE: Final = "load(path, like)"


def save(path: Path, tree: Tree) -> None:
    """Write a container of arrays (parameters, the state of an optimiser, both in a tuple) into a file.

    The file is an `.npz`, whatever its name; `numpy.load` gives its arrays by their paths in the container. It replaces
    an older file only when it is complete, so that a reader finds either the old or the new one.

    Args:
        path: where to. Its directory must exist.
        tree: an array, number or string, or a container of them. None and functions may be in it and are not written:
            `load` takes them from the container that it is given.

    Raises:
        TypeError: a leaf is a Variable, an array that holds no numbers, or another object (a Generator); the message
            names it. Or path is no path.
        ValueError: there is no array, number or string in it, or two leaves have the same path; a string ends with a
            null character.
        OSError: there is no such directory, or the file cannot be written.

    >>> import tempfile, numpy as np
    >>> params = {"w": np.array([1.0, 2.0]), "b": 0.5}
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     save(f"{directory}/model.npz", params)
    ...     load(f"{directory}/model.npz", like={"w": np.zeros(2), "b": 0.0})
    {'w': array([1., 2.]), 'b': 0.5}
    """
    where = "save(path, tree)"
    place = os.path.realpath(_checked(where, path))
    entries = _entries(tree, f"{where}: tree")
    if not entries:
        raise ValueError(f"{where}: there is no array, number or string in tree")
    if os.path.isdir(place):
        raise IsADirectoryError(f"{where}: {place} is a directory; add the name of a file")
    if not os.path.isdir(os.path.dirname(place)):
        raise FileNotFoundError(f"{where}: there is no directory {os.path.dirname(place)}")
    with _replacing(place) as file, zipfile.ZipFile(file, "w") as archive:
        texts = {name: np.asarray(text) for name, text in _static_texts(tree).items()}
        for name, array in ({name: array for name, (_, array) in entries.items()} | texts).items():
            # Without a date of its own, so that the same arrays are the same file.
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as entry:
                npy.write_array(entry, array, allow_pickle=False)


def load(path: Path, like: T) -> T:
    """Read a file that `save` wrote, into a container like the given one.

    Args:
        path: the file.
        like: a container of the types, shapes and dtypes that were saved, such as freshly made parameters, or
            `optimizer.init(params)`. Its values do not matter, but those of static fields, which must be the same;
            leaves that are not written (None, functions) are taken from it.

    Returns:
        A container of the same types, of fresh arrays; Python numbers where `like` has them.

    Raises:
        ValueError: the file has other leaves, or a leaf another shape or dtype, or a static field (a number, a string,
            a function by its name, a tuple of these) another value; the message names each. Or it is no file of arrays,
            or damaged.
        TypeError: like has a leaf that cannot be saved, or path is no path.
        OSError: there is no such file, or it cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     save(f"{directory}/params.npz", {"w": np.array([1.0, 2.0]), "b": 0.5})
    ...     load(f"{directory}/params.npz", {"w": np.zeros(2), "b": 0.0})
    {'w': array([1., 2.]), 'b': 0.5}
    """
    _checked(_WHERE, path)
    wanted = _entries(like, f"{_WHERE}: like")
    found = _read(path)
    texts = _static_texts(like)
    differences = [*_missing(found, {**wanted, **texts}), *_different(found, wanted), *_other_texts(found, texts)]
    if differences:
        more = len(differences) - _LISTED
        rows = "".join(
            [f"\n    {row}" for row in [*differences[:_LISTED], *([f"and {more} more"] if more > 0 else [])]]
        )
        raise ValueError(
            f"{_WHERE}: {os.fspath(path)} does not fit:{rows}\n"
            "    like must be what was saved: a model made with the same sizes, the state of the same optimiser"
        )
    by_index = {i: (name, array) for name, (i, array) in wanted.items()}
    leaves = flatten(like)
    return unflatten(like, [_as_leaf(found[by_index[i][0]], x) if i in by_index else x for i, x in enumerate(leaves)])


def _read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file by their names.

    Raises:
        ValueError: it is no file of arrays, or damaged.
        OSError: there is no such file, or it cannot be opened.
    """
    with open(path, "rb") as file:
        try:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is no complete .npz")
            file.seek(0)
            with np.load(file, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except (ValueError, EOFError, KeyError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            # Where a byte has changed, an archive may seem to be encrypted, compressed, or to begin before the file.
            raise ValueError(
                f"{_WHERE}: {os.fspath(path)} is no file that save has written, or is damaged: {error}"
            ) from error


def _entries(tree: Tree, what: str) -> dict[str, tuple[int, NDArray[Any]]]:
    """The leaves that are written by their paths, each with its place among all leaves and as an array."""
    entries: dict[str, tuple[int, NDArray[Any]]] = {}
    for i, (path, leaf) in enumerate(zip(paths(tree), flatten(tree), strict=True)):
        name = path or "value"
        if isinstance(leaf, Variable):
            raise TypeError(f"{what}{path} is a Variable; save what a transform returns, or x.data")
        if isinstance(leaf, np.ma.MaskedArray) or (is_numeric(leaf) and not isinstance(leaf, np.ndarray | _NUMBERS)):
            raise TypeError(f"{what}{path} is a {type(leaf).__name__}; save it as an array of NumPy's")
        if leaf is None or callable(leaf):
            continue
        if isinstance(leaf, np.random.Generator):
            raise TypeError(
                f"{what}{path} is a Generator, no array, number or string; save json.dumps(rng.bit_generator.state)"
            )
        if not isinstance(leaf, np.ndarray | _NUMBERS | str):
            raise TypeError(
                f"{what}{path} is a {type(leaf).__name__}, no array, number or string, and would not be written; leave "
                "it out, or make it a static field (metadata=STATIC)"
            )
        if isinstance(leaf, str) and leaf.endswith("\0"):
            raise ValueError(f"{what}{path} ends with a null character, which an array of NumPy's would lose")
        array = np.asarray(leaf)
        if array.dtype.kind not in NUMERIC_KINDS and not isinstance(leaf, str):
            raise TypeError(f"{what}{path} becomes an array of dtype {array.dtype}, which holds no numbers")
        if name in entries:
            raise ValueError(f"{what}: two leaves have the path {name}")
        entries[name] = i, array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return entries


def _checked(where: str, path: Path) -> Path:
    """A path as it is.

    Raises:
        TypeError: it is no string and no path.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"{where}: path must be a string or a path, got {type(path).__name__}")
    return path


@contextmanager
def _replacing(path: str) -> Iterator[IO[bytes]]:
    """A new file to write into, which takes the place of another one if all goes well."""
    directory, name = os.path.split(path)
    # Others may save to the same path meanwhile.
    temporary = os.path.join(directory, f".{name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def _missing(found: Mapping[str, object], wanted: Mapping[str, object]) -> Iterator[str]:
    """The leaves that only one of both has."""
    yield from [f"{name} is not in the file" for name in wanted if name not in found]
    yield from [f"{name} is in the file, and not in like" for name in found if name not in wanted]


def _different(found: Mapping[str, NDArray[Any]], wanted: Mapping[str, tuple[int, NDArray[Any]]]) -> Iterator[str]:
    """The leaves that differ in what must be the same."""
    for name, (_, like) in wanted.items():
        if name not in found:
            continue
        saved = found[name]
        if saved.shape != like.shape:
            yield f"{name} has shape {saved.shape} in the file, and {like.shape} in like"
        elif saved.dtype != like.dtype and (saved.dtype.kind, like.dtype.kind) != ("U", "U"):
            yield f"{name} is of dtype {saved.dtype} in the file, and {like.dtype} in like"


def _static_texts(tree: Tree) -> dict[str, str]:
    """The static fields that can be compared with those of another run of the program, each as a text."""
    texts = zip(static_paths(tree), map(_text, static_values(tree)), strict=True)
    return {path: text for path, text in texts if text is not None}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, bool | int | float | complex | str):
        return repr(value)
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, tuple):
        texts = [_text(part) for part in value]
        return None if None in texts else f"({', '.join(filter(None, texts))})"
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) and name != "<lambda>" else None


def _other_texts(found: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> Iterator[str]:
    """The static fields that differ."""
    for name, text in texts.items():
        if name in found and found[name].item() != text:
            yield f"{name} is {found[name].item()} in the file, and {text} in like"


def _as_leaf(array: NDArray[Any], like: Any) -> Any:
    """An array from a file as what a leaf is: an array, a number of NumPy's or Python's, a string."""
    if isinstance(like, np.ndarray):
        return array
    return array[()] if isinstance(like, np.generic) else array.item()
