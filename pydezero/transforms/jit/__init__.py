"""Graphs compiled to machine code."""
