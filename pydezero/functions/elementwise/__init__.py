"""Functions of one element at a time: arithmetic, exponentials, trigonometry, kinks and steps, parts of numbers."""
