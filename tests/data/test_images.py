"""Files of images, made here in the formats of MNIST and CIFAR, and the transforms of images."""

from __future__ import annotations

import gzip
import pickle
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pydezero import data

RNG = np.random.default_rng(0)


def idx(array: np.ndarray[Any, Any]) -> bytes:
    code = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}[array.dtype.str[1:]]
    head = struct.pack(f">4B{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("packed", [False, True])
def test_an_idx_file_of_each_dtype(dtype: str, packed: bool, tmp_path: Path) -> None:
    array = RNG.integers(0, 100, (3, 2, 4)).astype(dtype)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    found = data.read_idx(path)
    assert_array_equal(found, array)
    assert found.dtype == dtype
    assert found.flags.writeable


@pytest.mark.parametrize("form", ["{}-{}-idx{}-ubyte", "{}-{}-idx{}-ubyte.gz", "{}-{}.idx{}-ubyte"])
def test_the_files_of_mnist(form: str, tmp_path: Path) -> None:
    for prefix, count in (("train", 6), ("t10k", 2)):
        for what, array in (
            ("images", np.full((count, 28, 28), count, np.uint8)),
            ("labels", np.arange(count, dtype=np.uint8)),
        ):
            content = idx(array)
            name = form.format(prefix, what, array.ndim)
            (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    images, labels = data.mnist(tmp_path)
    assert images.shape == (6, 28, 28)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    assert_array_equal(labels, np.arange(6))
    assert np.all(data.mnist(tmp_path, "test")[0] == 2)


def cifar(labels: np.ndarray[Any, Any], images: np.ndarray[Any, Any]) -> bytes:
    return np.concatenate([labels, images.reshape(len(images), -1)], axis=1).astype(np.uint8).tobytes()


def test_the_files_of_cifar(tmp_path: Path) -> None:
    images = RNG.integers(0, 256, (12, 3, 32, 32)).astype(np.uint8)
    labels = RNG.integers(0, 10, (12, 2))
    for i in range(5):
        (tmp_path / f"data_batch_{i + 1}.bin").write_bytes(
            cifar(labels[2 * i : 2 * i + 2, :1], images[2 * i : 2 * i + 2])
        )
    (tmp_path / "test_batch.bin").write_bytes(cifar(labels[10:, :1], images[10:]))
    (tmp_path / "train.bin").write_bytes(cifar(labels, images))
    for found, of in ((data.cifar10(tmp_path), slice(10)), (data.cifar10(tmp_path, "test"), slice(10, 12))):
        assert_array_equal(found[0], images[of])
        assert_array_equal(found[1], labels[of, 0])
        assert found[0].dtype == np.uint8
        assert found[1].dtype == np.int64
    assert_array_equal(data.cifar100(tmp_path)[1], labels[:, 1])


# What is in the directory, and what is read. Any: a wrong part.
Read = Callable[[Path], Any]
WRONG: dict[str, tuple[dict[str, bytes], Read, type[Exception], str]] = {
    "no directory of mnist": (
        {},
        data.mnist,
        FileNotFoundError,
        "mnist: .* has no train-images-idx3-ubyte or train-images-idx3-ubyte.gz or",
    ),
    "no idx": ({"a": b"\0\0\1\1"}, lambda d: data.read_idx(d / "a"), ValueError, "is no idx file: it begins with"),
    "an empty file": ({"a": b""}, lambda d: data.read_idx(d / "a"), ValueError, "is no idx file"),
    "half a head": ({"a": b"\0\0\x08\x03\0\0"}, lambda d: data.read_idx(d / "a"), ValueError, "ends within its head"),
    "too short": (
        {"a": idx(np.zeros((2, 3), "u1"))[:-1]},
        lambda d: data.read_idx(d / "a"),
        ValueError,
        r"has 17 bytes, and an array of shape \(2, 3\) takes 18",
    ),
    "too long": (
        {"a": idx(np.zeros((2, 3), "u1")) + b"1"},
        lambda d: data.read_idx(d / "a"),
        ValueError,
        "has 19 bytes",
    ),
    "damaged": (
        {"a": gzip.compress(idx(np.zeros(50, "u1")))[:-9]},
        lambda d: data.read_idx(d / "a"),
        ValueError,
        "is a damaged file of gzip",
    ),
    "images and labels of two sets": (
        {
            "train-images-idx3-ubyte": idx(np.zeros((2, 28, 28), "u1")),
            "train-labels-idx1-ubyte": idx(np.zeros(3, "u1")),
        },
        data.mnist,
        ValueError,
        "which do not belong together",
    ),
    "another part of mnist": ({}, lambda d: data.mnist(d, "valid"), ValueError, '"train" or "test", got \'valid\''),  # type: ignore[arg-type]  # wrong on purpose
    "another part of cifar": ({}, lambda d: data.cifar10(d, "valid"), ValueError, "cifar10: part must be"),  # type: ignore[arg-type]  # wrong on purpose
    "no cifar": ({}, data.cifar100, FileNotFoundError, "cifar100: .* has no train.bin or train.bin.gz$"),
    "cifar for Python": (
        {"data_batch_1": pickle.dumps({})},
        data.cifar10,
        FileNotFoundError,
        "which is pickled: take the binary version",
    ),
    "half an image": (
        {"test_batch.bin": b"\0" * 3000},
        lambda d: data.cifar10(d, "test"),
        ValueError,
        "3000 bytes, which is no multiple of 3073",
    ),
    "no image": ({"test_batch.bin": b""}, lambda d: data.cifar10(d, "test"), ValueError, "0 bytes"),
    "a class too many": (
        {"test_batch.bin": b"\x0a" + b"\0" * 3072},
        lambda d: data.cifar10(d, "test"),
        ValueError,
        "a class is 10, and they are from 0 to 9",
    ),
    "std of 0": (
        {},
        lambda d: data.normalise(np.ones((2, 3)), 0.0, np.array([1.0, 0.0, 2.0])),
        ValueError,
        "is not at 1 of 3 places",
    ),
    "mean of another shape": (
        {},
        lambda d: data.normalise(np.ones((2, 3, 4, 4)), np.zeros(3), 1.0),
        ValueError,
        r"mean of shape \(3,\) cannot be broadcast against x of shape \(2, 3, 4, 4\); .* \(channels, 1, 1\)",
    ),
    "complex numbers": (
        {},
        lambda d: data.normalise(1j * np.ones(3), 0.0, 1.0),
        TypeError,
        "x must be real numbers, got complex",
    ),
    "no images": (
        {},
        lambda d: data.normalise(None, 0.0, 1.0),  # type: ignore[arg-type]  # wrong on purpose
        TypeError,
        "normalise: x must be real numbers, got object",
    ),
    "a complex mean": ({}, lambda d: data.normalise(np.ones(3), 1j, 1.0), TypeError, "mean must be real numbers"),
    "a larger mean": ({}, lambda d: data.normalise(np.ones(3), np.zeros((2, 3)), 1.0), ValueError, "mean of shape"),
    "one image": (
        {},
        lambda d: data.flip(np.ones((3, 4)), RNG),
        ValueError,
        r"flip: images must be .* got shape \(3, 4\)",
    ),
    "a list of images": ({}, lambda d: data.crop([[[1.0]]], 1, RNG), ValueError, "crop: images must be .* got list"),  # type: ignore[arg-type]  # wrong on purpose
    "probability of 2": ({}, lambda d: data.flip(np.ones((1, 3, 4)), RNG, 2.0), ValueError, "flip: probability"),
    "a probability of text": (
        {},
        lambda d: data.flip(np.ones((1, 3, 4)), RNG, "a"),  # type: ignore[arg-type]  # wrong on purpose
        TypeError,
        "flip: probability must be",
    ),
    "a seed": ({}, lambda d: data.flip(np.ones((1, 3, 4)), 0), TypeError, "flip: rng must be a numpy.random.Generator"),  # type: ignore[arg-type]  # wrong on purpose
    "a large window": (
        {},
        lambda d: data.crop(np.ones((1, 3, 4)), 4, RNG),
        ValueError,
        "a window of 4 x 4 is larger than the images of 3 x 4",
    ),
    "a window of nothing": (
        {},
        lambda d: data.crop(np.ones((1, 3, 4)), (2, 0), RNG),
        ValueError,
        "the width must be at least 1",
    ),
    "three lengths": ({}, lambda d: data.crop(np.ones((1, 3, 4)), (1, 2, 3), RNG), TypeError, "a height and a width"),  # type: ignore[arg-type]  # wrong on purpose
}


@pytest.mark.parametrize(("files", "read", "error", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said(
    files: dict[str, bytes], read: Read, error: type[Exception], message: str, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message):
        read(tmp_path)


def test_images_are_normalised() -> None:
    images = RNG.integers(0, 256, (4, 3, 5, 5)).astype(np.uint8)
    mean, std = images.mean(axis=(0, 2, 3), keepdims=True)[0], images.std(axis=(0, 2, 3), keepdims=True)[0]
    found = data.normalise(images, mean, std)
    assert_allclose(found.mean(axis=(0, 2, 3)), 0.0, atol=1e-12)
    assert_allclose(found.std(axis=(0, 2, 3)), 1.0)
    assert data.normalise(images.astype(np.float32), mean, 255).dtype == np.float32


@pytest.mark.parametrize("shape", [(50, 4, 6), (50, 3, 4, 6)])
def test_some_images_are_flipped(shape: tuple[int, ...]) -> None:
    images = RNG.integers(0, 256, shape).astype(np.uint8)
    before = images.copy()
    found = data.flip(images, np.random.default_rng(1))
    same = [np.array_equal(x, y) for x, y in zip(found, images, strict=True)]
    turned = [np.array_equal(x[..., ::-1], y) for x, y in zip(found, images, strict=True)]
    assert all(a != b for a, b in zip(same, turned, strict=True))
    assert 10 < sum(same) < 40
    assert found.dtype == np.uint8
    for probability, expected in ((0.0, images), (1.0, images[..., ::-1])):
        some = data.flip(images, RNG, probability)
        assert_array_equal(some, expected)
        assert not np.shares_memory(some, images)
    assert_array_equal(images, before)


@pytest.mark.parametrize("shape", [(40, 4, 6), (40, 3, 4, 6)])
def test_windows_of_images(shape: tuple[int, ...]) -> None:
    images = RNG.integers(1, 256, shape).astype(np.uint8)
    found = data.crop(images, (3, 4), np.random.default_rng(1))
    assert found.shape == (*shape[:-2], 3, 4)
    places = set()
    for window, image in zip(found, images, strict=True):
        fits = [(i, j) for i in range(2) for j in range(3) if np.array_equal(image[..., i : i + 3, j : j + 4], window)]
        places.update(fits)
        assert fits
    assert len(places) == 6
    padded = data.crop(images, (8, 10), RNG, padding=2)
    assert padded.sum(dtype=int) == images.sum(dtype=int)
    assert data.crop(images[:0], 2, RNG).shape == (0, *shape[1:-2], 2, 2)
    whole = data.crop(images, (4, 6), RNG)
    assert_array_equal(whole, images)
    assert not np.shares_memory(whole, images)


def test_the_digits_of_scikit_learn() -> None:
    pytest.importorskip("sklearn")
    images, labels = data.digits()
    assert (images.shape, labels.shape) == ((1797, 8, 8), (1797,))
    assert labels.dtype == np.int64
    assert (images.min(), images.max()) == (0.0, 1.0)
    assert sorted(set(labels.tolist())) == list(range(10))


def test_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"digits: scikit-learn, .* pip install 'pydezero\[data\]'"):
        data.digits()
