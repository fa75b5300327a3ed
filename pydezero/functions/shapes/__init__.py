"""Elements in another arrangement: shapes, axes, repetitions and padding."""
