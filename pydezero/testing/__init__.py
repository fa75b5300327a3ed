"""Checks of derivatives, for the tests of programs that use this library; its own tests use them, too."""

from pydezero.testing.check import check_grads
from pydezero.testing.numerical import numerical_diff

__all__ = ["check_grads", "numerical_diff"]
