"""Polynomials as arrays of coefficients."""
