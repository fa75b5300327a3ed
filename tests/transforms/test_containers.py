"""Containers as arguments of the transforms: gradients come in a container of the same type."""

import dataclasses
import functools
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pydezero import (
    Variable,
    grad,
    hessian,
    jacobian,
    linear_transpose,
    linearize,
    trace,
    value_and_grad,
    vjp,
    vmap,
)
from pydezero.tree import STATIC, flatten
from tests.versions import needs


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Layer:
    w: Any
    b: Any
    name: str = "layer"


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenLayer:
    w: Any
    b: Any

    def __post_init__(self) -> None:
        if isinstance(self.w, np.ndarray) and (self.w <= 0).any():
            raise ValueError("weights must be positive")


@attrs.frozen
class Positive:
    w: Any = attrs.field(converter=np.array)
    b: Any = attrs.field()

    @b.validator
    def _check(self, attribute: object, value: Any) -> None:
        if value <= 0:
            raise ValueError("b must be positive")


@attrs.define(slots=False)
class Mutable:
    w: Any
    _b: Any
    label: str | None = None


class Tagged(list[Any]):
    """A list that carries something beside its elements."""

    tag = "none"


def tagged() -> Tagged:
    result = Tagged([W, B])
    result.tag = "mine"
    return result


W, B = np.array([1.0, 2.0]), np.array(3.0)


def loss(container: Any) -> Any:
    """-2 sum(w) - b, of the first two numbers or arrays of a container: all gradients are negative."""
    w, b = [leaf for leaf in flatten(container) if isinstance(leaf, Variable)][:2]
    return -2 * w.sum() - b


CONTAINERS: dict[str, Any] = {
    "tuple": (W, B),
    "list": [W, B],
    "dict": {"w": W, "b": B},
    "dict in another order": {"b": W, "a": B},
    "OrderedDict": OrderedDict(w=W, b=B),
    "defaultdict": defaultdict(list, w=W, b=B),
    "NamedTuple": Point(W, B),
    "list subclass": tagged(),
    "dataclass": Layer(W, B),
    "frozen dataclass with slots and validation": FrozenLayer(W, B),
    "attrs class with converter and validator": Positive(W, B),
    "mutable attrs class": Mutable(W, B),
    "numbers": (W, 3.0),
    "NumPy numbers": (W, np.float64(3.0)),
    "integers": [W, 3],
    "nested": {"a": [(W, None)], "b": Point("text", Layer(B, None))},
    "with empty ones": ([], {}, W, (), [B]),
}


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=list(CONTAINERS))
def test_the_gradient_is_a_container_of_the_same_types(container: Any) -> None:
    before = repr(container)
    gradient = grad(loss)(container)
    assert type(gradient) is type(container)
    leaves, given = flatten(gradient), flatten(container)
    w, b = (leaf for leaf in leaves if isinstance(leaf, np.ndarray | np.generic))
    assert_array_equal(w, [-2.0, -2.0])
    assert b.shape == ()
    assert b == -1.0
    for leaf, original in zip(leaves, given, strict=True):
        if original is None or isinstance(original, str):
            assert leaf is original
        else:
            assert not np.shares_memory(leaf, original)
    if isinstance(container, dict):
        assert list(gradient) == list(container)
    assert repr(container) == before


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=list(CONTAINERS))
def test_inside_the_function_the_container_has_its_type(container: Any) -> None:
    def f(inside: Any) -> Any:
        assert type(inside) is type(container)
        return loss(inside)

    value, _ = value_and_grad(f)(container)
    assert value == -9.0
    y, pullback = vjp(f, container)
    assert y == -9.0
    assert type(pullback(1.0)[0]) is type(container)


def test_what_a_subclass_has_beside_its_elements_is_kept() -> None:
    of_tagged: Any = grad(loss)(tagged())
    assert of_tagged.tag == "mine"
    of_defaultdict: Any = grad(loss)(CONTAINERS["defaultdict"])
    assert of_defaultdict.default_factory is list


def test_private_attrs_fields_and_strings() -> None:
    of_mutable: Callable[[Mutable], Any] = lambda m: np.sum(m.w * m._b)
    gradient = grad(of_mutable)(Mutable(W, B, "text"))
    assert_array_equal(gradient.w, [3, 3])
    assert gradient._b == 3.0
    assert gradient.label == "text"


def test_second_order_through_a_container() -> None:
    def cubic(p: Any) -> Any:
        return np.sum(p.x**3) * p.y

    def slopes(p: Any) -> Any:
        g: Any = grad(cubic)(p)
        return np.sum(g.x) + g.y

    # 3 x^2 y + x^3: 6 x y + 3 x^2, and 3 x^2
    found = grad(slopes)(Point(W, B))
    assert_array_equal(found.x, 6 * W * 3 + 3 * W**2)
    assert found.y == 3 * np.sum(W**2)


def test_several_containers_by_argnums() -> None:
    found = grad(lambda a, b: np.sum(a["w"] * b[0]), (0, 1))({"w": W}, [W * 10])
    assert_array_equal(found[0]["w"], W * 10)
    assert_array_equal(found[1][0], W)


def test_one_array_in_two_places_is_two_variables() -> None:
    first, second = grad(lambda p: np.sum(p[0] * 2 + p[1] * 5))([W, W])
    assert_array_equal([first, second], [[2, 2], [5, 5]])


def test_an_unused_entry_gets_zeros() -> None:
    assert_array_equal(grad(lambda p: np.sum(p["w"]))({"w": W, "unused": W})["unused"], [0, 0])


@pytest.mark.parametrize("empty", [(), [], {}], ids=repr)
def test_an_empty_container_has_an_empty_gradient(empty: Any) -> None:
    assert grad(lambda p: 1.0)(empty) == empty


NOTHING: dict[str, tuple[Any, str]] = {
    "text": ("abc", "is 'abc'"),
    "None": (None, "is None"),
    "container of text": ({"name": "x", "none": None}, "is a dict"),
    "object": (object(), "is a object"),
    "function": (abs, "builtin_function"),
    "class": (Layer, "type"),
}


@pytest.mark.parametrize(("argument", "message"), NOTHING.values(), ids=list(NOTHING))
def test_without_numbers_there_is_nothing_to_differentiate(argument: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"argument 0.*{message}.*no number and no array.*argnums"):
        grad(lambda p: 1.0)(argument)


def test_an_array_of_text_in_a_container_raises() -> None:
    with pytest.raises(TypeError, match="holds no numbers"):
        grad(lambda p: np.sum(p[0]))((W, np.array(["a"])))


@dataclasses.dataclass
class WithNorm:
    w: Any

    @functools.cached_property
    def norm(self) -> Any:
        return np.sum(self.w**2)


@attrs.frozen
class SlottedWithNorm:
    w: Any

    @functools.cached_property
    def norm(self) -> Any:
        return np.sum(self.w**2)


@pytest.mark.parametrize(
    "make", [WithNorm, pytest.param(SlottedWithNorm, marks=needs("attrs>=23.3", "slots may be cached properties"))]
)
def test_what_a_container_cached_does_not_outlive_its_fields(make: Callable[[Any], Any]) -> None:
    container = make(W)
    assert container.norm == 5.0
    gradient = grad(lambda p: p.norm)(container)
    assert_array_equal(gradient.w, 2 * W)
    assert gradient.norm == 20.0


def _turned(tree: Any) -> None:
    """Change a container in place: what was first is last."""
    if isinstance(tree, dict):
        tree["w"] = tree.pop("w")
    elif isinstance(tree, list):
        tree.reverse()
    elif isinstance(tree, tuple):
        _turned(tree[0])
    else:
        tree.w, tree.b = tree.b, tree.w


MUTABLE: dict[str, Callable[[Any, Any], Any]] = {
    "dict": lambda w, b: {"w": w, "b": b},
    "list": lambda w, b: [w, b],
    "dataclass": Layer,
    "dict in a tuple": lambda w, b: ({"w": w, "b": b},),
}
MAPS: dict[str, Callable[..., Callable[[Any], Any]]] = {
    "vjp": lambda f, tree: vjp(f, tree)[1],
    "linearize": lambda f, tree: linearize(f, tree)[1],
    "linear_transpose": lambda f, tree: linear_transpose(f, tree),
    "trace": lambda f, tree: trace(f)(tree),
}


@pytest.mark.parametrize("make", MUTABLE.values(), ids=list(MUTABLE))
@pytest.mark.parametrize("of", MAPS.values(), ids=list(MAPS))
def test_containers_that_change_after_the_call(of: Callable[..., Any], make: Callable[[Any, Any], Any]) -> None:
    kept: list[Any] = []

    def f(tree: Any) -> Any:
        w, b = [leaf for leaf in flatten(tree) if not isinstance(leaf, str)]
        kept.extend([tree, make(2.0 * w, 3.0 * b)])
        return kept[-1]

    given = make(1.0, 10.0)
    linear = of(f, given)
    expected = repr(linear(make(1.0, 7.0)))
    for tree in (given, *kept):
        _turned(tree)
    assert repr(linear(make(1.0, 7.0))) == expected


def test_lists_of_positions_and_axes_are_those_of_the_definition() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x * y)

    for transform in (grad, value_and_grad, jacobian, hessian):
        argnums = [0, 1]
        transformed = transform(f, argnums)
        expected = repr(transformed(2.0, 3.0))
        argnums.reverse()
        assert repr(transformed(2.0, 3.0)) == expected
    axes: dict[str, Any] = {"a": 0, "b": None}
    mapped: Any = vmap(lambda p: p["a"] * p["b"], in_axes=(axes,))
    axes["b"] = 0
    assert mapped({"a": np.ones(3), "b": np.ones(2)}).shape == (3, 2)


@attrs.frozen
class Power:
    scale: Any
    exponent: int = attrs.field(default=2, metadata=STATIC)
    function: Callable[[Any], Any] = attrs.field(default=np.sin, metadata=STATIC)

    def __call__(self, x: Any) -> Any:
        for _ in range(self.exponent):  # which a Variable would refuse
            x = self.scale * self.function(x)
        return x


def test_static_fields_are_not_differentiated() -> None:
    power, x = Power(np.array([1.0, 2.0]), 3), np.array([0.5, 1.0])
    gradient = grad(lambda power, x: np.sum(power(x)))(power, x)
    assert (gradient.exponent, gradient.function) == (3, np.sin)
    assert_array_equal(gradient.scale, grad(lambda scale: np.sum(Power(scale, 3)(x)))(power.scale))
    mapped = vmap(lambda power, x: power(x))(power, x)
    assert_array_equal(mapped, power(x))
    assert_array_equal(vmap(lambda power, x: power(x), in_axes=(Power(0), None))(power, 0.5), power(0.5))
    of_result = vmap(lambda scale: Power(scale, 3))(power.scale)
    assert (of_result.exponent, of_result.scale.shape) == (3, (2,))
    graph = trace(lambda power, x: power(x))(power, x)
    assert_array_equal(graph(power, x), power(x))
    with pytest.raises(TypeError, match="takes arguments built like"):
        graph(Power(power.scale, 2), x)
    _, pullback = vjp(lambda power: Power(power.scale * 2, 3), power)
    with pytest.raises(TypeError, match="built"):
        pullback(Power(x, 2))
    assert hessian(lambda power: np.sum(power(x)))(power).scale.scale.shape == (2, 2)
