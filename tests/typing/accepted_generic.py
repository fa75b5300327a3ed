"""Generic code, decorators, protocols and methods around the transforms: the types that checkers agree on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial, wraps
from typing import Generic, Literal, ParamSpec, Protocol, TypeVar, assert_type

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero import Differentiable, Variable, grad, jacobian, jit, optim, tree, value_and_grad
from pydezero import functions as F

Array = NDArray[np.float64]
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Differentiable)


@attrs.frozen
class Weights:
    w: Array
    b: float


def loss(p: Weights) -> np.float64:
    return np.sum(p.w**2) + p.b**2


def product(w: Array, x: Array) -> np.float64:
    return np.sum(w * x)


def descend(f: Callable[[T], np.float64], p: T, steps: int) -> T:
    slope = grad(f)
    for _ in range(steps):
        p = tree.map_leaves(lambda x, g: x - 0.1 * g, p, slope(p))
    return p


class Fitter(Generic[T]):
    def __init__(self, f: Callable[[T], np.float64]) -> None:
        self.slope: Callable[[T], T] = grad(f)

    def step(self, p: T) -> T:
        return tree.map_leaves(lambda x, g: x - 0.1 * g, p, self.slope(p))


def logged(f: Callable[P, R]) -> Callable[P, R]:
    @wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return f(*args, **kwargs)

    return inner


class Loss(Protocol):
    def __call__(self, w: Array, /, *, scale: float = 1.0) -> np.float64: ...


def of_protocol(f: Loss) -> Array:
    return grad(f)(np.ones(3), scale=2.0)


class Model:
    def __init__(self, x: Array) -> None:
        self.x = x

    def loss(self, w: Array) -> np.float64:
        return np.sum((self.x @ w) ** 2)

    def __call__(self, w: Array) -> np.float64:
        return self.loss(w)

    @staticmethod
    def energy(x: Variable) -> Variable:
        return F.sum(x**2)


def norm(x: Variable, kind: Literal["l1", "l2"] = "l2") -> Variable:
    return F.sum(F.absolute(x)) if kind == "l1" else F.sum(x * x)


@cache
def made(n: int) -> Callable[[Array], Array]:
    def f(x: Array) -> np.float64:
        return np.sum(x**n)

    return grad(f)


def of_mapping(p: Mapping[str, Array]) -> np.float64:
    return np.sum(p["w"])


def with_options(w: Array, /, **options: float) -> np.float64:
    return np.sum(w) * options.get("scale", 1.0)


def fitted(p: Weights, x: Array) -> np.float64:
    return np.sum(x @ p.w) + p.b


fast = jit(product)
model = Model(np.eye(2))
assert_type(descend(loss, Weights(np.ones(2), 1.0), 3), Weights)
assert_type(Fitter(loss).step(Weights(np.ones(2), 1.0)), Weights)
assert_type(grad(logged(product))(np.ones(3), np.ones(3)), Array)
assert_type(grad(model.loss)(np.ones(2)), Array)
assert_type(grad(model)(np.ones(2)), Array)
assert_type(value_and_grad(model.loss)(np.ones(2)), tuple[np.float64, Array])
assert_type(jacobian(grad(model.loss))(np.ones(2)), Array)
assert_type(grad(Model.energy)(np.ones(2)), NDArray[np.floating])
assert_type(grad(norm)(np.ones(2), "l1"), NDArray[np.floating])
assert_type(grad(partial(norm, kind="l1"))(np.ones(2)), NDArray[np.floating])
assert_type(made(3)(np.ones(2)), Array)
assert_type(grad(of_mapping)({"w": np.ones(2)}), Mapping[str, Array])
assert_type(grad(with_options)(np.ones(2), scale=2.0), Array)
weights = optim.minimize(partial(fitted, x=np.eye(2)), Weights(np.ones(2), 1.0), optim.adam(0.1), 1).params
assert_type(weights, Weights)
assert_type(jit(grad(fast))(np.ones(2), np.ones(2)), Array)
assert_type(jit(value_and_grad(loss))(Weights(np.ones(2), 1.0)), tuple[np.float64, Weights])
