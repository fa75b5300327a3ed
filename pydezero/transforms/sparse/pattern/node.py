"""The kind of node that finds patterns: with each value go the sets of inputs that its elements may depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, NoReturn

import attrs

from pydezero.core.bind import bind, in_common_precision, makes_number, unwrap
from pydezero.core.level import Level
from pydezero.core.operation import Operation, unboxed
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Elementwise, General, Linear, Multilinear, Nondifferentiable, Primitive, zero
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable, shape_of
from pydezero.functions.linalg.factorization import Factorization
from pydezero.transforms.implicit.operation import OfExamples
from pydezero.transforms.loops.operation import LoopOperation
from pydezero.transforms.rules.function import FunctionOperation
from pydezero.transforms.rules.operation import Ruled
from pydezero.transforms.sparse.pattern.application import Application, Run
from pydezero.transforms.sparse.pattern.coupling import by_leading
from pydezero.transforms.sparse.pattern.linear import all_of, of_linear
from pydezero.transforms.sparse.pattern.named import NAMED
from pydezero.transforms.sparse.pattern.rules import of_declared, of_operation, of_rule
from pydezero.transforms.sparse.pattern.sets import Sets, dense, united


@attrs.frozen(eq=False, weakref_slot=False)
class SetNode(AnyNode):
    """The node of a value in a run that looks for a pattern near these arguments.

    A comparison, an index and a branch are what they are at these arguments. A value with empty sets is no constant: it
    depends on the arguments, but has derivative zero.
    """

    level: Level
    sets: Sets = attrs.field(repr=False)
    run: Run = attrs.field(repr=False)
    is_number: bool = False

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        args = in_common_precision(primitive, args)
        values, nodes = unwrap(args, self.level, primitive.name)
        self._check_shape_is_known(primitive, args)
        varies = [node is not None for node in nodes]
        sets = [() if node is None else node.sets for node in nodes]
        if isinstance(primitive, Operation):
            if isinstance(primitive, LoopOperation):
                return tuple([self._again(y) for y in primitive.unrolled(args)])
            return self._apply_operation(primitive, list(map(unboxed, values, nodes)), sets)
        nested = Variable in map(type, values)
        out: Any = bind(primitive, *values, **params) if nested else primitive.raw(*values, **params)
        if primitive.several_outputs:
            return tuple([self._of(y, dense(sets, y.shape)) for y in out])
        if isinstance(primitive, Nondifferentiable):
            return self._undifferentiated(out)
        of = Application(primitive, values, sets, varies, out, params, self.run)
        is_number = makes_number(primitive, args)
        return self._of(out, sets_of(of, self._made) if of.places else (), is_number=is_number)

    def _apply_operation(self, operation: Operation, values: list[Array], sets: list[Sets]) -> Any:
        outputs = operation(*values)
        outs = [operation.checked_output(y, self.level) for y in operation.as_tuple(outputs)]
        found = self._of_operation(operation, values, outs, sets)
        variables = tuple([self._of(y, some) for y, some in zip(outs, found, strict=True)])
        return variables if operation.several_outputs else variables[0]

    def _of_operation(
        self, operation: Operation, values: list[Array], outs: list[Array], sets: list[Sets]
    ) -> list[Sets]:
        if isinstance(operation, Factorization):
            shape = values[0].shape
            leading = len(shape) - 2
            return [by_leading(sets[0], shape, 2, y.shape, y.ndim - leading) for y in outs]
        if isinstance(operation, Ruled | FunctionOperation):
            declared = of_declared(operation, values, outs, sets, self.run, self._made)
            return declared or of_operation(operation, values, outs, sets, self.run, self._made)
        if operation.name in NAMED and len(outs) == 1:
            varies = [bool(some) for some in sets]
            return [NAMED[operation.name](Application(operation, values, sets, varies, outs[0], {}, self.run))]
        if isinstance(operation, OfExamples):
            return [_of_examples(operation.batched, values, sets, y.shape) for y in outs]
        return [dense(sets, y.shape) for y in outs]

    def _again(self, y: Any) -> Any:
        """A result of the steps of a loop, which may be a constant."""
        return y if isinstance(y, Variable) else self._undifferentiated(y)

    def _undifferentiated(self, out: Any) -> Any:
        """A result without a derivative: truths and indices stay as they are at these arguments, other numbers vary."""
        return self._of(out, ()) if getattr(out, "dtype", None) is not None and out.dtype.kind in "fc" else out

    def _of(self, value: Array, sets: Sets, *, is_number: bool = False) -> Variable:
        return new_variable(value, type(self)(self.level, sets, self.run, is_number))

    def _made(self, level: Level, sets: Sets, run: Run) -> SetNode:
        return type(self)(level, sets, run)

    def _check_shape_is_known(self, primitive: Primitive, args: Sequence[Array]) -> None:
        """Raise unless the shape of the result is the same for all arguments that the pattern is for."""

    def constant(self, value: Array) -> Variable:
        return self._of(value, ())


@attrs.frozen(eq=False, weakref_slot=False)
class GlobalSetNode(SetNode):
    """The node of a value in a run that looks for a pattern for all arguments: nothing may be decided by its value."""

    has_one_value: ClassVar[bool] = False

    def exposed(self, value: Array, what: str) -> Array:  # noqa: ARG002  # the value is refused
        self._refuse(f"{what} needs a value, and a pattern of scope 'global' is to hold for all values")

    def _undifferentiated(self, out: Any) -> Any:
        return self._of(out, ())

    def _check_shape_is_known(self, primitive: Primitive, args: Sequence[Array]) -> None:
        what = primitive.dynamic_shape(args)
        if what:
            self._refuse(f"the shape of {what} depends on values, and a pattern of scope 'global' is to hold for all")

    def _refuse(self, why: str) -> NoReturn:
        raise EscapeError(
            f"{users_line().place}: {why}. Write np.where(condition, x, y), or pydezero.cond(condition, f, g), of "
            "which both branches count; scope='local' finds a pattern that holds as long as no branch changes"
        )


def _of_examples(
    batched: Sequence[bool], values: Sequence[Array], sets: Sequence[Sets], out_shape: tuple[int, ...]
) -> Sets:
    """The sets of a result that depends on all that there is of its example, along the first axis."""
    found = []
    for x, some, is_batched in zip(values, sets, batched, strict=True):
        if some:
            shape = shape_of(x)
            found.append(by_leading(some, shape, len(shape) - is_batched, out_shape, len(out_shape) - is_batched))
    return united(found, out_shape)


def sets_of(of: Application, make: Callable[[Level, Sets, Run], AnyNode]) -> Sets:
    """The sets of the result of an application of which some argument has sets."""
    rule = NAMED.get(of.primitive.name)
    if rule is not None:
        return rule(of)
    if type(of.primitive) is General:
        return of_rule(of, make)
    return _BY_KIND.get(type(of.primitive), all_of)(of)


def _of_elementwise(of: Application) -> Sets:
    used = [of.sets[i] for i in of.places if of.primitive.argument(i).rule not in (None, zero)]
    return united(used, of.shape)


_BY_KIND: Final[dict[type[Primitive], Callable[[Application], Sets]]] = {
    Elementwise: _of_elementwise,
    Linear: of_linear,
    Multilinear: of_linear,
}
