"""What the page of conventions says is what pydezero gives, in either mode; and the page is current."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest

from pydezero import jacfwd, vjp, vmap
from tests.functions.case import Array
from tests.functions.conventions import CONVENTIONS, PAGE, Convention, page

ALL: Final = pytest.mark.parametrize("convention", [c for c in CONVENTIONS if not isinstance(c.ours, type)], ids=str)
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def arguments(convention: Convention) -> list[Array]:
    return [np.asarray(x) for x in convention.arguments]


def expected(convention: Convention) -> tuple[Any, ...]:
    assert isinstance(convention.ours, tuple)
    return convention.ours


def reverse(convention: Convention, *xs: Any) -> tuple[Array, ...]:
    y, pullback = vjp(convention.f, *xs)
    gradients: tuple[Array, ...] = pullback(np.ones_like(y))
    return gradients


@ALL
def test_reverse_mode(convention: Convention) -> None:
    for found, wanted in zip(reverse(convention, *arguments(convention)), expected(convention), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-15)


@ALL
def test_forward_mode(convention: Convention) -> None:
    if any(isinstance(x, complex) for x in convention.arguments):
        return  # a real function of a complex number has no Jacobian, only a gradient
    for i, wanted in enumerate(expected(convention)):
        jacobian = jacfwd(convention.f, i)(*arguments(convention))
        summed = np.sum(jacobian, axis=tuple(range(jacobian.ndim - np.ndim(wanted))))
        np.testing.assert_allclose(summed, wanted, atol=1e-15)


@ALL
def test_in_a_batch(convention: Convention) -> None:
    if "unique" in convention.function:
        return  # is as long as its values say
    xs = [np.stack([x, x]) for x in arguments(convention)]
    for found, wanted in zip(vmap(lambda *xs: reverse(convention, *xs))(*xs), expected(convention), strict=True):
        np.testing.assert_allclose(found, np.stack([wanted, wanted]), atol=1e-15)


@pytest.mark.parametrize("convention", [c for c in CONVENTIONS if isinstance(c.ours, type)], ids=str)
def test_where_there_is_none_it_raises(convention: Convention) -> None:
    assert isinstance(convention.ours, type)
    with pytest.raises(convention.ours):
        reverse(convention, *arguments(convention))
    with pytest.raises(convention.ours):
        jacfwd(convention.f)(*arguments(convention))


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "run `python -m tests.functions.conventions`"
