"""A recorded graph: walking it, seeding it, pulling cotangents back through it, and linear maps as graphs."""
