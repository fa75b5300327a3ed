"""Machine code of the Python that this package writes: a small part of the language, in which all kinds are known."""
