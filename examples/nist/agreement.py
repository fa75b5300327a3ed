"""The agreement of a fit with the values that NIST certifies."""

from __future__ import annotations

import math
from typing import Final

import attrs

from nist.fitting import Fit

CERTIFIED_DIGITS: Final = 11
REQUIRED_DIGITS: Final = 6


@attrs.frozen
class Agreement:
    """A certified value beside the fitted one."""

    quantity: str
    certified: float
    fitted: float

    @property
    def digits(self) -> int:
        """The number of leading digits that agree: in the last of them the two differ by half a unit at most."""
        first_place = math.floor(math.log10(abs(self.certified)))
        for digits in range(CERTIFIED_DIGITS, 0, -1):
            if abs(self.fitted - self.certified) <= 0.5 * 10.0 ** (first_place + 1 - digits):
                return digits
        return 0


def values(fit: Fit) -> list[Agreement]:
    """The parameters."""
    pairs = zip(fit.dataset.parameters, fit.parameters, strict=True)
    return [Agreement(parameter.name, parameter.certified, fitted) for parameter, fitted in pairs]


def deviations(fit: Fit) -> list[Agreement]:
    """The standard deviations of the parameters."""
    pairs = zip(fit.dataset.parameters, fit.standard_deviations, strict=True)
    return [Agreement(f"s.d. of {parameter.name}", parameter.standard_deviation, fitted) for parameter, fitted in pairs]


def residual(fit: Fit) -> Agreement:
    """The residual sum of squares."""
    return Agreement("RSS", fit.dataset.residual_sum_of_squares, fit.residual_sum_of_squares)


def agreements(fit: Fit) -> list[Agreement]:
    """All that is certified."""
    return [*values(fit), *deviations(fit), residual(fit)]


def disagreements(fit: Fit) -> list[str]:
    """The values that agree to fewer digits than they must, in words."""
    where = f"{fit.dataset.name}, start {fit.start}"
    found = [
        f"{where}: {one.quantity} = {one.fitted:.10e}, certified {one.certified:.10e}: {one.digits} digits"
        for one in agreements(fit)
        if one.digits < REQUIRED_DIGITS
    ]
    if not fit.gradient_error < 10.0**-REQUIRED_DIGITS:  # nor if it is not a number
        found.append(f"{where}: the gradient is off the numerical one by {fit.gradient_error:.1e}")
    return found
