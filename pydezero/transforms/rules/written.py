"""The functions of a custom rule, which take the user's containers, as functions of the arrays in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import attrs
import numpy as np

from pydezero.arrays.wrappers import WRAPPERS
from pydezero.containers import HOLE
from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, cotangent_spec
from pydezero.core.snapshot import frozen_snapshot, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.rules.custom import ARRAYS, Arguments, checked_gradient, is_plain, separate_output
from pydezero.transforms.rules.declared import Dependence, PatternRule, dependence
from pydezero.transforms.rules.operation import Kept, Place, input_at, output_at, taken_apart
from pydezero.transforms.rules.units import cotangents_like, in_units_of, tangents_like
from pydezero.tree import Tree, filled, flatten, same_structure
from pydezero.units import same_but_for_names

_SEQUENCES: Final = (tuple, list)


@attrs.define(eq=False)
class Definition:
    """A function with rules: for reverse mode `forward` and `backward`, for forward mode `push`, or all of them.

    Attributes:
        where: the name for error messages.
        f: the function without rules.
        arguments: the order and kinds of its arguments.
        forward, backward: the rules of reverse mode, or None.
        push: the rule of forward mode, or None.
        writable: whether the functions get copies of arrays, into which they may write.
        pattern: what is declared of the pattern of the derivative, or None.
        function: the function with rules, once it is made.
    """

    where: str
    f: Callable[..., Any]
    arguments: Arguments
    forward: Callable[..., Any] | None
    backward: Callable[..., Any] | None
    push: Callable[..., Any] | None
    writable: bool
    pattern: PatternRule
    function: Callable[..., Any] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # The function with rules has a name in its module, and f has none there.
        return _definition_of, (self.function,)


def _definition_of(function: Any) -> Definition:
    definition: Definition = function.definition
    return definition


class Written:
    """The functions of a definition for the containers of one call.

    `found` is what they find out when they run: the template of the output. A plain class, since it is made in every
    call.
    """

    __slots__ = ("definition", "found", "is_flat", "pulls", "pushes", "static", "template", "writable")

    def __init__(self, definition: Definition, static: Sequence[Any], template: Tree, is_flat: bool) -> None:
        self.definition: Definition = definition
        self.static: Sequence[Any] = static
        self.template: Tree = template
        # Whether each argument that is differentiated is an array.
        self.is_flat: bool = is_flat
        self.found: Tree = None
        self.pulls: bool = definition.backward is not None
        self.pushes: bool = definition.push is not None
        self.writable: bool = definition.writable

    def __reduce__(self) -> tuple[Any, ...]:
        return _written, (self.definition, self.static, self.template, self.is_flat, self.found)

    def restored(self, outputs: Sequence[Array]) -> Any:
        """The output of the function, of the arrays in it."""
        return outputs[0] if self.found is HOLE else filled(self.found, outputs)

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs of the function itself."""
        return self._outputs(call(self.definition.f, self._args(values), {}), "the function")

    def run_forward(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Kept]:
        """The outputs of the forward rule and its residuals."""
        assert self.definition.forward is not None
        given = [x if type(x) is Variable else np.array(x) for x in values] if self.writable else None
        returned = call(self.definition.forward, self._args(values), {})
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise TypeError(
                f"{self.definition.where}: forward returned {describe_structure(returned)}; it must return a pair "
                "(output, residuals)"
            )
        output, residuals = returned
        outputs = self._outputs(output, "forward")
        known: dict[int, Place] = dict(zip(map(id, values), map(input_at, range(len(values))), strict=True))
        if given is not None:  # what was written into is the argument no more
            known = {id(x): input_at(i) for i, x in enumerate(values) if x is given[i] or _equal(x, given[i])}
        for i, out in enumerate(outputs):
            known[id(out)] = output_at(i)
        return outputs, taken_apart(residuals, known)

    def run_backward(self, kept: Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        """The cotangents of the arrays in the arguments, in memory of their own."""
        definition = self.definition
        assert definition.backward is not None
        residuals = kept.restored(self.writable)
        given = cotangents[0] if self.found is HOLE else cotangents_like(self.found, cotangents)
        returned = call(definition.backward, (*self.static, residuals, given), {})
        count = len(self.template)
        if not isinstance(returned, _SEQUENCES):
            raise TypeError(
                f"{definition.where}: backward returned {describe_structure(returned)}; it must return a tuple with "
                f"one cotangent for each of the {count} arguments that are differentiated"
            )
        if len(returned) != count:
            raise ValueError(
                f"{definition.where}: backward returned {len(returned)} cotangents for {count} arguments; "
                "it must return one for each that is differentiated (None for zeros)"
            )
        whose = f"{definition.where}: backward"
        remaining = iter(specs)
        gradients: list[Array] = []
        positions = definition.arguments.differentiated(count) if self.static else range(count)
        for template, cotangent, position in zip(self.template, returned, positions, strict=True):
            is_array = type(cotangent) is np.ndarray
            if template is HOLE and (is_array or (is_numeric(cotangent) and WRAPPERS[type(cotangent)] is None)):
                spec = next(remaining)
                if is_array and cotangent.dtype is spec.dtype and cotangent.shape == spec.shape and spec.shape:
                    gradients.append(np.array(cotangent))  # as `checked_gradient` does it, without its questions
                else:
                    gradients.append(checked_gradient(cotangent, spec, whose, f"argument {position}"))
            else:
                gradients += self._cotangents(template, cotangent, remaining, f"argument {position}", cotangents[0])
        return gradients

    def run_push(
        self, values: Sequence[Array], tangents: Sequence[Array]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """The outputs and their tangents, by the rule of forward mode."""
        definition = self.definition
        assert definition.push is not None
        primals = tuple(values) if self.is_flat else tuple(filled(self.template, values))
        moving = tuple(tangents) if self.is_flat else tuple(tangents_like(self.template, tangents))
        returned = call(definition.push, (*self.static, primals, moving), {})
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise TypeError(
                f"{definition.where}: the rule returned {describe_structure(returned)}; it must return a pair "
                "(output, tangent)"
            )
        output, tangent = returned
        outputs = self._outputs(output, "the rule")
        is_one = self.found is HOLE and type(tangent) in ARRAYS
        if is_one and type(tangent) is Variable:
            (out,) = outputs
            alike = type(out) is np.ndarray and out.dtype is tangent.dtype and out.shape == tangent.shape
            if alike and out.dtype.kind in "fc":
                return outputs, (tangent,)  # what most rules return: there is nothing left to ask
        if not (is_one or same_structure(output, tangent) or same_but_for_names(output, tangent, or_units=True)):
            raise TypeError(
                f"{definition.where}: the rule returned {describe_structure(tangent)} as the tangent of "
                f"{describe_structure(output)}; "
                "it must be built like the output"
            )
        moved = [tangent] if is_one else self._tangents(tangent)
        return outputs, tuple([self._checked_tangent(t, out) for t, out in zip(moved, outputs, strict=True)])

    def declared(self, values: Sequence[Array], out_shapes: Sequence[tuple[int, ...]]) -> Dependence | None:
        """The pattern that is declared for the derivative, None if there is none."""
        counts = [sum(leaf is HOLE for leaf in flatten(part)) for part in self.template]
        definition = self.definition
        return dependence(definition.pattern, lambda: self._args(values), counts, values, out_shapes, definition.where)

    def _args(self, values: Sequence[Array]) -> Sequence[Any]:
        others = values if self.is_flat else filled(self.template, values)
        return self.definition.arguments.merge(self.static, others) if self.static else others

    def _outputs(self, output: Any, what: str) -> tuple[Array, ...]:
        if is_plain(output):  # what most functions return, for which two calls suffice
            self.found = HOLE
            return (output,)
        self.found, arrays = separate_output(output, f"{self.definition.where}: {what}")
        return arrays

    def _cotangents(
        self, template: Tree, cotangent: Tree, specs: Iterator[ArraySpec], of: str, like: Array
    ) -> list[Array]:
        """The cotangents of the arrays in one argument, checked; zeros are in the library of another array."""
        whose = f"{self.definition.where}: backward"
        is_alike = cotangent is None or same_structure(template, cotangent)
        if not (is_alike or same_but_for_names(template, cotangent, or_units=True)):
            raise TypeError(
                f"{whose} returned {describe_structure(cotangent)} as the cotangent of {of}; "
                f"it must be built like the argument, {describe_structure(template)}"
            )
        leaves = flatten(template)
        what = f"{whose} returned the cotangent of {of}"
        parts = [None] * len(leaves) if cotangent is None else in_units_of(template, -1, cotangent, what)
        checked = []
        for leaf, part in zip(leaves, parts, strict=True):
            if leaf is HOLE:
                spec = next(specs)
                checked.append(spec.zeros(like) if part is None else checked_gradient(part, spec, whose, of))
        return checked

    def _tangents(self, tangent: Tree) -> list[Any]:
        """The tangents of the arrays in the output, in their units."""
        what = f"{self.definition.where}: the rule returned a tangent"
        leaves = zip(flatten(self.found), in_units_of(self.found, 1, tangent, what), strict=True)
        return [leaf for place, leaf in leaves if place is HOLE]

    def _checked_tangent(self, t: Any, out: Array) -> Array:
        where = self.definition.where
        spec = cotangent_spec(out)
        if t is None:
            return spec.zeros(out)
        if not is_plain(t):
            if not is_numeric(t):
                raise TypeError(
                    f"{where}: the rule returned {type(t).__name__} as the tangent of an array; it must be an array, "
                    "or None for zeros"
                )
            t = np.asarray(t) if is_number(t) else t
        if t.shape != spec.shape:
            raise ValueError(
                f"{where}: the rule returned a tangent of shape {t.shape} for an output of shape {spec.shape}"
            )
        if type(t) is not Variable:
            t = frozen_snapshot(t)
        return t if t.dtype is spec.dtype else cast(t, spec.dtype)


def _written(definition: Definition, static: Sequence[Any], template: Tree, is_flat: bool, found: Tree) -> Written:
    made = Written(definition, static, template, is_flat)
    made.found = found
    return made


def _equal(x: Array, y: Array) -> bool:
    return x is y or (isinstance(x, np.ndarray) and np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"))
