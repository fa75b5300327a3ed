"""Reductions along axes, and running sums."""

from __future__ import annotations

from typing import Any, Final

from tests.functions.case import Argument, Case, any_case, case, nonzero, positive, real

# Each name with a domain, and whether it takes complex numbers.
_REDUCTIONS: Final = {
    "sum": (real, True),
    "mean": (real, True),
    "prod": (nonzero, True),
    "var": (real, True),
    "std": (positive, True),
    "max": (real, False),
    "min": (real, False),
    "amax": (real, False),
    "amin": (real, False),
}

_AXES: Final[tuple[int | tuple[int, ...] | None, ...]] = (None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2), ())


def _along_axes() -> list[Case]:
    rows = []
    for name, (domain, is_complex) in _REDUCTIONS.items():
        row = any_case if is_complex else case
        # The variance of one element is constant, its root not even smooth.
        axes = [axis for axis in _AXES if axis != () or name not in ("var", "std")]
        for axis in axes:
            for keepdims in (False, True):
                params = _params(axis, keepdims)
                rows += row(
                    f"{name} axis={axis} keepdims={keepdims}",
                    lambda m, x, name=name, params=params: getattr(m, name)(x, **params),
                    domain(2, 3, 2),
                )
    return rows


def _params(axis: int | tuple[int, ...] | None, keepdims: bool) -> dict[str, Any]:
    return {"axis": axis, "keepdims": True} if keepdims else {"axis": axis}


def _of_few_elements() -> list[Case]:
    rows = []
    for name, (domain, is_complex) in _REDUCTIONS.items():
        row = any_case if is_complex else case
        rows += row(f"{name} default", lambda m, x, name=name: getattr(m, name)(x), domain(4))
        if name not in ("var", "std"):
            rows += row(f"{name} scalar", lambda m, x, name=name: getattr(m, name)(x), domain())
            rows += row(f"{name} one element", lambda m, x, name=name: getattr(m, name)(x, axis=0), domain(1, 2))
    return rows


def _empty(name: str, function: Any, shape: tuple[int, ...]) -> list[Case]:
    return case(f"{name} empty {shape}", function, Argument(shape))


REDUCTIONS: Final = [
    *_along_axes(),
    *_of_few_elements(),
    *any_case("sum positional axis", lambda m, x: m.sum(x, 1), real(2, 3)),
    *any_case("var ddof=1", lambda m, x: m.var(x, ddof=1), real(4)),
    *any_case("var ddof=0.5 axis=0", lambda m, x: m.var(x, axis=0, ddof=0.5), real(3, 2)),
    *any_case("std ddof=1 axis=-1", lambda m, x: m.std(x, axis=-1, ddof=1), real(2, 3)),
    *case("var scalar", lambda m, x: m.var(x), real()),
    *any_case("prod of many", lambda m, x: m.prod(x), nonzero(7)),
    *any_case("prod of two", lambda m, x: m.prod(x, axis=0), nonzero(2, 3)),
    *any_case("cumsum", lambda m, x: m.cumsum(x), real(2, 3)),
    *any_case("cumsum scalar", lambda m, x: m.cumsum(x), real()),
    *any_case("cumsum axis=0", lambda m, x: m.cumsum(x, axis=0), real(2, 3)),
    *any_case("cumsum axis=-1", lambda m, x: m.cumsum(x, axis=-1), real(2, 3)),
    *any_case("cumsum axis=1", lambda m, x: m.cumsum(x, 1), real(2, 3, 2)),
    *_empty("sum", lambda m, x: m.sum(x), (0,)),
    *_empty("sum axis=0", lambda m, x: m.sum(x, axis=0), (0, 3)),
    *_empty("prod", lambda m, x: m.prod(x, axis=1), (2, 0)),
    *_empty("cumsum", lambda m, x: m.cumsum(x, axis=1), (2, 0)),
    *_empty("max axis=1", lambda m, x: m.max(x, axis=1), (0, 2)),
]
NAMES: Final = frozenset({*_REDUCTIONS, "cumsum"})
