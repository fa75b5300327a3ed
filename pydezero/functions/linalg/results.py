"""The named tuples that functions with several outputs return, with NumPy's names for them and for their fields."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

__all__ = [
    "EigResult",
    "EighResult",
    "LstsqResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
]

A = TypeVar("A")  # a Variable, or an array
R = TypeVar("R")


class EigResult(NamedTuple, Generic[A]):
    """The result of `eig`."""

    eigenvalues: A
    eigenvectors: A


class EighResult(NamedTuple, Generic[A]):
    """The result of `eigh`."""

    eigenvalues: A
    eigenvectors: A


class LstsqResult(NamedTuple, Generic[A, R]):
    """The result of `lstsq`."""

    x: A
    residuals: A
    rank: R
    singular_values: A


class QRResult(NamedTuple, Generic[A]):
    """The result of `qr`."""

    Q: A
    R: A


class SVDResult(NamedTuple, Generic[A]):
    """The result of `svd`."""

    U: A
    S: A
    Vh: A


class SlogdetResult(NamedTuple, Generic[A]):
    """The result of `slogdet`."""

    sign: A
    logabsdet: A
