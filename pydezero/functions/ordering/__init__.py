"""Sorting, and arrays as sets."""
