"""Reverse mode: `grad`, `value_and_grad`, `vjp` and `gradients`."""
