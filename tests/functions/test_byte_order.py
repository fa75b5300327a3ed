"""Numbers whose bytes are in the other order: derivatives are the same, in each mode."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest

from pydezero import grad, jvp, trace, vjp, vmap
from pydezero.tree import map_leaves
from tests.functions.case import Array, Call, Case, generator
from tests.functions.cases import CASES
from tests.functions.checks import assert_all_close, cotangent_of, leaves, plain
from tests.rows import over_rows

# One row for each function.
_ROWS: Final = {case.name.split()[0]: case for case in CASES[::-1] if case.differentiable}


def _swapped(x: Any) -> Any:
    return x.astype(x.dtype.newbyteorder()) if isinstance(x, np.ndarray) and x.dtype.kind in "fc" else x


@over_rows(_ROWS.values())
def test_derivatives_of_swapped_bytes(case: Case) -> None:
    values = case.draw()
    f = Call(case, case.differentiable).of(case.through_numpy, values)
    xs = [values[i] for i in case.differentiable]
    rng = generator(f"tangents of {case}")
    tangents = tuple([np.asarray(rng.uniform(-1, 1, x.shape), x.dtype) for x in xs])
    y, pullback = vjp(f, *xs)
    cotangent = cotangent_of(y, str(case))
    swapped: tuple[Array, ...] = tuple(map(_swapped, xs))
    assert_all_close(vjp(f, *swapped)[1](map_leaves(_swapped, cotangent)), pullback(cotangent), rtol=1e-10, atol=1e-12)
    found, expected = (jvp(f, *of)[1] for of in ((swapped, tuple(map(_swapped, tangents))), (tuple(xs), tangents)))
    assert_all_close(leaves(found), plain(expected), rtol=1e-10, atol=1e-12)


def test_graphs_take_either_order() -> None:
    x = np.array([0.5, -1.5, 2.0])
    for example in (x, _swapped(x)):
        for f in (lambda x: np.max(x) * np.sum(np.sin(x)), grad(lambda x: np.sum(np.sin(x) * x))):
            graph = trace(f)(example)
            for given in (x, _swapped(x)):
                np.testing.assert_allclose(graph(given), f(x), rtol=1e-14)
    with pytest.raises(ValueError, match="was traced as f64"):
        trace(np.sin)(_swapped(x))(x.astype(np.float32))


def test_gradients_have_the_dtype_of_their_arguments() -> None:
    x = _swapped(np.array([0.5, -1.5, 2.0]))
    assert grad(lambda x: np.sum(np.sin(x)))(x).dtype == x.dtype
    np.testing.assert_allclose(vmap(grad(np.sin))(x), np.cos(x), rtol=1e-14)
