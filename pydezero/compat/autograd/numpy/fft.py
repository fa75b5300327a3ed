"""The namespace `numpy.fft`."""

from numpy.fft import *
