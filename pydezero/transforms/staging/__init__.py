"""A function as data: `trace`, `Graph`, its text, and passes over it."""
