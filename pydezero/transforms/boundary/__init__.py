"""The boundary of a transform: arguments in, results out, names for messages, and how a function was made."""
