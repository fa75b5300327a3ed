collect_ignore_glob = [
    "accepted*.py",
    "agreed.py",
    "rejected*.py",
    "programs/*.py",
]  # for type checkers, not for pytest
