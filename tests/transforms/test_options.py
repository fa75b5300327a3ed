"""A flag of a transform that is neither True nor False raises when it is given, and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest

from pydezero import (
    Function,
    associative_scan,
    custom_jvp,
    custom_linear_solve,
    custom_vjp,
    data,
    derivative,
    draw,
    grad,
    jacfwd,
    jacobian,
    jacrev,
    jit,
    jvp,
    nn,
    nth_derivative,
    optim,
    scan,
    sparse_jacobian,
    value_and_grad,
    vjp,
)

_X: Final = np.ones(2)
_RNG: Final = np.random.default_rng(0)


def _f(*xs: Any) -> Any:
    return xs[0]


def _step(carry: Any, x: Any) -> Any:
    return carry, x


# By the name of the flag: what it is given to.
_FLAGS: Final[list[tuple[str, Callable[[Any], object]]]] = [
    ("has_aux", lambda x: grad(_f, has_aux=x)),
    ("has_aux", lambda x: value_and_grad(_f, has_aux=x)),
    ("has_aux", lambda x: vjp(_f, _X, has_aux=x)),
    ("has_aux", lambda x: jvp(_f, (_X,), (_X,), has_aux=x)),
    ("has_aux", lambda x: jacfwd(_f, has_aux=x)),
    ("has_aux", lambda x: jacrev(_f, has_aux=x)),
    ("holomorphic", lambda x: jacfwd(_f, holomorphic=x)),
    ("holomorphic", lambda x: jacrev(_f, holomorphic=x)),
    ("holomorphic", lambda x: jacobian(_f, holomorphic=x)),
    ("holomorphic", lambda x: sparse_jacobian(_f, holomorphic=x)),
    ("holomorphic", lambda x: derivative(_f, holomorphic=x)),
    ("holomorphic", lambda x: nth_derivative(_f, 2, holomorphic=x)),
    ("reverse", lambda x: scan(_step, 0.0, _X, reverse=x)),
    ("reverse", lambda x: associative_scan(np.maximum, _X, reverse=x)),
    ("symmetric", lambda x: custom_linear_solve(_f, _f, symmetric=x)),
    ("writable", lambda x: custom_vjp(_f, _f, writable=x)),
    ("writable", lambda x: custom_jvp(_f, writable=x)),
    ("writable", lambda x: Function(_f, _f, writable=x)),
    ("fold", lambda x: draw(_f, fold=x)),
    ("nesterov", lambda x: optim.sgd(0.1, momentum=0.9, nesterov=x)),
    ("centred", lambda x: optim.rmsprop(0.1, centred=x)),
    ("progress", lambda x: optim.minimize(np.sum, _X, optim.sgd(0.1), 1, progress=x)),
    ("drop_last", lambda x: data.batches(_X, 1, drop_last=x)),
    ("train", lambda x: nn.Dropout(0.5)(_X, _RNG, train=x)),
    ("train", lambda x: nn.BatchNorm.init(2)(np.eye(2), nn.BatchStatistics.init(2), train=x)),
    ("bias", lambda x: nn.Linear.init(_RNG, 2, 2, bias=x)),
    ("bias", lambda x: nn.MultiHeadAttention.init(_RNG, 2, 1, bias=x)),
    ("bias", lambda x: nn.Conv1d.init(_RNG, 1, 1, 1, bias=x)),
    ("bias", lambda x: nn.Conv2d.init(_RNG, 1, 1, 1, bias=x)),
    ("bias", lambda x: nn.ConvTranspose1d.init(_RNG, 1, 1, 1, bias=x)),
    ("bias", lambda x: nn.ConvTranspose2d.init(_RNG, 1, 1, 1, bias=x)),
    ("approximate", lambda x: nn.gelu(_X, approximate=x)),
]


@pytest.mark.parametrize("value", ["yes", "", 1, 0, None, 2.5, np.array(True), [True]], ids=repr)
def test_a_flag_is_true_or_false(value: object) -> None:
    for name, given in _FLAGS:
        with pytest.raises(TypeError, match=rf"^[A-Za-z][^:]*: {name} must be True or False, got "):
            given(value)


def test_a_flag_of_numpy_is_one() -> None:
    has_aux: Any = np.True_
    assert grad(lambda x: (x**2, "aux"), has_aux=has_aux)(3.0) == (6.0, "aux")


@pytest.mark.parametrize("names", [1, None, 2.5, True], ids=repr)
def test_names_of_static_arguments(names: Any) -> None:
    with pytest.raises(TypeError, match=r"jit\(f\): static_argnames must be the names of arguments, got "):
        jit(_f, static_argnames=names)
