"""`x.at[index]`: updates of some elements that leave x as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.batching import all_batched, batch_size
from pydezero.core.bind import bind, weakly_promoted
from pydezero.core.foreign import is_wrapper, wrapper_error
from pydezero.core.placing import beside
from pydezero.core.primitive import General, define
from pydezero.core.snapshot import as_array, check_numeric, is_number
from pydezero.core.types import Array, Index
from pydezero.core.variable import Operand, Variable, shape_of, undifferentiated
from pydezero.functions.choosing.piecewise import where
from pydezero.functions.elementwise.arithmetic import divide, multiply
from pydezero.functions.elementwise.extremes import maximum, minimum
from pydezero.functions.indexing.index import frozen_index, names_once
from pydezero.functions.indexing.indexing import getitem, scatter, take
from pydezero.functions.indexing.updates import put
from pydezero.functions.joining.joining import concatenate
from pydezero.functions.nondifferentiable.functions import nondifferentiable
from pydezero.functions.shapes.shape import as_operand, astype, broadcast_to, in_dtype, ravel, reshape


@attrs.frozen(eq=False)
class At:
    """`x.at[index]`: the place of an update that leaves x as it is, or of elements to read.

    Every update is differentiable in x and in its values, which broadcast to the shape of `x[index]`. The index is any
    with which x can be read. An element that it names more than once is updated as often, as by NumPy's `ufunc.at`; of
    several values that it is set to, the last one stays.
    """

    _x: Variable
    _index: Index

    def get(self) -> Variable:
        """x[index]. Of an array, with Variables in the index, it is what `a[index]` cannot be.

        Under `vmap`, and in what `jit` and `trace` record, computed indices are Variables, which an array does not
        take.

        >>> import numpy as np
        >>> from pydezero import at, vmap
        >>> table = np.array([[1.0, 2.0], [3.0, 4.0]])
        >>> vmap(lambda x: at(table)[np.argmax(x), np.argmin(x)].get())(np.array([[1.0, 0.0], [0.0, 1.0]]))
        array([2., 3.])
        """
        found: Array = getitem(self._x, self._index)
        result: Variable = found if type(found) is Variable else found.copy()  # a view would share memory
        return result

    def set(self, values: Operand) -> Variable:
        """A copy of x in which the elements at the index are `values`.

        >>> import numpy as np
        >>> from pydezero import Variable
        >>> Variable(np.array([1.0, 2.0, 3.0])).at[0].set(5.0)
        variable([5. 2. 3.])
        """
        result: Variable = put(self._x, values, self._index)
        return result

    def add(self, values: Operand) -> Variable:
        """A copy of x with `values` added to the elements at the index; to an element named twice, twice.

        >>> import numpy as np
        >>> from pydezero import Variable
        >>> Variable(np.array([1.0, 2.0, 3.0])).at[[0, 0]].add(1.0)
        variable([3. 2. 3.])
        """
        added = _in_common_dtype(self._x, _filling(self._x, values, shape_of(getitem(self._x, self._index))))
        result: Variable = self._x + scatter(added, self._index, self._x.shape)
        return result

    def multiply(self, values: Operand) -> Variable:
        """A copy of x with the elements at the index multiplied by `values`.

        Zeros among the elements and the values are no obstacle to any derivative.

        >>> import numpy as np
        >>> from pydezero import Variable
        >>> Variable(np.array([1.0, 2.0, 3.0])).at[[1, 1]].multiply(np.array([5.0, 10.0]))
        variable([  1. 100.   3.])
        """
        return _updated(self._x, self._index, values, multiply, _multiply)

    def divide(self, values: Operand) -> Variable:
        """A copy of x with the elements at the index divided by `values`.

        >>> import numpy as np
        >>> from pydezero import Variable
        >>> Variable(np.array([1.0, 2.0, 3.0])).at[1:].divide(10.0)
        variable([1.  0.2 0.3])
        """
        return _updated(self._x, self._index, values, divide, _divide)

    def max(self, values: Operand) -> Variable:
        """A copy of x with the larger one of element and value at the index; of an element named twice, the largest.

        The element and values that are equal share the derivative evenly.

        >>> import numpy as np
        >>> from pydezero import Variable
        >>> Variable(np.array([1.0, 2.0, 3.0])).at[:2].max(1.5)
        variable([1.5 2.  3. ])
        """
        return _updated(self._x, self._index, values, maximum, _max)

    def min(self, values: Operand) -> Variable:
        """A copy of x with the smaller one of element and value at the index; of an element named twice, the smallest.

        The element and values that are equal share the derivative evenly.

        >>> import numpy as np
        >>> from pydezero import Variable
        >>> Variable(np.array([1.0, 2.0, 3.0])).at[:2].min(1.5)
        variable([1.  1.5 3. ])
        """
        return _updated(self._x, self._index, values, minimum, _min)


@attrs.frozen(eq=False)
class AtIndexer:
    """`x.at`, which an index turns into the place of an update."""

    _x: Array

    def __getitem__(self, index: Index) -> At:
        return At(self._x, frozen_index(index))


class _Update(Protocol):
    """An update of an array: with a Variable among the values it gives a Variable."""

    @overload
    def __call__(self, values: Variable) -> Variable: ...
    @overload
    def __call__(self, values: ArrayLike) -> NDArray[Any]: ...


class ArrayAt(Protocol):
    """`at(a)[index]` of an array: the methods of `At`."""

    def get(self) -> Any: ...  # Any: an array, or a Variable if there is one in the index
    @property
    def set(self) -> _Update: ...
    @property
    def add(self) -> _Update: ...
    @property
    def multiply(self) -> _Update: ...
    @property
    def divide(self) -> _Update: ...
    @property
    def max(self) -> _Update: ...
    @property
    def min(self) -> _Update: ...


class ArrayAtIndexer(Protocol):
    """`at(a)` of an array, which an index turns into the place of an update."""

    def __getitem__(self, index: Index, /) -> ArrayAt: ...


@overload
def at(x: Variable, /) -> AtIndexer: ...
@overload
def at(x: NDArray[Any], /) -> ArrayAtIndexer: ...
def at(x: Any, /) -> Any:
    """`at(x)[index].set(values)` and its like: copies of an array or a Variable with some elements changed.

    The methods are those of `x.at[index]`: `set`, `add`, `multiply`, `divide`, `max` and `min`, and `get`, which reads.
    An array needs this function, since it has no `at`.

    Args:
        x: an array or a Variable. It is not changed.

    Returns:
        An object that takes the index, and then the values by one of the methods. The result is a Variable if x or the
        values are one, else a fresh array, in the dtype that holds both.

    Raises:
        TypeError: x is something else (a list, None), holds no numbers, or has a mask, a unit or labels.

    >>> import numpy as np
    >>> from pydezero import at, grad
    >>> at(np.zeros(3))[0].set(5.0)
    array([5., 0., 0.])
    >>> grad(lambda x: (at(np.ones(3))[1:].multiply(x) ** 2).sum())(3.0)
    np.float64(12.0)
    """
    if is_wrapper(type(x)):
        raise wrapper_error(type(x), "at(x)")
    if type(x) is not Variable:
        x = as_array(x, "at(x)")
        check_numeric(x, "at(x)")
    return AtIndexer(x)


def _filling(x: Variable, values: Operand, shape: tuple[int, ...]) -> Array:
    """Values repeated to a shape; a Python number gets the dtype of its sum with x."""
    if is_number(values):
        values = np.asarray(values, dtype=np.result_type(x.dtype, values))
    _, values = weakly_promoted((x, values))
    return broadcast_to(as_operand(values), shape)


def _in_common_dtype(x: Array, values: Array) -> Array:
    """Values in the dtype of their sum with x: the sum of two uint8 would be one, too."""
    common = np.result_type(x.dtype, values.dtype)
    return in_dtype(values, common) if common.kind in "fc" or type(values) is not Variable else values


def _updated(
    x: Variable,
    index: Index,
    values: Operand,
    update: Callable[[Array, Array], Array],
    in_turn: Callable[[Array, Array, Array], Array],
) -> Variable:
    """A copy of x with `update(element, value)` at the index.

    Where it names an element more than once, `in_turn(x, values, places)` updates x at the places, all in one axis.
    """
    elements = getitem(x, index)
    values = _filling(x, values, shape_of(elements))
    places: Array = None if names_once(index) else ravel(getitem(np.arange(x.size).reshape(x.shape), index))
    result: Variable
    if places is None or (type(places) is not Variable and not np.any(np.bincount(places) > 1)):
        result = put(x, update(elements, values), index)
    else:
        result = reshape(in_turn(ravel(x), ravel(values), places), x.shape)
    return result


def _by_products(update: Callable[[Array, Array], Array]) -> Callable[[Array, Array, Array], Array]:
    """A function that updates elements with the product of all values for each of them."""

    def in_turn(x: Array, values: Array, places: Array) -> Array:
        values = _in_common_dtype(x, values)
        order = nondifferentiable(np.argsort, places)
        places = take(places, order)
        products = _products_of_equal_places(take(values, order), places)
        # The value of the last one of equal places, which is what stays, is the product of all of them.
        return put(x, update(getitem(x, places), products), places)

    return in_turn


def _products_of_equal_places(values: Array, places: Array) -> Array:
    """The product of each value with all before it that have the same place; equal places stand side by side."""
    most = shape_of(places)[0] if type(places) is Variable else np.max(np.bincount(places))
    step = 1
    while step < most:
        # By now a value has been multiplied by up to step - 1 before it, and gets the product of as many more.
        before, behind = values[:-step], values[step:]
        is_same = beside(places[:-step] == places[step:], behind)
        values = concatenate([values[:step], where(is_same, before * behind, behind)])
        step *= 2
    return values


def _extremes(x: Array, places: Array, ufunc: np.ufunc, size: int) -> Array:
    """The extreme one, for each place, of the elements that have this place."""
    out = np.empty_like(x, shape=size)
    out[places] = x  # any of them, to begin with
    ufunc.at(out, places, x)
    return out


def _extremes_rule(g: Array, x: Array, y: Array, out: Array) -> Array:
    """The cotangent shared evenly among the elements that are equal to the extreme one, or are nan."""
    element, extreme = undifferentiated(x), undifferentiated(out)
    chosen = astype((element == getitem(extreme, y)) | np.isnan(element), g.dtype)
    return getitem(g / scatter(chosen, y, out.shape), y) * chosen


def _extremes_batched(batched: Sequence[bool], x: Array, places: Array, ufunc: np.ufunc, size: int) -> Array:
    count = batch_size(batched, (x, places))
    x, places = all_batched(batched, (x, places))
    places = ravel(places + size * np.arange(count)[:, None])
    return reshape(bind(_extremes_p, ravel(x), places, ufunc=ufunc, size=count * size), (count, size))


_extremes_p: Final[General] = define(
    General, "extremes", _extremes, _extremes_rule, None, batch=_extremes_batched, chooses=True
)


def _by_extremes(ufunc: np.ufunc) -> Callable[[Array, Array, Array], Array]:
    """A function that updates elements with the extreme one of the element and all values for it."""

    def in_turn(x: Array, values: Array, places: Array) -> Array:
        (n,) = shape_of(x)
        return bind(_extremes_p, concatenate([x, values]), concatenate([np.arange(n), places]), ufunc=ufunc, size=n)

    return in_turn


_multiply: Final = _by_products(multiply)
_divide: Final = _by_products(divide)
_max: Final = _by_extremes(np.maximum)
_min: Final = _by_extremes(np.minimum)
