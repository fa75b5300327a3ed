"""A Jacobian column by column, by forward mode, and row by row, by reverse mode: all columns or rows in one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np

from pydezero.core.broadcasting import cotangent_dtype
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, bottom, new_variable, next_level
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.boundary.boundary import (
    Lifted,
    call,
    describe_structure,
    export,
    lift,
    name_of,
    pair,
    positions,
    unwrap_tree,
)
from pydezero.transforms.forward.jvp import TangentNode
from pydezero.transforms.jacobians.basis import Basis, from_columns, from_rows, nested, of_arguments, of_result
from pydezero.transforms.reverse.vjp import Pullback, vjp
from pydezero.tree import Tree, map_leaves, unflatten

Mode: TypeAlias = Literal["forward", "reverse"] | None


@attrs.frozen(eq=False)
class Task:
    """One call of a transformed function: the function, its arguments, and those of them to differentiate by."""

    f: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    chosen: list[int]
    argnums: int | Sequence[int]
    lifted: Lifted
    level: int
    inside: Basis
    has_aux: bool
    holomorphic: bool
    where: str

    def moving(self, tangents: Sequence[Array], level: int) -> tuple[Tree, ...]:
        """The chosen arguments, moving with these tangents: the Variables of a forward pass at a level."""
        remaining = iter(tangents)
        parts = [
            leaf if x is None else new_variable(x._value, TangentNode(level, next(remaining)))
            for leaf, x in zip(self.lifted.leaves, self.lifted.variables, strict=True)
        ]
        trees: tuple[Tree, ...] = unflatten(self.lifted.originals, parts)
        return trees

    def replaced(self, trees: Sequence[Tree]) -> list[Any]:
        """All arguments, with these in the places of the chosen ones."""
        args = list(self.args)
        for i, tree in zip(self.chosen, trees, strict=True):
            args[i] = tree
        return args

    def evaluate(self, trees: Sequence[Tree]) -> tuple[Basis, Any]:
        """The result of the function with these for the chosen arguments, and what it returned beside it.

        Raises:
            TypeError: the result holds no real or complex numbers; with holomorphic, some that are not complex.
        """
        output = call(self.f, self.replaced(trees), self.kwargs)
        result, aux = pair(output, self.where) if self.has_aux else (output, None)
        outside = of_result(result, self.where)
        if self.holomorphic and not outside.are_all_complex:
            raise TypeError(
                f"{self.where} with holomorphic: the function returns real numbers, and so is not holomorphic"
            )
        return outside, aux

    def exported(self, outside: Basis, blocks: Sequence[Sequence[Array]], aux: Any) -> Any:
        """The blocks as the caller gets them, with what the function returned beside its result."""
        jacobian = nested(outside, self.inside, blocks, self.argnums, self.lifted.outer)
        return (jacobian, aux) if self.has_aux else jacobian


def check_function(f: object, transform: str) -> str:
    """What error messages call a transformed function.

    Raises:
        TypeError: f is not a function.
    """
    if not callable(f):
        raise TypeError(
            f"{transform}(f): f must be a function, got {describe_structure(f)}; "
            f"write {transform}(f)(x), which differentiates f, not {transform}(f(x))"
        )
    return f"{transform}({name_of(f)})"


def task(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    argnums: int | Sequence[int],
    where: str,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Task:
    """One call of a transformed function, its arguments checked.

    Raises:
        TypeError: there is no such argument, nothing to differentiate in it, or real numbers where the function is
            said to be holomorphic.
        ValueError: argnums names an argument twice.
    """
    chosen = positions(argnums, len(args), where)
    level = next_level()
    lifted = lift(tuple([args[i] for i in chosen]), chosen, level, where)
    inside = of_arguments(lifted)
    if holomorphic and not inside.are_all_complex:
        raise TypeError(f"{where} with holomorphic: the arguments must be complex; convert them with .astype(complex)")
    return Task(f, args, kwargs, chosen, argnums, lifted, level, inside, has_aux, holomorphic, where)


def forward(this: Task) -> Any:
    """The Jacobian by columns: one evaluation of the function, on a batch of tangents.

    The values are computed once, for the tangents alone are batches.
    """
    check_direction(this)
    inside, outer = this.inside, this.lifted.outer
    kept: list[tuple[Basis, Any]] = []

    def push(*tangents: Array) -> list[Array]:
        level = next_level()
        outside, aux = this.evaluate(this.moving(tangents, level))
        kept.append((outside, _same_for_all(unwrap_tree(aux, level, outer), tangents, outer)))
        return [tangent_of(y, level) for y in outside.found]

    columns = batched(push, inside)
    outside, aux = kept[0]
    return this.exported(outside, from_columns(outside, inside, columns), aux)


def _same_for_all(tree: Tree, tangents: Sequence[Array], outer: AnyNode | None) -> Tree:
    """What does not depend on the tangents, even if it was computed beside them, by a custom rule for one."""
    levels = [t.node.level for t in tangents if isinstance(t, Variable)]
    return map_leaves(
        lambda x: export(x._value[0], outer) if isinstance(x, Variable) and x.node.level in levels else x, tree
    )


def check_direction(this: Task) -> None:
    """Raise a TypeError unless one direction for each argument gives its whole derivative."""
    if this.inside.are_any_complex and not this.holomorphic:
        raise TypeError(
            f"{this.where}: an argument is complex, and has a real and an imaginary direction to differentiate in; "
            "set holomorphic=True if the function is holomorphic, or use jacrev if its result is real"
        )


def tangent_of(y: Array, level: int) -> Array:
    """The tangent of a result of a forward pass at a level: zeros where it does not depend on the arguments."""
    if type(y) is Variable and isinstance(y.node, TangentNode) and y.node.level == level and y.node.tangent is not None:
        return y.node.tangent
    return np.zeros_like(bottom(y), dtype=cotangent_dtype(y.dtype), shape=y.shape)


def reverse(this: Task, mode: Mode = "reverse") -> Any:
    """The Jacobian by rows: one evaluation of the function, whose pullback takes a batch of cotangents.

    With mode None it is computed by columns where these are fewer. That takes no second evaluation: a pullback is
    linear, and its own pullback is the map from tangents to tangents. (J. Townsend, "A new trick for calculating
    Jacobian vector products", 2017.)
    """
    inside = this.inside
    outside, aux = this.evaluate(this.lifted.trees)
    if outside.are_any_complex and not this.holomorphic and (mode is not None or inside.are_any_complex):
        raise TypeError(
            f"{this.where}: the function returns complex numbers, whose real and imaginary parts have a row each; "
            "set holomorphic=True if the function is holomorphic, or use jacfwd if its arguments are real"
        )
    pullback: Pullback[Any, Any] = Pullback(
        this.where, this.level, this.lifted, outside.tree, lambda trees: this.evaluate(trees)[0].tree
    )
    if mode is None and _is_tall(outside, inside):
        blocks = from_columns(outside, inside, _columns(pullback, outside, inside))
    else:
        blocks = from_rows(outside, inside, _rows(pullback, outside, inside))
    return this.exported(outside, blocks, unwrap_tree(aux, this.level, this.lifted.outer))


def _is_tall(outside: Basis, inside: Basis) -> bool:
    """Whether columns are fewer than rows, or all that there is to choose."""
    if outside.are_any_complex != inside.are_any_complex:
        return outside.are_any_complex
    return outside.size > inside.size


def _rows(pullback: Pullback[Any, Any], outside: Basis, inside: Basis) -> list[Array]:
    return batched(lambda *cotangents: inside.numbers(pullback(outside.filled(cotangents))), outside)


def _columns(pullback: Pullback[Any, Any], outside: Basis, inside: Basis) -> list[Array]:
    # The pullback is linear, so it does not matter where it is differentiated; at ones it meets no 0 * inf.
    _, pushforward = vjp(pullback, outside.filled(outside.ones()))
    return batched(lambda *tangents: outside.numbers(pushforward(inside.filled(tangents))[0]), inside)


def batched(linear: Callable[..., list[Array]], coordinates: Basis) -> list[Array]:
    """A linear map applied to a basis: a batch for each array that it gives. Of a single number no batch is made."""
    if coordinates.is_one_number:
        return [export(x, None) for x in linear(*coordinates.ones())]
    if not coordinates.size:
        # Without examples a loop, where one is needed, does not know what to return.
        return [np.zeros_like(bottom(x), shape=(0, *x.shape)) for x in linear(*coordinates.ones())]
    batches: list[Array] = vmap(linear)(*coordinates.basis())
    return batches
