"""`ArrayBox`, the type of what a function that is differentiated gets: a Variable."""

from pydezero.core.variable import Variable

__all__ = ["ArrayBox"]

ArrayBox = Variable
