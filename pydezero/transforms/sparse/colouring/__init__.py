"""Colourings: which columns and rows of a matrix share a product, and how its elements are read off the products."""
