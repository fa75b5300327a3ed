"""`flatten`, by the library's own, with the parts of a dict in autograd's order: that of the sorted keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydezero import tree
from pydezero.functions.containers import flatten as _flatten

__all__ = ["flatten", "flatten_func"]


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The numbers of a container as one vector, and the function that puts such a vector back into a container.

    Programs count on the order: dicts go by their sorted keys, which must be comparable.

    >>> vector, unflatten = flatten({"b": 2.0, "a": [1.0]})
    >>> vector, unflatten(2 * vector)
    (array([1., 2.]), {'b': np.float64(4.0), 'a': [np.float64(2.0)]})
    """
    vector, unflatten = _flatten(_with_sorted_keys(value))
    template = tree.map_leaves(lambda _: 0.0, value)  # the program may change its container later
    return vector, lambda x: _with_keys_of(template, unflatten(x))


def _with_sorted_keys(value: Any) -> Any:
    if type(value) is dict:
        return {key: _with_sorted_keys(value[key]) for key in sorted(value)}
    return type(value)(map(_with_sorted_keys, value)) if type(value) in (list, tuple) else value


def _with_keys_of(template: Any, value: Any) -> Any:
    if type(template) is dict:
        return {key: _with_keys_of(part, value[key]) for key, part in template.items()}
    if type(template) in (list, tuple):
        return type(template)(map(_with_keys_of, template, value))
    return value


def flatten_func(func: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """A function of containers as a function of vectors: the triple (function, unflatten, vector of the example)."""
    vector, unflatten = flatten(example)
    return (lambda x, *args: flatten(func(unflatten(x), *args))[0]), unflatten, vector
