"""Indexing, its transpose, and updates of elements."""
