"""The functions of `scipy.special` that have a derivative."""

from pydezero.scipy.special import *
