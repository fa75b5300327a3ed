"""Checks of derivatives: what the tests of this library use, for the tests of programs that use it."""

from pydezero.testing.check import check_grads
from pydezero.testing.numerical import numerical_diff

__all__ = ["check_grads", "numerical_diff"]
