"""Patterns: which results of a function may depend on which arguments, found from one run of it."""
