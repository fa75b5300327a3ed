"""pint's quantities: numbers and arrays with a unit."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from pydezero.arrays.restoring import library
from pydezero.arrays.wrappers import Wrapper

__all__ = ["per_unit", "pint_wrapper", "product_unit", "sum_unit", "unit_factor"]


def _unit_of_differences(unit: Any) -> Any:
    """The unit of the difference of two numbers in a unit: another one where zero is a convention (degrees Celsius).

    Raises:
        TypeError: the difference of the numbers is no difference of what they count (decibels).
    """
    quantity = unit._REGISTRY.Quantity
    difference = quantity(2.0, unit) - quantity(1.0, unit)
    if difference.magnitude != 1:
        raise TypeError(
            f"a Quantity in {unit:D} is a logarithm, and has no unit for its differences; take the derivative of a "
            "number, q.magnitude, or of the quantity in another unit, q.to(unit)"
        )
    return difference.units


class _OfQuantities:
    def parts(self, x: Any) -> list[Any]:
        return [x.magnitude]

    def steps(self, x: Any) -> list[str]:
        return [".magnitude"]

    def around(self, x: Any, parts: Sequence[Any]) -> Any:
        (magnitude,) = parts
        # A derivative has a unit of its own.
        return magnitude if isinstance(magnitude, library("pint").Quantity) else type(x)(magnitude, x.units)

    def bare(self, x: Any, parts: Sequence[Any]) -> Any:
        return parts[0]

    def shell(self, x: Any) -> Any:
        return type(x)(1.0, x.units)

    def keys(self, x: Any) -> tuple[Hashable, ...]:
        return (x.units,)

    def nameless(self, x: Any) -> Any:
        return x

    def unit(self, x: Any) -> Any:
        return _unit_of_differences(x.units)


def pint_wrapper(kind: type) -> Wrapper | None:
    """The wrapper for a type of pint's."""
    return _OfQuantities() if issubclass(kind, library("pint").Quantity) else None


def per_unit(derivative: Any, of: Any, by: Any) -> Any:
    """A derivative of numbers in the unit `of` by numbers in the unit `by`, None for numbers without one."""
    if of is None and by is None:
        return derivative
    unit = of if by is None else by**-1 if of is None else of / by
    return unit._REGISTRY.Quantity(derivative, unit)


def product_unit(a: Any, b: Any) -> Any:
    """The unit of the product of numbers in two units, None for numbers without one."""
    return b if a is None else a if b is None else a * b


def sum_unit(units: Sequence[Any], where: str) -> tuple[Any, list[float]]:
    """The unit of the sum of numbers in some units, and the factor that brings each to it.

    Raises:
        TypeError: they measure different things.
    """
    first = next((unit for unit in units if unit is not None), None)
    if first is None:
        return None, [1.0] * len(units)
    named = [first._REGISTRY.Unit("") if unit is None else unit for unit in units]
    try:
        return named[0], [_factor(unit, named[0]) for unit in named]
    except library("pint").DimensionalityError as error:
        listed = ", ".join([f"{unit:D}" for unit in named])
        raise TypeError(f"{where}: the parts of a sum have the units {listed}, which do not add up") from error


def _factor(unit: Any, to: Any) -> float:
    return float(unit._REGISTRY.Quantity(1.0, unit).to(to).magnitude)


def unit_factor(unit: Any, to: Any, where: str) -> float:
    """The factor that brings numbers in one unit to another, None for numbers without one.

    Raises:
        TypeError: they measure different things.
    """
    registry = (to if unit is None else unit)._REGISTRY
    named = [registry.Unit("") if x is None else x for x in (unit, to)]
    try:
        return _factor(*named)
    except library("pint").DimensionalityError as error:
        given = "without a unit" if unit is None else f"in {unit:D}"
        raise TypeError(
            f"{where} {given}, where it must be in {named[1]:D}, or in what converts to it; None stands for zeros"
        ) from error
