"""A Jacobian column by column, by forward mode, and row by row, by reverse mode: all columns or rows in one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np

from pydezero.core.foreign import arrayed
from pydezero.core.level import Level, next_level
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, bottom
from pydezero.graph.linear import LinearMap, record_linear, zeros_for
from pydezero.transforms.batching.node import BatchNode
from pydezero.transforms.batching.vmap import vmap
from pydezero.transforms.boundary.arguments import call, chosen_positions, replaced, result_and_aux
from pydezero.transforms.boundary.export import export, unwrap_tree
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans, lent_arguments, without_loans
from pydezero.transforms.boundary.lifting import Lifted, lift
from pydezero.transforms.forward.tangent import tangent_of, with_tangents
from pydezero.transforms.jacobians.basis import Basis, from_columns, from_rows, nested, of_result
from pydezero.transforms.reverse.vjp import Pullback
from pydezero.tree import Tree, map_leaves

Mode: TypeAlias = Literal["forward", "reverse"] | None


@attrs.frozen(eq=False)
class Task:
    """One call of a transformed function: the function, its arguments, and which of them it is differentiated by.

    Attributes:
        f: the function.
        args: its positional arguments.
        kwargs: its keyword arguments.
        chosen: the positions of the arguments it is differentiated by.
        argnums: these positions as the caller named them.
        lifted: the chosen arguments, with Variables of `level` in them.
        level: the level of the Variables.
        inside: the basis of the chosen arguments.
        has_aux: whether the function returns a pair of its result and something else.
        holomorphic: whether the function is said to be holomorphic.
        where: the transform and the function, for error messages.
        loans: the arguments that are lent to the function.
        given: the arguments as the caller gave them.

    It is a context, in which the arguments are lent.
    """

    f: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    chosen: list[int]
    argnums: int | Sequence[int]
    lifted: Lifted
    level: Level
    inside: Basis
    has_aux: bool
    holomorphic: bool
    where: str
    loans: list[Loan]
    given: tuple[tuple[Any, ...], Mapping[str, Any]]

    def __enter__(self) -> Task:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: object) -> None:
        try:
            if error is None:
                check_loans(self.loans, self.where, self.f, *self.given)
        finally:
            end_loans(self.loans)

    def with_tangents(self, tangents: Sequence[Array], level: Level) -> tuple[Tree, ...]:
        """The chosen arguments, with Variables of a level in them that carry these tangents."""
        return with_tangents(self.lifted, tangents, level)

    def replaced(self, trees: Sequence[Tree]) -> list[Any]:
        """All positional arguments, with these trees in the places of the chosen ones."""
        return replaced(self.args, self.chosen, trees)

    def evaluate(self, trees: Sequence[Tree]) -> tuple[Basis, Any]:
        """The basis of the function's result, and its aux or None, with these trees for the chosen arguments.

        Raises:
            TypeError: the result has no real or complex numbers; `holomorphic` is set, and some are not complex.
        """
        output = call(self.f, self.replaced(trees), self.kwargs)
        result, aux = result_and_aux(output, self.where) if self.has_aux else (output, None)
        outside = of_result(result, self.where)
        if self.holomorphic and not outside.are_all_complex:
            raise TypeError(
                f"{self.where} with holomorphic: the function returns real numbers, and so is not holomorphic"
            )
        return outside, aux

    def exported(self, outside: Basis, blocks: Sequence[Sequence[Array]], aux: Any) -> Any:
        """The blocks of the Jacobian as the caller gets them, paired with aux if the function has one."""
        jacobian = nested(outside, self.lifted, blocks, self.argnums)
        if self.has_aux:
            aux = without_loans(aux, (self.args, self.kwargs))
        return (jacobian, aux) if self.has_aux else jacobian


def begin_task(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    argnums: int | Sequence[int],
    where: str,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Task:
    """Begin a call of a transformed function: check its arguments, and lend and lift them.

    Raises:
        TypeError: argnums names an argument that is not there, or that holds nothing to differentiate; `holomorphic` is
            set, and a chosen argument is real.
        ValueError: argnums names an argument twice.
    """
    chosen = chosen_positions(argnums, len(args), where)
    level = next_level()
    loans: list[Loan] = []
    try:
        lifted = lift(tuple([args[i] for i in chosen]), chosen, level, where, loans)
        inside = Basis(lifted.template, lifted.variables)
        if holomorphic and not inside.are_all_complex:
            raise TypeError(
                f"{where} with holomorphic: the arguments must be complex; convert them with .astype(complex)"
            )
        lent_args, lent_kwargs = lent_arguments(args, kwargs, chosen, level, loans)
    except BaseException:
        end_loans(loans)
        raise
    facts = (chosen, argnums, lifted, level, inside, has_aux, holomorphic, where)
    return Task(f, lent_args, lent_kwargs, *facts, loans, (args, kwargs))


def forward(task: Task) -> Any:
    """The Jacobian, computed by columns: the function is evaluated once, on a batch of tangents.

    The values are computed only once, since they are no batches: the tangents alone are.
    """
    check_direction(task)
    inside, outer = task.inside, task.lifted.outer
    kept: list[tuple[Basis, Any]] = []

    def push(*tangents: Array) -> list[Array]:
        level = next_level()
        try:
            outside, aux = task.evaluate(task.with_tangents(tangents, level))
        finally:
            level.finished = task.where
        kept.append((outside, _same_for_all(unwrap_tree(aux, level, outer), tangents, outer)))
        return [tangent_of(y, level) for y in outside.arrays]

    columns = batched(push, inside)
    outside, aux = kept[0]
    return task.exported(outside, from_columns(outside, inside, columns), aux)


def _same_for_all(tree: Tree, tangents: Sequence[Array], outer: AnyNode | None) -> Tree:
    """A container in which each batch is replaced by its first example, for the examples are all the same.

    Aux does not depend on the tangents, but can be computed with them, by a custom rule for example.
    """
    # The tangent of a single number is no batch, and may be observed.
    levels = [t.node.level for t in tangents if isinstance(t, Variable) and type(t.node) is BatchNode]
    return map_leaves(
        lambda x: export(x._value[0], outer) if isinstance(x, Variable) and x.node.level in levels else x, tree
    )


def check_direction(task: Task) -> None:
    """Raise a TypeError unless one direction for each argument gives its whole derivative."""
    if task.inside.are_any_complex and not task.holomorphic:
        raise TypeError(
            f"{task.where}: an argument is complex, and has a real and an imaginary direction to differentiate in; "
            "set holomorphic=True if the function is holomorphic, or use reverse mode (jacrev, "
            "mode='reverse') if its result is real"
        )


def reverse(task: Task, mode: Mode = "reverse") -> Any:
    """The Jacobian, computed by rows: the function is evaluated once, and its pullback takes a batch of cotangents.

    With mode None it is computed by columns if these are fewer. That takes no second evaluation either: the pullback is
    linear, and its transpose is the pushforward (see `graph.linear`).
    """
    inside = task.inside
    outside, aux, pulled = recorded(task, mode)
    if mode is None and _is_tall(outside, inside):
        pullback_map = record_linear(pulled, outside.arrays)
        columns = batched(lambda *tangents: _pushed(pullback_map, tangents, outside), inside)
        blocks = from_columns(outside, inside, columns)
    else:
        blocks = from_rows(outside, inside, batched(lambda *cotangents: pulled(cotangents), outside))
    return task.exported(outside, blocks, unwrap_tree(aux, task.level, task.lifted.outer))


def recorded(task: Task, mode: Mode = "reverse") -> tuple[Basis, Any, Callable[[Sequence[Array]], list[Array]]]:
    """The basis of the function's result, its aux, and the pullback from a list of cotangents to a list of them.

    Raises:
        TypeError: the result is complex, and one cotangent for each of its numbers would not give all derivatives.
    """
    inside = task.inside
    try:
        outside, aux = task.evaluate(task.lifted.trees)
    finally:
        task.level.finished = task.where
    if outside.are_any_complex and not task.holomorphic and (mode is not None or inside.are_any_complex):
        raise TypeError(
            f"{task.where}: the function returns complex numbers, whose real and imaginary parts have a row each; "
            "set holomorphic=True if the function is holomorphic, or use forward mode (jacfwd, "
            "mode='forward') if its arguments are real"
        )
    pullback: Pullback[Any, Any] = Pullback(
        task.where,
        task.level,
        task.lifted,
        outside.filled(outside.arrays),
        lambda trees: (of := task.evaluate(trees)[0]).filled(of.arrays),
    )

    def pulled(cotangents: Sequence[Array]) -> list[Array]:
        return inside.parts(pullback(outside.filled(cotangents)))

    return outside, aux, pulled


def _pushed(pullback: LinearMap, tangents: Sequence[Array], outside: Basis) -> list[Array]:
    """The tangents of the results that the transpose of a pullback gives for tangents of the arguments."""
    moved = pullback.transposed(tangents)
    return [zeros_for(y) if t is None else t for y, t in zip(outside.arrays, moved, strict=True)]


def _is_tall(outside: Basis, inside: Basis) -> bool:
    """Whether columns are fewer than rows; between real and complex numbers, whether they are the only choice."""
    if outside.are_any_complex != inside.are_any_complex:
        return outside.are_any_complex
    return outside.size > inside.size


def batched(linear: Callable[..., list[Array]], basis: Basis) -> list[Array]:
    """The results of a linear map for the vectors of a basis: one batch for each array that the map returns.

    For a basis of one number the results are arrays without a batch axis.
    """
    if basis.is_one_number:
        return [export(arrayed(x), None) for x in linear(*basis.ones())]
    if not basis.size:
        # vmap may need a loop over the examples, which cannot return anything if there are none.
        return [np.zeros_like(bottom(x), shape=(0, *x.shape)) for x in linear(*basis.ones())]
    batched: Callable[..., list[Array]] = vmap(linear)
    return batched(*basis.vectors())
