"""The distance of a curve from the observations, with exact first and second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

import attrs
import numpy as np

from nist.models import Floats, Model, P
from pydezero import grad, value_and_grad, vjp


def sum_of_squares(parameters: P, curve: Callable[[P, Floats], Floats], x: Floats, y: Floats) -> np.float64:
    """The sum of squared residuals: the function that is minimised, and differentiated."""
    return np.sum((curve(parameters, x) - y) ** 2)


@attrs.frozen(eq=False)
class Misfit(Generic[P]):
    """The sum of squares as an optimiser likes it: without units.

    It takes the parameters as a vector z, each in units of its `scale`, and gives the sum of squares as a fraction of
    that of y. Vectors are SciPy's wish: the model gets, and the gradients come as, the NamedTuple of its parameters.
    """

    model: Model[P]
    scale: Floats
    x: Floats
    y: Floats

    def parameters(self, z: Floats) -> P:
        return self.model.parameters(*(self.scale * z))

    def value(self, z: Floats) -> float:
        return float(sum_of_squares(self.parameters(z), self.model.curve, self.x, self.y) / self._unit)

    def value_and_gradient(self, z: Floats) -> tuple[float, Floats]:
        value, gradient = value_and_grad(sum_of_squares)(self.parameters(z), self.model.curve, self.x, self.y)
        return float(value / self._unit), self._in_units(gradient)

    def gradient(self, z: Floats) -> Floats:
        return self.value_and_gradient(z)[1]

    def hessian_product(self, z: Floats, direction: Floats) -> Floats:
        """The Hessian times a direction: the gradient of the slope in that direction, so no Hessian is formed."""

        def slope(parameters: P) -> float:
            gradient = grad(sum_of_squares)(parameters, self.model.curve, self.x, self.y)
            terms: list[float] = [g * d for g, d in zip(gradient, self.scale * direction, strict=True)]
            return sum(terms)

        return self._in_units(grad(slope)(self.parameters(z)))

    def hessian(self, z: Floats) -> Floats:
        return np.array([self.hessian_product(z, direction) for direction in np.eye(z.size)])

    def jacobian(self, z: Floats) -> Floats:
        """The derivative of the curve at each x with respect to the parameters, in units of their scale."""
        y, pullback = vjp(lambda parameters: self.model.curve(parameters, self.x), self.parameters(z))
        return np.array([pullback(cotangent)[0] for cotangent in np.eye(y.size)]) * self.scale

    @property
    def _unit(self) -> np.float64:
        return np.sum(self.y**2)

    def _in_units(self, gradient: P) -> Floats:
        return np.array(gradient) * self.scale / self._unit
