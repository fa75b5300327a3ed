"""The node of Taylor mode: each operation computes the coefficients of its result with its value."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, Final

import attrs
import numpy as np

from pydezero.core.bind import bind, in_common_precision, makes_number, unwrap
from pydezero.core.composition import composed
from pydezero.core.level import Level
from pydezero.core.observation import ObservedPass
from pydezero.core.operation import Operation, unboxed
from pydezero.core.power_series import Further, Series
from pydezero.core.primitive import Nondifferentiable, Primitive, zero
from pydezero.core.roots import is_smooth
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable, shape_of
from pydezero.graph.linear import ones_for, zeros_for
from pydezero.graph.seeds import observed_passes
from pydezero.transforms.forward.rules import Root, pushed_through, tangent_by_rules
from pydezero.transforms.taylor.direct import Application, direct, fitted, of_recurrence
from pydezero.transforms.taylor.recurrence import Recurrence, key_of

# Where rules still refer to new functions at this coefficient, they are taken to do so without end.
_ENDED: Final = 5


@attrs.frozen(eq=False)
class _RootSeries:
    """The application of a primitive that is like a norm, for a power of its result: see `core.roots`."""

    power: Primitive
    values: Sequence[Array]
    nodes: Sequence[TaylorNode | None]
    params: Mapping[str, Any]


@attrs.frozen(eq=False, weakref_slot=False)
class TaylorNode(AnyNode):
    """The node of a value that moves along a curve: the coefficients of its power series in the parameter of the curve.

    The first coefficient is the value. They are normalised: coefficient k is the k-th derivative divided by k!. An
    operation of the user's computes all of them, up to the order. In a derivative rule, which runs on series to find
    their coefficients, they are computed when they are asked for; the Variables of such a rule have a `recurrence`.
    """

    level: Level
    order: int
    series: Series = attrs.field(repr=False)
    recurrence: Recurrence | None = attrs.field(repr=False, default=None)
    root: _RootSeries | None = attrs.field(repr=False, default=None)
    is_number: bool = False
    is_array: bool = False

    carries: ClassVar[bool] = True

    def of_number(self) -> TaylorNode:
        return attrs.evolve(self, is_number=True)

    def of_array(self) -> TaylorNode:
        return attrs.evolve(self, is_array=True)

    @property
    def carried(self) -> Sequence[Array]:
        return [x for x in self.series.known[1:] if x is not None]

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        values, nodes = unwrap(args, self.level, primitive.name)
        are_numbers = True in [node is not None and node.is_number for node in nodes]
        if are_numbers:
            converted = in_common_precision(primitive, args)
            if converted is not args:
                values, nodes = unwrap(converted, self.level, primitive.name)
        if type(primitive) is Nondifferentiable:
            return bind(primitive, *values, **params)
        recurrence = next((node.recurrence for node in nodes if node is not None and node.recurrence is not None), None)
        of = _Applied(self, primitive, values, nodes, params, recurrence)
        if recurrence is None:
            if isinstance(primitive, Operation):
                return of.operation()
            return of.one(is_number=are_numbers and makes_number(primitive, args))
        key = of.key
        found = recurrence.get(key)
        if found is None:
            found = of.operation() if isinstance(primitive, Operation) else of.one()
            recurrence.keep(key, found, of.operands, of.params)
        return found

    def constant(self, value: Array) -> Variable:
        return self.of(value, Series([value]))

    def of(
        self,
        value: Array,
        series: Series,
        recurrence: Recurrence | None = None,
        root: _RootSeries | None = None,
        is_number: bool = False,
    ) -> Variable:
        """A value with its series, as a Variable of the same transform."""
        return new_variable(value, TaylorNode(self.level, self.order, series, recurrence, root, is_number))


@attrs.frozen(eq=False)
class _Applied:
    """An application of a primitive at the level of a node `like`.

    `recurrence` is that of the derivative rule that applies the primitive, None outside of a rule.
    """

    like: TaylorNode
    primitive: Any  # Any: of the two kinds, which have rules of their own
    values: Sequence[Array]
    nodes: Sequence[TaylorNode | None]
    params: Mapping[str, Any]
    recurrence: Recurrence | None

    @property
    def operands(self) -> list[Any]:
        """The series of the arguments, and the constants."""
        return [x if node is None else node.series for x, node in zip(self.values, self.nodes, strict=True)]

    @property
    def key(self) -> Any:
        """A key that tells the application from others."""
        return key_of(self.primitive, self.operands, self.params)

    def one(self, is_number: bool = False) -> Variable:
        """The result of a primitive with one output."""
        primitive, like = self.primitive, self.like
        out = bind(primitive, *self.values, **self.params)
        series: list[Series | None] = []
        for i, node in enumerate(self.nodes):
            moves = node is not None and node.series.moves
            series.append(node.series if node and moves and primitive.argument(i).rule not in (None, zero) else None)
        result = Series([out])
        root = None if primitive.power is None else _RootSeries(primitive.power, self.values, self.nodes, self.params)
        variable = like.of(out, result, self.recurrence, root, is_number)
        if not any(s is not None for s in series):
            return variable
        further = None
        if self._power_of_root() is None:
            further = direct(Application(primitive, self.values, series, self.params, out), result)
        if further is not None:
            result.define(further)
            if self.recurrence is None:
                self._complete([result])
            return variable
        with self._rules(variable) as recurrence:
            further = self._integrated(lambda: self._derivative(variable, series, recurrence), out)
            result.define(further if self.recurrence is not None else self._ended(further, series, recurrence, out))
            if self.recurrence is None:
                self._complete([result])
        return variable

    def _ended(self, further: Further, series: Sequence[Series | None], recurrence: Recurrence, out: Array) -> Further:
        """The coefficients by the rules, as long as these come to an end, and from then on by composition.

        Rules that refer to a new function each time (of Bessel functions to that of the next order) would take the
        third power of the order, or more. Along a line they take its square.
        """
        moving = [i for i, s in enumerate(series) if s is not None]
        x = series[moving[0]]
        assert x is not None
        is_line = all(x(k) is None for k in range(2, self.like.order + 1))
        if len(moving) > 1 or is_line or self.like.order <= _ENDED or self._power_of_root() is not None:
            return further
        sizes: list[int] = []
        composition: list[Further] = []

        def either(k: int) -> Array | None:
            if composition:
                found = composition[0](k)
                return None if found is None else fitted(found, out)
            found = further(k)
            sizes.append(len(recurrence))
            if k == _ENDED and sizes[-3] < sizes[-2] < sizes[-1]:
                recurrence.clear()
                composition.append(composed(self._along_line(moving[0]), x))
            return found

        return either

    def _along_line(self, position: int) -> Series:
        """The series of the result where the argument at a position moves with speed 1."""
        x, recurrence = self.values[position], Recurrence()
        moved = TaylorNode(self.like.level, self.like.order, Series([x, ones_for(x)]), recurrence)
        nodes = [moved if i == position else node for i, node in enumerate(self.nodes)]
        applied = _Applied(self.like, self.primitive, self.values, nodes, self.params, recurrence)
        variable = applied.one()
        recurrence.keep(applied.key, variable, applied.operands, applied.params)
        assert isinstance(variable.node, TaylorNode)
        return variable.node.series

    def _power_of_root(self) -> _RootSeries | None:
        """The norm that this is a smooth power of, None if it is none."""
        exponent, node = self.primitive.exponent, self.nodes[0]
        if exponent is None or node is None or node.root is None:
            return None
        return node.root if is_smooth(exponent(self.params)) else None

    def _derivative(self, out: Variable, series: Sequence[Series | None], recurrence: Recurrence) -> Series | None:
        """The series of the derivative of the result, by the rules of the primitive."""
        own = self._within(out, recurrence)
        xs = self._moving(self.values, self.nodes, recurrence)
        ts = self._tangents(self.values, series, recurrence)
        power = self._power_of_root()
        root = None
        if power is not None:
            of_root = [None if node is None else node.series for node in power.nodes]
            of_root = [s if s is not None and s.moves else None for s in of_root]
            root = Root(
                power.power,
                self._moving(power.values, power.nodes, recurrence),
                self._tangents(power.values, of_root, recurrence),
                power.params,
            )
        return self._series_of(tangent_by_rules(self.primitive, xs, ts, own, self.params, root))

    def operation(self) -> Any:
        """The result of an operation with rules for all its arguments together."""
        primitive, like = self.primitive, self.like
        values = list(map(unboxed, self.values, self.nodes))
        outputs = [primitive.checked_output(y, like.level) for y in primitive.as_tuple(primitive(*values))]
        results = [Series([y]) for y in outputs]
        variables = tuple([like.of(y, s, self.recurrence) for y, s in zip(outputs, results, strict=True)])
        series = [node.series if node is not None and node.series.moves else None for node in self.nodes]
        returned = variables if primitive.several_outputs else variables[0]
        if not any(s is not None for s in series):
            return returned
        if primitive.push_series is not None and self.recurrence is None:
            return self._through_bodies(values, series)
        further = of_recurrence(Application(primitive, values, series, {}, outputs[0]), results[0])
        if further is not None:
            results[0].define(further)
            if self.recurrence is None:
                self._complete(results)
            return returned
        with self._rules(returned) as recurrence:
            pushed: list[Sequence[Series | None]] = []

            def derivative(i: int) -> Series | None:
                if not pushed:
                    pushed.append(self._pushed(variables, series, recurrence))
                return pushed[0][i]

            for i, (y, result) in enumerate(zip(outputs, results, strict=True)):
                result.define(self._integrated(partial(derivative, i), y))
            if self.recurrence is None:
                self._complete(results)
        return returned

    @contextmanager
    def _rules(self, returned: Any) -> Iterator[Recurrence]:
        """The recurrence in which the rules run: that of the rule which applies the primitive, or one of its own."""
        if self.recurrence is not None:
            yield self.recurrence
            return
        recurrence = Recurrence()
        if type(returned) is tuple:
            kept: Any = tuple([self._within(x, recurrence) for x in returned])
        else:
            kept = self._within(returned, recurrence)
        recurrence.keep(self.key, kept, self.operands, self.params)
        try:
            yield recurrence
        finally:
            recurrence.clear()

    def _through_bodies(self, values: Sequence[Array], series: Sequence[Series | None]) -> tuple[Variable, ...]:
        """The results of an operation whose bodies take all coefficients at once."""
        order = self.like.order
        stacks = [
            None if s is None else np.stack([zeros_for(x) if s(k) is None else s(k) for k in range(1, order + 1)])
            for x, s in zip(values, series, strict=True)
        ]
        outputs, found = self.primitive.push_series(values, stacks, order)
        return tuple(
            [
                self.like.of(y, Series([y] if stack is None else [y, *[stack[k] for k in range(order)]]))
                for y, stack in zip(outputs, found, strict=True)
            ]
        )

    def _pushed(
        self, outs: Sequence[Variable], series: Sequence[Series | None], recurrence: Recurrence
    ) -> list[Series | None]:
        """The series of the derivatives of the outputs of an operation."""
        operation = self.primitive
        xs = self._moving(self.values, self.nodes, recurrence)
        ts = self._tangents(self.values, series, recurrence)
        push = operation.push_forward
        _, moved = push(xs, ts) if push is not None else pushed_through(operation, xs, ts)
        tangents = [None] * len(outs) if moved is None else operation.as_tuple(moved)
        for t in tangents:
            if type(t) is Variable and t.node.level > self.like.level:
                operation.checked_output(t, self.like.level)
        return list(map(self._series_of, tangents))

    def _within(self, x: Variable, recurrence: Recurrence) -> Variable:
        """A Variable of the same series, as a rule gets it."""
        node = x.node
        assert isinstance(node, TaylorNode)
        return x if node.recurrence is recurrence else self.like.of(x._value, node.series, recurrence, node.root)

    def _moving(
        self, values: Sequence[Array], nodes: Sequence[TaylorNode | None], recurrence: Recurrence
    ) -> list[Array]:
        """The arguments as a rule gets them."""
        return [
            x if node is None or not node.series.moves else self.like.of(x, node.series, recurrence, node.root)
            for x, node in zip(values, nodes, strict=True)
        ]

    def _tangents(
        self, values: Sequence[Array], series: Sequence[Series | None], recurrence: Recurrence
    ) -> list[Array | None]:
        """The derivatives of the arguments as a rule gets them; None for what does not move."""
        return [None if s is None else self._tangent(x, s, recurrence) for x, s in zip(values, series, strict=True)]

    def _tangent(self, value: Array, series: Series, recurrence: Recurrence) -> Variable:
        first = series(1)
        return self.like.of(zeros_for(value) if first is None else first, recurrence.derivative(series), recurrence)

    def _integrated(self, derivative: Any, out: Array) -> Further:
        """The coefficients of a series, from those of its derivative, which is found when it is needed."""
        found: list[Series | None] = []

        def further(k: int) -> Array | None:
            if not found:
                found.append(derivative())
            x = None if found[0] is None else found[0](k - 1)
            if x is None:
                return None
            return fitted(x if k == 1 else x / k, out)

        return further

    def _series_of(self, tangent: Array | None) -> Series | None:
        if tangent is None:
            return None
        if type(tangent) is Variable and tangent.node.level == self.like.level:
            node = tangent.node
            assert isinstance(node, TaylorNode)
            return node.series
        return Series([tangent])

    def _complete(self, results: Sequence[Series]) -> None:
        """Compute all coefficients of an operation of the user's."""
        order = self.like.order
        carried = [x for node in self.nodes if node is not None for x in node.carried]
        passes: Sequence[ObservedPass] = ()
        if Variable in map(type, (*self.values, *carried)):
            passes = observed_passes([*self.values, *carried], sys._getframe())
        try:
            for observed in passes:
                observed.rule(f"Taylor series of {self.primitive.name}")
            for k in range(1, order + 1):
                for result in results:
                    result(k)
        except Exception as error:
            shapes = ", ".join([str(shape_of(x)) for x in self.values])
            error.add_note(f"(in the Taylor series of {self.primitive.name}: operands {shapes}, at {users_line()})")
            raise
        finally:
            for observed in passes:
                observed.leave()
        for result in results:
            result.complete(order)
