"""Functions whose results have no derivative: comparisons, tests, indices, shapes."""
