"""Forward mode: `jvp`, `linearize` and `linear_transpose`."""
