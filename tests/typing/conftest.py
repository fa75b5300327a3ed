# Read by type checkers, never run.
collect_ignore = ["accepted.py", "rejected.py"]
