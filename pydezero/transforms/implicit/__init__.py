"""Derivatives of what a solver finds, from the equation that it solves: `custom_root` and its relatives."""
