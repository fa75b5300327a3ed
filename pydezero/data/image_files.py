"""Readers of the files of MNIST and CIFAR, where the user has them. Nothing is downloaded."""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["cifar10", "cifar100", "mnist", "read_idx"]

# The dtypes of idx files by the third byte, most significant byte first.
_IDX_DTYPES: Final = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}

_BYTES_OF_IMAGE: Final = 3 * 32 * 32


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """The array in an idx file, the format of MNIST and of data sets like it; compressed by gzip or not.

    The format is that of "THE IDX FILE FORMAT" on MNIST's page: two zeros, a code of the dtype, the number of axes, the
    length of each, and the elements, most significant byte first.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is no idx file, or not a complete one.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30]))
    ...     file.flush()
    ...     read_idx(file.name)
    array([[10, 20, 30]], dtype=uint8)
    """
    content = _content(path)
    where = f"read_idx: {os.fspath(path)}"
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _IDX_DTYPES:
        raise ValueError(f"{where} is no idx file: it begins with {content[:4]!r}")
    dtype, ndim = np.dtype(_IDX_DTYPES[content[2]]), content[3]
    start = 4 + 4 * ndim
    if len(content) < start:
        raise ValueError(f"{where} ends within its head")
    shape = struct.unpack(f">{ndim}I", content[4:start])
    wanted = start + dtype.itemsize * int(np.prod(shape, dtype=object))
    if len(content) != wanted:
        raise ValueError(f"{where} has {len(content)} bytes, and an array of shape {shape} takes {wanted}")
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def mnist(
    directory: str | os.PathLike[str], part: Literal["train", "test"] = "train"
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The digits of MNIST, or of a data set with the same files (Fashion-MNIST), from a directory that has them.

    The files are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and `t10k-...` for the test, with `.gz` or
    without; their names may have `.idx3-ubyte` in the place of `-idx3-ubyte`.

    Returns:
        The images, of shape (60000, 28, 28) or (10000, 28, 28), from 0 to 255, and the digit of each.

    Raises:
        FileNotFoundError: the directory has no such file; the message has the names that were looked for.
        ValueError: a file is not one of MNIST's, `part` is neither "train" nor "test".
    """
    _check_part("mnist", part)
    prefix = "train" if part == "train" else "t10k"
    images = read_idx(_first_file("mnist", directory, _mnist_names(prefix, "images", 3)))
    labels = read_idx(_first_file("mnist", directory, _mnist_names(prefix, "labels", 1)))
    if (
        images.ndim != 3
        or images.dtype != np.uint8
        or labels.ndim != 1
        or len(images) != len(labels)
        or labels.dtype != np.uint8
    ):
        raise ValueError(
            f"mnist: the files in {os.fspath(directory)} have images of shape {images.shape}, {images.dtype}, and "
            f"labels of shape {labels.shape}, {labels.dtype}, which do not belong together"
        )
    return images, labels.astype(np.int64)


def cifar10(
    directory: str | os.PathLike[str], part: Literal["train", "test"] = "train"
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The images of CIFAR-10 from a directory that has its binary version (`data_batch_1.bin`, ..., `test_batch.bin`).

    The version for Python is not read: it is pickled, and to read a pickle is to run what is in it.

    Returns:
        The images, of shape (50000, 3, 32, 32) or (10000, 3, 32, 32), from 0 to 255, and the class of each.

    Raises:
        FileNotFoundError: the directory has no such file; the message has the names that were looked for.
        ValueError: a file is not one of CIFAR's, `part` is neither "train" nor "test".
    """
    _check_part("cifar10", part)
    names = [f"data_batch_{i}.bin" for i in range(1, 6)] if part == "train" else ["test_batch.bin"]
    parts = [_cifar_records("cifar10", directory, name, 1) for name in names]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return images, _classes("cifar10", labels[:, 0], 10)


def cifar100(
    directory: str | os.PathLike[str], part: Literal["train", "test"] = "train"
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The images of CIFAR-100 from a directory that has its binary version (`train.bin`, `test.bin`).

    Returns:
        The images, of shape (50000, 3, 32, 32) or (10000, 3, 32, 32), from 0 to 255, and the fine class of each.

    Raises:
        FileNotFoundError: the directory has no such file; the message has the names that were looked for.
        ValueError: a file is not one of CIFAR's, `part` is neither "train" nor "test".
    """
    _check_part("cifar100", part)
    images, labels = _cifar_records("cifar100", directory, f"{part}.bin", 2)
    return images, _classes("cifar100", labels[:, 1], 100)


def _check_part(where: str, part: object) -> None:
    if part not in ("train", "test"):
        raise ValueError(f'{where}: part must be "train" or "test", got {part!r}')


def _mnist_names(prefix: str, what: str, ndim: int) -> list[str]:
    return [f"{prefix}-{what}{mark}idx{ndim}-ubyte{suffix}" for mark in ("-", ".") for suffix in ("", ".gz")]


def _first_file(where: str, directory: str | os.PathLike[str], names: list[str], advice: str = "") -> Path:
    """The first of these files that is there.

    Raises:
        FileNotFoundError: none is.
    """
    for name in names:
        path = Path(directory) / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"{where}: {os.fspath(directory)} has no {' or '.join(names)}{advice}")


def _cifar_records(
    where: str, directory: str | os.PathLike[str], name: str, labels: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The images of a file, and the labels before each."""
    pickled = Path(directory) / name.removesuffix(".bin")
    advice = (
        "; the files here are the version for Python, which is pickled: take the binary version" * pickled.is_file()
    )
    path = _first_file(where, directory, [name, f"{name}.gz"], advice)
    content = np.frombuffer(_content(path), np.uint8)
    record = labels + _BYTES_OF_IMAGE
    if not content.size or content.size % record:
        raise ValueError(
            f"{where}: {path} has {content.size} bytes, which is no multiple of {record}, an image with its label"
        )
    records = content.reshape(-1, record)
    return records[:, labels:].reshape(-1, 3, 32, 32).copy(), records[:, :labels].copy()


def _classes(where: str, labels: NDArray[np.uint8], count: int) -> NDArray[np.int64]:
    if np.any(labels >= count):
        raise ValueError(f"{where}: a class is {labels.max()}, and they are from 0 to {count - 1}; is it another file?")
    return labels.astype(np.int64)


def _content(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file, uncompressed if it is one of gzip.

    Raises:
        ValueError: it is one of gzip, and damaged.
    """
    content = Path(path).read_bytes()
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{os.fspath(path)} is a damaged file of gzip: {error}") from error
