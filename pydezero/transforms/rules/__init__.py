"""Derivative rules of the user: `custom_vjp`, `custom_jvp`, `Function`, `checkpoint` and `stop_gradient`."""
