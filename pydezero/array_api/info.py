"""The information that the standard asks of a namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from pydezero.array_api.creation import check_device
from pydezero.array_api.data_types import isdtype

__all__ = ["Info", "__array_namespace_info__"]

_DTypes: TypeAlias = dict[str, np.dtype[Any]]

_ALL: Final[Mapping[str, np.dtype[Any]]] = {
    name: np.dtype(name)
    for name in (
        "bool",
        *[f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)],
        "float32",
        "float64",
        "complex64",
        "complex128",
    )
}


class Info:
    """The dtypes, devices and capabilities of the namespace. Those of plain arrays are NumPy's."""

    def capabilities(self) -> dict[str, bool | int]:
        """The capabilities that not every library has, and the largest number of axes."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """The device on which arrays are made."""
        return "cpu"

    def default_dtypes(self, *, device: str | None = None) -> _DTypes:
        """The dtypes of arrays of Python's numbers, and of indices."""
        check_device(device, "default_dtypes")
        names = {"real floating": float, "complex floating": complex, "integral": int, "indexing": np.intp}
        return {name: np.dtype(kind) for name, kind in names.items()}

    def dtypes(self, *, device: str | None = None, kind: str | tuple[str, ...] | None = None) -> _DTypes:
        """All dtypes by their names, or those of a kind."""
        check_device(device, "dtypes")
        if kind is None:
            return dict(_ALL)
        return {name: dtype for name, dtype in _ALL.items() if isdtype(dtype, kind)}

    def devices(self) -> list[str]:
        """The devices that there are."""
        return ["cpu"]


def __array_namespace_info__() -> Info:  # noqa: N807  # the standard's name
    """The dtypes, devices and capabilities of the namespace.

    >>> __array_namespace_info__().default_device()
    'cpu'
    """
    return Info()
