"""Choosing elements: by conditions, at given places, or from several arrays."""
