"""Every row of every table, under vmap: the same as a loop over the examples, and so are its derivatives."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any, Final

import attrs
import numpy as np
import pytest

from pydezero import Variable, as_variable, functions, grad, vjp
from pydezero.core.operation import CalledPrimitive
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.types import Index
from pydezero.functions import take
from pydezero.functions.nondifferentiable import functions as plain_functions
from pydezero.numpy_protocol import NONDIFFERENTIABLE_UFUNCS
from pydezero.transforms.batching.vmap import vmap
from pydezero.tree import map_leaves
from tests.functions.case import Array, ArrayCallable, Case, Results, generator
from tests.functions.cases import CASES
from tests.functions.checks import assert_all_close, cotangent_of, plain
from tests.rows import over_rows

_untyped: Any = np  # NumPy's stubs do not know all that works

EXAMPLES: Final = 3


@attrs.frozen(eq=False)
class Batch:
    """A row, and which of its arguments are batches: the others are the same for all examples."""

    case: Case
    batched: tuple[bool, ...]

    @property
    def in_axes(self) -> tuple[int | None, ...]:
        return tuple([0 if is_batched else None for is_batched in self.batched])

    def examples(self) -> list[list[Array]]:
        """The arguments that are differentiated, for each example."""
        dtype = np.dtype("c16" if self.case.is_complex else "f8")
        drawn = [
            [self.case.arguments[i].draw(generator(f"{self.case} {k}"), dtype) for i in self.case.differentiable]
            for k in range(EXAMPLES)
        ]
        return [
            [mine if is_batched else first for mine, first, is_batched in zip(row, drawn[0], self.batched, strict=True)]
            for row in drawn
        ]

    def together(self, examples: Sequence[Sequence[Array]]) -> list[Array]:
        """The arguments of all examples, as vmap takes them."""
        return [
            np.stack(column) if is_batched else column[0]
            for column, is_batched in zip(zip(*examples, strict=True), self.batched, strict=True)
        ]

    @property
    def function(self) -> ArrayCallable:
        """The function of the arguments that are differentiated."""
        values = self.case.draw()

        def f(*chosen: Results) -> Results:
            arguments: list[Results] = list(values)
            for i, x in zip(self.case.differentiable, chosen, strict=True):
                arguments[i] = x
            if self.case.in_numpy and not isinstance(arguments[0], Variable):
                arguments[0] = Variable(arguments[0])
            return self.case.through_numpy(*arguments)

        return f

    def __str__(self) -> str:
        return f"{self.case} {''.join('.x'[is_batched] for is_batched in self.batched)}"


def _batches() -> Iterator[Batch]:
    for case in CASES:
        if not case.shaped_by_values:
            for batched in product((True, False), repeat=len(case.differentiable)):
                if any(batched):
                    yield Batch(case, batched)


BATCHES: Final = list(_batches())


def has_given(case: Case) -> bool:
    """Whether a row has an argument that is not differentiated, other than a mask."""
    given = [argument.values for argument in case.arguments if argument.values is not None]
    return bool(given) and "mask" not in case.name


def stacked(rows: Sequence[Results]) -> list[Array]:
    """The results of a loop, put together."""
    return [np.stack(column) for column in zip(*map(plain, rows), strict=True)]


@over_rows(BATCHES)
def test_values(batch: Batch) -> None:
    examples = batch.examples()
    found = plain(vmap(batch.function, batch.in_axes)(*batch.together(examples)))
    expected = stacked([batch.function(*example) for example in examples])
    assert_all_close(found, expected, rtol=1e-12, atol=1e-13)
    for y, e in zip(found, expected, strict=True):
        assert y.dtype == e.dtype


@over_rows(BATCHES)
def test_derivatives(batch: Batch) -> None:
    examples = batch.examples()
    f = batch.function
    cotangents = [cotangent_of(f(*example), f"{batch} {k}") for k, example in enumerate(examples)]

    def gradients(cotangent: Results, *arguments: Array) -> tuple[Array, ...]:
        _, pullback = vjp(f, *arguments)
        result: tuple[Array, ...] = pullback(cotangent)
        return result

    rows = [gradients(cotangent, *example) for cotangent, example in zip(cotangents, examples, strict=True)]
    expected = stacked(rows)
    arguments = batch.together(examples)
    cotangent = map_leaves(lambda *parts: np.stack(parts), *cotangents)

    # The derivative of each example.
    of_each = vmap(gradients, (0, *batch.in_axes))(cotangent, *arguments)
    assert_all_close(of_each, expected, rtol=1e-9, atol=1e-11)

    # The derivative of all examples together: of what is the same for all of them, the sum.
    _, pullback = vjp(vmap(f, batch.in_axes), *arguments)
    sums = [e if is_batched else np.sum(e, axis=0) for e, is_batched in zip(expected, batch.batched, strict=True)]
    assert_all_close(pullback(cotangent), sums, rtol=1e-9, atol=1e-11)


@over_rows([case for case in CASES if not case.shaped_by_values and has_given(case)])
def test_given_arguments_that_are_batches(case: Case) -> None:
    """Conditions, indices and constants may differ between the examples, too."""
    rows = [case.draw() for _ in range(EXAMPLES)]
    for k, row in enumerate(rows):
        for i, argument in enumerate(case.arguments):
            row[i] = np.roll(row[i], k) if argument.values is not None else row[i] * (1 + 0.1 * k)
    arguments = [np.stack(column) for column in zip(*rows, strict=True)]
    found = vmap(case.through_numpy)(*arguments)
    expected = stacked([case.reference(*row) for row in rows])
    assert_all_close(plain(found), expected, rtol=1e-12, atol=1e-13)


# An index array that differs between the examples. Beside it stand what else an index may hold.
MASK: Final = np.array([True, False, True])
INDICES: Final[dict[str, ArrayCallable]] = {
    "i": lambda x, i, j: x[i],
    "i, j": lambda x, i, j: x[i, j],
    ":, i": lambda x, i, j: x[:, i],
    "i, :, j": lambda x, i, j: x[i, :, j],
    "..., i": lambda x, i, j: x[..., i],
    "i, ...": lambda x, i, j: x[i, ...],
    "None, i": lambda x, i, j: x[None, i],
    "i, None, j": lambda x, i, j: x[i, None, j],
    "0, :, i": lambda x, i, j: x[0, :, i],
    ":, i, 1": lambda x, i, j: x[:, i, 1],
    ":, i, ..., j": lambda x, i, j: x[:, i, ..., j],
    "list, :, i": lambda x, i, j: x[[0, 1], :, i],
    "list, i": lambda x, i, j: x[[0, 1], i],
    "mask, i": lambda x, i, j: x[:, MASK, i],
    "mask, :, i": lambda x, i, j: x[MASK[:2], :, i],
    "i, 1:, 0": lambda x, i, j: x[i, 1:, 0],
    "1:, None, i, j": lambda x, i, j: x[1:, None, i, j],
    "True, i": lambda x, i, j: x[True, i],
    ":, True, i": lambda x, i, j: x[:, True, i],
    "i, j, i": lambda x, i, j: x[i, j, i],
}
SHAPES: Final = (((), ()), ((2,), (2,)), ((2, 1), (1, 2)), ((), (2,)), ((1,), ()))


@attrs.frozen
class _Place:
    """Stands for x in a row of INDICES, to update it where it would be read."""

    x: Variable
    update: str
    values: Results

    def __getitem__(self, index: Index) -> Variable:
        result: Variable = getattr(self.x.at[index], self.update)(self.values)
        return result


def _read(index: ArrayCallable, x: Results, i: Results, j: Results) -> Results:
    return index(as_variable(x), i, j)


def _updated(index: ArrayCallable, update: str, x: Results, i: Results, j: Results, values: Results) -> Results:
    return index(_Place(as_variable(x), update, values), i, j)


def _check(f: Callable[..., Any], arguments: Sequence[Array], batched: Sequence[bool], of: Sequence[int]) -> None:
    """A function and its derivatives for batches, of which some are the same for all examples, against a loop."""
    in_axes = tuple([0 if each else None for each in batched])
    given = [x if each else x[0] for x, each in zip(arguments, batched, strict=True)]
    rows = [[x[k if each else 0] for x, each in zip(arguments, batched, strict=True)] for k in range(EXAMPLES)]
    expected = stacked([f(*row) for row in rows])
    assert_all_close(plain(vmap(f, in_axes)(*given)), expected, rtol=0, atol=1e-14)

    def gradients(cotangent: Array, *row: Array) -> Results:
        def weighted(*chosen: Results) -> Results:
            return np.sum(cotangent * f(*_with(row, of, chosen)))

        return grad(weighted, range(len(of)))(*[row[i] for i in of])

    cotangents = generator("index").normal(size=expected[0].shape)
    each = stacked([gradients(c, *row) for c, row in zip(cotangents, rows, strict=True)])
    assert_all_close(plain(vmap(gradients, (0, *in_axes))(cotangents, *given)), each, rtol=0, atol=1e-12)

    def together(*chosen: Results) -> Results:
        return np.sum(cotangents * vmap(f, in_axes)(*_with(given, of, chosen)))

    sums = [g if batched[i] else g.sum(axis=0) for i, g in zip(of, each, strict=True)]
    assert_all_close(grad(together, range(len(of)))(*[given[i] for i in of]), sums, rtol=0, atol=1e-12)


def _with(arguments: Sequence[Array], places: Sequence[int], chosen: Sequence[Results]) -> list[Results]:
    replaced = list(arguments)
    for i, x in zip(places, chosen, strict=True):
        replaced[i] = x
    return replaced


@over_rows(product(INDICES, SHAPES, [b for b in product((True, False), repeat=3) if b[1] or b[2]]))
def test_indices_that_are_batches(row: tuple[str, tuple[tuple[int, ...], ...], tuple[bool, ...]]) -> None:
    index, shapes, batched = row
    if not batched[1] and "j" not in index:
        return
    rng = generator(f"{index} {shapes}")
    x = rng.normal(size=(EXAMPLES, 2, 3, 4))
    i, j = (rng.integers(-2, 2, (EXAMPLES, *shape)) for shape in shapes)
    read = partial(_read, INDICES[index])
    _check(read, (x, i, j), batched, (0,))
    values = rng.normal(size=(EXAMPLES, *plain(read(x[0], i[0], j[0]))[0].shape))
    for update in ("set", "add", "multiply", "max"):
        updated = partial(_updated, INDICES[index], update)
        _check(updated, (x, i, j, values), (*batched, True), (0, 3))
        _check(updated, (x, i, j, values), (*batched, False), (0, 3))


def test_nothing_is_left_to_a_loop() -> None:
    for name in functions.__all__:  # so that all modules are imported
        getattr(functions, name)
    for function in plain_functions._OF_ARRAYS | NONDIFFERENTIABLE_UFUNCS:
        plain_functions._primitive(function)
    # By the type: to ask a weak proxy for its class raises an error where its object is gone.
    primitives = [x for x in gc.get_objects() if issubclass(type(x), Primitive)]
    assert len(primitives) > 100
    # What is internal, and a checkpoint, is recorded in a graph, but never applied. The methods of ufuncs without a
    # derivative are primitives, and loops, as soon as a test has called one.
    primitives = [p for p in primitives if not isinstance(getattr(getattr(p, "raw", None), "__self__", None), np.ufunc)]
    looped = {
        p.name for p in primitives if not (isinstance(p, Elementwise | CalledPrimitive) or p.is_internal or p.batch)
    }
    assert looped == set()


_OF_TWO_ARRAYS: Final[dict[str, Callable[..., Any]]] = {
    "allclose": lambda x, y: np.allclose(x, y, atol=2.0),
    "allclose of other shapes": lambda x, y: np.allclose(x[:1], y, 0.0, 2.0),
    "array_equal": np.array_equal,
    "array_equal of other shapes": lambda x, y: np.array_equal(x, y[:2]),
    "array_equal of nan": lambda x, y: np.array_equal(x * np.nan, y * np.nan, equal_nan=True),
    "array_equiv": np.array_equiv,
    "array_equiv of other shapes": lambda x, y: np.array_equiv(x[:1], y[:2]),
    "array_equiv that do not broadcast": lambda x, y: np.array_equiv(x, y[:2]),
    "isin": np.isin,
    "isin inverted": lambda x, y: np.isin(x, y[:2], invert=True),
    "isin of a matrix": lambda x, y: np.isin(np.multiply.outer(x, y), y, assume_unique=True),
    "isin of nan": lambda x, y: np.isin(x * np.nan, y * np.nan),
    "isin by name": lambda x, y: np.isin(test_elements=y, element=x),
    "searchsorted": np.searchsorted,
    "searchsorted right": lambda x, y: np.searchsorted(x, y, side="right"),
    "searchsorted of a matrix": lambda x, y: np.searchsorted(x, np.stack([y, 0.5 * y]), "right"),
    "searchsorted of a number": lambda x, y: np.searchsorted(x, y[0]),
    "searchsorted in nothing": lambda x, y: np.searchsorted(x[:0], y),
    "searchsorted by an order": lambda x, y: np.searchsorted(y, x, sorter=np.argsort(y)),
    "searchsorted method": lambda x, y: x.searchsorted(y, "right"),
    "digitize": lambda x, y: np.digitize(y, x),
    "digitize right": lambda x, y: np.digitize(y, x, right=True),
    "digitize falling": lambda x, y: np.digitize(np.stack([y, x]), x[::-1]),
    "lexsort": lambda x, y: np.lexsort((x, y)),
    "lexsort of an array": lambda x, y: np.lexsort(np.stack([x, y])),
    "lexsort axis": lambda x, y: np.lexsort((np.outer(x, x), np.outer(y, y)), axis=0),
    "less.outer": lambda x, y: np.less.outer(x, y[:2]),
    "logical_or.accumulate": lambda x, y: np.logical_or.accumulate(x == y),
    "ravel_multi_index": lambda x, y: np.ravel_multi_index((np.argsort(x), np.argmax(y)), (3, 4)),
}


@pytest.mark.parametrize("name", _OF_TWO_ARRAYS)
def test_plain_results_of_two_arrays(name: str) -> None:
    f = _OF_TWO_ARRAYS[name]
    x = np.sort(np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]), axis=1)
    y = np.array([[1.0, 2.0, 3.0], [6.0, 2.0, 0.0]])

    def loop(x: Array, y: Array) -> Array:
        return np.stack([f(*map(np.asarray, row)) for row in zip(x, y, strict=True)])

    np.testing.assert_array_equal(vmap(f)(x, y), loop(x, y), strict=True)
    if "method" not in name:  # of an array that is no Variable
        np.testing.assert_array_equal(vmap(f, (None, 0))(x[1], y), loop(x[[1, 1]], y), strict=True)
        of_pairs = vmap(vmap(f, (None, 0)), (0, None))(x, y)
        np.testing.assert_array_equal(of_pairs, np.stack([loop(x[[k, k]], y) for k in range(2)]), strict=True)
    np.testing.assert_array_equal(vmap(f, (0, None))(x, y[1]), loop(x, y[[1, 1]]), strict=True)


def test_bins_that_are_not_monotonic() -> None:
    with pytest.raises(ValueError, match="monotonically"):
        vmap(np.digitize)(np.ones((2, 3)), np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]]))


@pytest.mark.parametrize(
    "f",
    [
        np.argmax,
        lambda x: np.argmin(x, axis=-1),
        lambda x: np.argmax(x, keepdims=True),
        lambda x: np.argmax(a=x, axis=0, keepdims=True),
        np.nanargmin,
        lambda x: np.nanargmax(x, 1),
        lambda x: np.argpartition(x, 1),
        lambda x: x.argpartition(2, axis=None),
        lambda x: np.argpartition(x, [0, 1], axis=0),
        lambda x: np.isreal(x) & ~np.iscomplex(x),
        lambda x: np.isposinf(np.where(x > 0, np.inf, x)) | np.isneginf(x),
        lambda x: np.packbits(x > 0),
        lambda x: np.packbits(x > 0, axis=1),
        lambda x: np.unpackbits((x > 0).astype(np.uint8), axis=1),
        lambda x: np.stack(np.unravel_index(np.argmax(x), x.shape)),
        lambda x: np.stack(np.unravel_index(np.argsort(x), np.int64(7))),
        lambda x: x[np.unravel_index(np.argmax(x), x.shape)] > 0,
        lambda x: _untyped.any(x > 0, 1, None, True),
        lambda x: np.all(x > -1, axis=0, where=np.array([True, False, True])),
        lambda x: x[np.tril_indices_from(x)] > x[0, 0],
        lambda x: np.argsort(x),
        lambda x: np.argsort(x, axis=None),
        lambda x: np.count_nonzero(x > 0, axis=0),
        lambda x: np.any(x > 1),
        lambda x: x.any(axis=(0, 1)),
        lambda x: np.logical_and.reduce(x > 0),
        lambda x: np.logical_or.reduce(x > 1, axis=(0, 1), keepdims=True),
        lambda x: np.isclose(x, x[0]),
        lambda x: (x > 0) & ~(x > 1) | (x == x.max()),
        lambda x: np.isnan(x) ^ (x[0] < x),
        lambda x: x.astype(int) // 2,
        lambda x: np.greater.outer(x[0], x[1]),
        lambda x: np.zeros_like(x) + np.ones_like(x, dtype=int),
        lambda x: np.size(x) + len(x) + x.ndim + x.shape[0],
        lambda x: x[0][np.argsort(x[1])],
    ],
)
def test_results_that_are_not_differentiated(f: Callable[..., Any]) -> None:
    xs = generator("plain").normal(size=(4, 2, 3))
    found = vmap(f)(xs)
    expected = np.stack([f(x) for x in xs])
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == expected.dtype
    nested = vmap(vmap(f))(xs.reshape(2, 2, 2, 3))
    np.testing.assert_array_equal(nested, np.reshape(expected, (2, 2, *expected.shape[1:])))


@pytest.mark.parametrize(
    ("f", "instead"),
    [
        (np.nonzero, "np.where"),
        (np.flatnonzero, "np.where"),
        (lambda x: np.argwhere(x > 0), "np.where"),
        (lambda x: np.where(x > 0), "np.where"),
        (lambda x: x[x > 0], "np.where"),
        (lambda x: x.at[x > 0].set(0.0), "np.where"),
        (lambda x: x.at[x > 0].add(1.0), "np.where"),
    ],
)
def test_what_examples_cannot_have_in_common(f: Callable[..., Any], instead: str) -> None:
    with pytest.raises(TypeError, match=instead):
        vmap(f)(np.ones((2, 3)))


def test_elements_of_an_array_that_is_the_same_for_all_examples() -> None:
    table, i = np.arange(12.0).reshape(3, 4), np.array([[2, 0], [1, 1]])
    np.testing.assert_array_equal(vmap(lambda i: take(table, i))(i), table.ravel()[i])
    np.testing.assert_array_equal(vmap(lambda i: take(table, i, axis=1))(i), np.stack([table[:, k] for k in i]))
    of_table = grad(lambda table: np.sum(vmap(lambda i: take(table, i, 0) ** 2)(i)))
    expected = np.zeros_like(table)
    np.add.at(expected, i, 2 * table[i])
    np.testing.assert_array_equal(of_table(table), expected)
    with pytest.raises(TypeError, match=r"pydezero\.at\(a\)\[i\]\.get\(\)"):
        vmap(lambda i: table[i])(i)


def test_masks_that_are_the_same_for_all_examples() -> None:
    xs = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(vmap(lambda x: x[MASK])(xs), xs[:, MASK])


def test_nan_among_the_elements_of_a_maximum() -> None:
    xs = np.array([[1.0, np.nan, np.nan], [2.0, 2.0, 1.0], [0.0, 3.0, 1.0]])
    for f in (np.max, np.min, lambda x: np.max(x, axis=0, keepdims=True)[0]):
        np.testing.assert_array_equal(vmap(grad(f))(xs), np.stack([grad(f)(x) for x in xs]))
