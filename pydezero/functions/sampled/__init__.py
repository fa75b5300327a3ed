"""Functions of samples: differences, integrals, interpolation, convolution, progressions."""
