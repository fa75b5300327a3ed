"""Batches: `vmap`."""
