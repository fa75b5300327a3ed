"""The transforms of `scipy.fft`."""

from __future__ import annotations

from itertools import chain, product
from typing import Final

import numpy as np

from tests.functions.case import Argument, ArrayCallable, Case, any_case, case, real

_NORMS: Final[tuple[tuple[str | None, bool | None], ...]] = (
    (None, None),
    ("ortho", None),
    ("forward", True),
    ("ortho", False),
)


def _rows(name: str, kind: int, norm: str | None, orthogonalize: bool | None) -> list[Case]:
    # Of a complex signal SciPy does not regard the parameter.
    rows = any_case if orthogonalize is None else case
    return rows(
        f"{name} {kind} {norm} orthogonalize={orthogonalize}",
        lambda m, x: getattr(m, name)(x, kind, norm=norm, orthogonalize=orthogonalize),
        real(2, 3),
    )


_FURTHER: Final[tuple[tuple[str, ArrayCallable, Argument], ...]] = (
    ("dct n=2 axis=0", lambda m, x: m.dct(x, n=2, axis=0), real(3, 2)),
    ("dct n=5", lambda m, x: m.dct(x, 3, 5), real(2, 3)),
    ("idst n=4 backward", lambda m, x: m.idst(x, 1, 4, -2, "backward"), real(3, 2)),
    ("dct of nothing", lambda m, x: m.dct(x), real(0, 3)),
    ("dctn", lambda m, x: m.dctn(x, norm="ortho"), real(2, 3)),
    ("dctn s", lambda m, x: m.dctn(x, 3, s=(3, 2), axes=(2, 0)), real(2, 2, 3)),
    ("idctn of one axis", lambda m, x: m.idctn(x, s=3, axes=0), real(2, 2)),
    ("idctn NumPy integers", lambda m, x: m.idctn(x, s=np.int64(3), axes=np.int64(0)), real(2, 2)),
    ("dstn", lambda m, x: m.dstn(x, type=4, axes=(0, -1)), real(2, 1, 3)),
)

FFT: Final = [
    *chain.from_iterable(
        _rows(name, kind, *norm) for name, kind, norm in product(("dct", "idct", "dst", "idst"), (1, 2, 3, 4), _NORMS)
    ),
    *chain.from_iterable(any_case(name, f, x) for name, f, x in _FURTHER),
    *case("idstn orthogonal", lambda m, x: m.idstn(x, orthogonalize=True), real(2, 3)),
]

NAMES: Final = frozenset(row.name.split()[0] for row in FFT)
