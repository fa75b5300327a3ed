"""Containers of arrays: taken apart into leaves, and put together again with other leaves.

A container is a tuple, list, dict, NamedTuple, dataclass or attrs class, or one of their subclasses, nested at will.
An array with labels of xarray's, or with a unit of pint's, is a container of the array in it. Everything else is a
leaf: arrays and numbers, but also None, strings and whatever else a program keeps beside its numbers. A field of a
dataclass or attrs class that is marked with `STATIC` is no part of that: it belongs to the structure, as the length of
a list does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar, cast

from pydezero.arrays.wrappers import WRAPPERS, kind_of
from pydezero.containers import HOLE, LEAVES, children_of, own_static, steps_of, with_parts

F = TypeVar("F", bound=Callable[..., Any])
# A container whose type says nothing of its leaves: that of the result is the same.
T = TypeVar("T")

# A container of the user's, of any type; its structure is only known when it is there.
Tree: TypeAlias = Any

STATIC: Final[Mapping[str, bool]] = MappingProxyType({"static": True})
"""Metadata of a field of an attrs class or dataclass that says how it computes, and not with which numbers.

Such a field is no leaf: it gets no derivative, an optimiser does not move it, `vmap` and `jit` hand it on as it is. It
belongs to the structure of the container: two that differ in it are not built alike, and `jit` compiles a program for
each. So its value must be hashable.

>>> import attrs
>>> @attrs.frozen
... class Power:
...     scale: float
...     exponent: int = attrs.field(default=2, metadata=STATIC)
...
...     def __call__(self, x: float) -> float:
...         return self.scale * x**self.exponent
>>> flatten(Power(1.5, 3)), same_structure(Power(1.5, 3), Power(1.5, 2))
([1.5], False)
>>> from pydezero import grad
>>> grad(lambda power: power(2.0))(Power(1.5, 3))
Power(scale=np.float64(8.0), exponent=3)
"""


def bounded(function: F) -> F:
    """A function of containers, with an error of our own for those that are too deep, or that have no end."""

    @wraps(function)
    def of_container(*args: Any) -> Any:
        try:
            return function(*args)
        except RecursionError:
            raise ValueError(
                "a container is nested too deep, or contains itself; flat containers are enough for any structure"
            ) from None

    return cast(F, of_container)  # cast: it takes and returns what the function does


def flatten(tree: Tree) -> list[Any]:
    """The leaves of a container from left to right: elements, values of a dict in its order, fields as declared.

    Raises:
        ValueError: the container is nested deeper than Python may recurse, as one that contains itself.

    >>> flatten({"w": [1.0, 2.0], "name": "layer"})
    [1.0, 2.0, 'layer']
    """
    kind = type(tree)
    if kind in LEAVES:
        return [tree]
    children = tree if kind is tuple or kind is list else children_of(tree)
    if children is None:
        return [tree]
    if LEAVES.issuperset(map(type, children)):
        return list(children)  # the arguments of most functions
    return _leaves_below(children)


@bounded
def _leaves_below(children: Iterable[Tree]) -> list[Any]:
    leaves: list[Any] = []
    _collect(children, leaves)
    return leaves


def _collect(children: Iterable[Tree], leaves: list[Any]) -> None:
    """Add the leaves of some containers to a list."""
    for child in children:
        below = children_of(child)
        if below is None:
            leaves.append(child)
        else:
            _collect(below, leaves)


@bounded
def paths(tree: Tree) -> list[str]:
    """The path to each leaf of a container, in the order of `flatten`; an empty path for a leaf by itself.

    >>> paths({"w": [1.0, 2.0], "name": "layer"})
    ["['w'][0]", "['w'][1]", "['name']"]
    """
    children = children_of(tree)
    if children is None:
        return [""]
    return [step + path for step, child in zip(steps_of(tree), children, strict=True) for path in paths(child)]


def unflatten(tree: T, leaves: Sequence[Any]) -> T:
    """A container of the same types as `tree`, with these leaves in the place of its own.

    Fields of dataclasses and attrs classes are set as they are: no `__init__`, validator or converter runs, since
    what is true of parameters (a positive scale) need not be true of their gradients.

    Raises:
        ValueError: there are more or fewer leaves than the container has.

    >>> unflatten((1.0, [2.0, 3.0]), "abc")
    ('a', ['b', 'c'])
    """
    of: Any = tree  # Any: a type says nothing of the leaves
    kind = type(of)
    if kind in LEAVES and len(leaves) == 1:
        result: T = leaves[0]
        return result
    if (kind is tuple or kind is list) and len(of) == len(leaves) and LEAVES.issuperset(map(type, of)):
        result = kind(leaves)  # the arguments of most functions
        return result  # noqa: RET504  # kind(leaves) is Any
    if kind is dict and len(of) == len(leaves) and LEAVES.issuperset(map(type, of.values())):
        return cast(T, dict(zip(of, leaves, strict=True)))  # cast: it is of the type of the container
    remaining = iter(leaves)
    try:
        result = _rebuilt_whole(of, remaining)
    except StopIteration:
        raise ValueError(f"unflatten: {len(leaves)} leaves are too few for this container") from None
    if next(remaining, remaining) is not remaining:
        raise ValueError(f"unflatten: {len(leaves)} leaves are too many for this container")
    return result


def map_leaves(function: Callable[..., Any], tree: T, *trees: Tree) -> T:
    """A container like the first, of the function's results for the leaves at the same place in each container.

    Raises:
        ValueError: the containers are not built alike (labels and units aside); the message says where they differ.

    >>> map_leaves(lambda x, y: x + y, {"a": 1, "b": (2, 3)}, {"a": 10, "b": (20, 30)})
    {'a': 11, 'b': (22, 33)}
    """
    if not callable(function):
        raise TypeError(
            f"map_leaves(function, tree, ...): function must be a function, got a {type(function).__name__}; the "
            "containers follow it"
        )
    if not trees:
        return unflatten(tree, [function(leaf) for leaf in flatten(tree)])
    for i, other in enumerate(trees):
        found = difference(tree, other, "tree", f"trees[{i}]")
        if found is not None:
            raise ValueError(f"map_leaves(function, tree, *trees): the containers must be built alike; {found}")
    columns = [flatten(tree), *map(flatten, trees)]
    return unflatten(tree, [function(*leaves) for leaves in zip(*columns, strict=True)])


def separate(tree: Tree, is_value: Callable[[Any], bool]) -> tuple[Tree, list[Any]]:
    """The values among the leaves of a container, and the container with `HOLE` in their places: a template.

    >>> separate({"w": 1.0, "name": "layer"}, lambda leaf: isinstance(leaf, float))
    ({'w': HOLE, 'name': 'layer'}, [1.0])
    """
    leaves = flatten(tree)
    values = [leaf for leaf in leaves if is_value(leaf)]
    if len(values) == len(leaves):
        return unflatten(tree, [HOLE] * len(leaves)), values
    return unflatten(tree, [HOLE if is_value(leaf) else leaf for leaf in leaves]), values


def filled(template: Tree, values: Iterable[Any]) -> Tree:
    """A template with values in the place of its holes, in their order.

    >>> filled({"w": HOLE, "name": "layer"}, [2.0])
    {'w': 2.0, 'name': 'layer'}
    """
    remaining = iter(values)
    return unflatten(template, [next(remaining) if leaf is HOLE else leaf for leaf in flatten(template)])


def template_like(template: Tree, tree: Tree) -> Tree:
    """A container that is built like a template, up to its units, as a template with holes in the same places."""
    pairs = zip(flatten(template), flatten(tree), strict=True)
    return unflatten(tree, [HOLE if place is HOLE else leaf for place, leaf in pairs])


def values_at_holes(template: Tree, tree: Tree) -> list[Any]:
    """The leaves of a container that is built like a template, in the places of its holes."""
    return [leaf for place, leaf in zip(flatten(template), flatten(tree), strict=True) if place is HOLE]


def same_structure(a: Tree, b: Tree) -> bool:
    """Whether two containers are built alike: the same types, lengths, keys, fields and static values all the way down.

    >>> same_structure((1.0, [2.0]), (3.0, [4.0])), same_structure((1.0, [2.0]), (1.0, (2.0,)))
    (True, False)
    """
    if type(a) is tuple and type(b) is tuple and LEAVES.issuperset(map(type, a + b)):
        return len(a) == len(b)  # the arguments of most functions
    return (type(a) in LEAVES and type(b) in LEAVES) or _same_containers(a, b)


@bounded
def _same_containers(a: Tree, b: Tree) -> bool:
    of_a, of_b = children_of(a), children_of(b)
    if of_a is None or of_b is None:
        return of_a is of_b
    if kind_of(a) is not kind_of(b) or len(of_a) != len(of_b):
        return False
    if isinstance(a, dict) and list(a) != list(b):
        return False
    if _static_keys(a) != _static_keys(b):
        return False
    if LEAVES.issuperset(map(type, of_a)) and LEAVES.issuperset(map(type, of_b)):
        return True
    return all(map(same_structure, of_a, of_b))


def difference(a: Tree, b: Tree, of_a: str, of_b: str) -> str | None:
    """Where two containers are first not built alike, and how; None where they are, or differ in labels or units alone.

    >>> difference({"w": [1.0]}, {"w": 2.0}, "a", "b")
    "a['w'] is of type list, and b['w'] is of type float"
    """
    found = _first_difference(a, b)
    if found is None:
        return None
    path, has_a, has_b = found
    return f"{of_a}{path} {has_a}, and {of_b}{path} {has_b}"


@bounded
def _first_difference(a: Tree, b: Tree) -> tuple[str, str, str] | None:
    """The path to the first difference of two containers, and what each has there."""
    parts_a, parts_b = children_of(a), children_of(b)
    if parts_a is None and parts_b is None:
        return None
    if parts_a is None or parts_b is None or kind_of(a) is not kind_of(b):
        return "", f"is of type {kind_of(a).__name__}", f"is of type {kind_of(b).__name__}"
    if isinstance(a, dict) and list(a) != list(b):
        return "", f"has the keys {_first_few(a)}", f"has {_first_few(b)}"
    if len(parts_a) != len(parts_b):
        return "", f"has the length {len(parts_a)}", f"has {len(parts_b)}"
    static_a, static_b = own_static(a), own_static(b)
    if any(value is not static_b[name] for name, value in static_a.items()):
        for name, key_a, key_b in zip(static_a, _static_keys(a), _static_keys(b), strict=True):
            if key_a != key_b:
                return f".{name}", f"is {static_a[name]!r}", f"is {static_b[name]!r}"
    for i, (x, y) in enumerate(zip(parts_a, parts_b, strict=True)):
        below = None if type(x) in LEAVES and type(y) in LEAVES else _first_difference(x, y)
        if below is not None:
            return steps_of(a)[i] + below[0], below[1], below[2]
    return None


def _first_few(keys: Iterable[Any]) -> str:
    """The keys of a dict, without those behind the sixth."""
    names = [repr(key) for key in keys]
    return f"[{', '.join([*names[:6], *['...'] * (len(names) > 6)])}]"


@bounded
def structure(tree: Tree) -> Hashable:
    """The structure of a container: equal for two that are built alike; None for a leaf.

    Raises:
        TypeError: the value of a static field is not hashable.

    >>> structure((1.0, [2.0])) == structure((3.0, [4.0])), structure(1.0)
    (True, None)
    """
    children = children_of(tree)
    if children is None:
        return None
    keys = tuple(tree) if isinstance(tree, dict) else len(children)
    below = [None if type(child) in LEAVES else structure(child) for child in children]
    return (kind_of(tree), keys, *_static_keys(tree), *below)


def static_values(tree: Tree) -> list[Any]:
    """The values of all static fields in a container, from left to right.

    >>> import attrs
    >>> @attrs.frozen
    ... class Scaled:
    ...     factor: float
    ...     name: str = attrs.field(metadata=STATIC)
    >>> static_values([Scaled(1.0, "a"), 2.0, Scaled(3.0, "b")])
    ['a', 'b']
    """
    children = children_of(tree)
    if children is None:
        return []
    return [*own_static(tree).values(), *[value for child in children for value in static_values(child)]]


def static_paths(tree: Tree) -> list[str]:
    """The path to each of the static fields in a container, in the order of `static_values`."""
    children = children_of(tree)
    if children is None:
        return []
    below = [step + path for step, child in zip(steps_of(tree), children, strict=True) for path in static_paths(child)]
    return [*[f".{name}" for name in own_static(tree)], *below]


def static_key(x: Any) -> Hashable:
    """A key that is equal for values that are the same, of the same type: 0.0 is not -0.0, nan is nan, 1 is not True.

    Raises:
        TypeError: x is not hashable.
    """
    kind = type(x)
    if kind is float:
        return kind, x.hex()
    if kind is tuple:
        return (kind, *map(static_key, x))
    hash(x)
    return kind, x


def _static_keys(tree: Tree) -> tuple[Hashable, ...]:
    """The keys of the static fields of a container itself, or of its labels."""
    wrapper = WRAPPERS[type(tree)]
    if wrapper is not None:
        keys: tuple[Hashable, ...] = wrapper.keys(tree)
        return keys
    static = own_static(tree)
    try:
        return tuple([static_key(value) for value in static.values()])
    except TypeError:
        pass
    for name, value in static.items():
        try:
            static_key(value)
        except TypeError as error:
            raise TypeError(
                f"{type(tree).__name__}.{name} is a static field, and part of the structure of its container, so its "
                f"value must be hashable ({error}); write a tuple for a list, or leave out metadata=STATIC for arrays"
            ) from None
    return ()


@bounded
def spread(prefix: Tree, tree: Tree) -> list[Any]:
    """The leaves of a prefix of a container, each repeated for all leaves of the part that it stands for.

    A prefix is built like the container down to its own leaves, which may stand for whole parts of it.

    Raises:
        ValueError: the prefix is not built like the container.

    >>> spread({"w": 0, "b": None}, {"w": (1.0, 2.0), "b": 3.0})
    [0, 0, None]
    """
    of_prefix = None if type(prefix) in LEAVES else children_of(prefix)
    if of_prefix is None:
        return [prefix] * (1 if type(tree) in LEAVES else len(flatten(tree)))
    parts = children_of(tree)
    if parts is None or type(prefix) is not type(tree) or len(of_prefix) != len(parts):
        raise ValueError(f"a {type(prefix).__name__} of {len(of_prefix)} does not stand for a {type(tree).__name__}")
    if isinstance(prefix, dict):
        if prefix.keys() != tree.keys():
            raise ValueError(f"a dict with the keys {list(prefix)} does not stand for one with the keys {list(tree)}")
        of_prefix = [prefix[key] for key in tree]
    return [leaf for part_prefix, part in zip(of_prefix, parts, strict=True) for leaf in spread(part_prefix, part)]


def _rebuilt(tree: Tree, leaves: Iterator[Any]) -> Tree:
    """A container like a tree, with the next leaves."""
    children = children_of(tree)
    if children is None:
        return next(leaves)
    return with_parts(tree, [next(leaves) if type(child) in LEAVES else _rebuilt(child, leaves) for child in children])


_rebuilt_whole: Final = bounded(_rebuilt)
