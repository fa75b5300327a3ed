"""Other libraries' names for what this library does, so that a program moves by changing its imports."""
