"""The namespace `numpy.random`."""

from numpy.random import *
