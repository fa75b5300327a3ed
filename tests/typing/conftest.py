collect_ignore_glob = ["accepted*.py", "rejected*.py"]  # for type checkers, not for pytest
