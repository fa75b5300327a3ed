"""Functions of functions: what `grad(f)`, `vjp(f, x)` and their siblings do with a recorded computation."""
