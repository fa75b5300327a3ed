"""xarray's arrays with labels: `DataArray`, and `Dataset`, which holds several of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from pydezero.arrays.restoring import library
from pydezero.arrays.wrappers import Wrapper

__all__ = ["xarray_wrapper"]


def _labels(x: Any) -> tuple[Hashable, ...]:
    """The labels along the axes, as something that can be compared."""
    return tuple([(name, labels.dims, tuple(labels.values.ravel().tolist())) for name, labels in x.coords.items()])


def _stand_in(shape: tuple[int, ...]) -> Any:
    """An array of a shape that takes no memory."""
    return np.broadcast_to(np.empty(()), shape)


class _OfDataArrays:
    def parts(self, x: Any) -> list[Any]:
        return [x.data]

    def steps(self, x: Any) -> list[str]:
        return [".data"]

    def around(self, x: Any, parts: Sequence[Any]) -> Any:
        (data,) = parts
        # The block of a Jacobian has other axes, for which there are no labels.
        return x.copy(data=data) if np.shape(data) == x.shape else data

    def bare(self, x: Any, parts: Sequence[Any]) -> Any:
        return parts[0]

    def shell(self, x: Any) -> Any:
        return x.copy(deep=True, data=_stand_in(x.shape))  # the user may change the labels later

    def keys(self, x: Any) -> tuple[Hashable, ...]:
        return (x.dims, x.name, _labels(x))

    def nameless(self, x: Any) -> Any:
        return x.rename(None)

    def unit(self, x: Any) -> None:
        return None


class _OfVariables(_OfDataArrays):
    """The wrapper of arrays whose axes have names, and no labels."""

    def keys(self, x: Any) -> tuple[Hashable, ...]:
        return (x.dims,)

    def nameless(self, x: Any) -> Any:
        return x


class _OfDatasets:
    def parts(self, x: Any) -> list[Any]:
        return [array.data for array in x.data_vars.values()]

    def steps(self, x: Any) -> list[str]:
        return [f"[{name!r}].data" for name in x.data_vars]

    def around(self, x: Any, parts: Sequence[Any]) -> Any:
        named = self.bare(x, parts)
        if any(np.shape(part) != x[name].shape for name, part in named.items()):
            return named
        return x.assign({name: x[name].copy(data=part) for name, part in named.items()})

    def bare(self, x: Any, parts: Sequence[Any]) -> dict[Any, Any]:
        return dict(zip(x.data_vars, parts, strict=True))

    def shell(self, x: Any) -> Any:
        return x.copy(deep=True, data={name: _stand_in(array.shape) for name, array in x.data_vars.items()})

    def keys(self, x: Any) -> tuple[Hashable, ...]:
        return (tuple([(name, array.dims) for name, array in x.data_vars.items()]), _labels(x))

    def nameless(self, x: Any) -> Any:
        return x

    def unit(self, x: Any) -> None:
        return None


def xarray_wrapper(kind: type) -> Wrapper | None:
    """The wrapper for a type of xarray's."""
    xarray = library("xarray")
    if issubclass(kind, xarray.DataArray):
        return _OfDataArrays()
    if kind is xarray.Variable:
        return _OfVariables()
    return _OfDatasets() if issubclass(kind, xarray.Dataset) else None
