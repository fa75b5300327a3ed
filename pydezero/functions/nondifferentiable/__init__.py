"""Functions whose results have no derivative: comparisons, tests, indices, shapes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydezero.functions.nondifferentiable import batch_rules as batch_rules
