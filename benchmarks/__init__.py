"""The speed and memory of gradients, beside hand-written NumPy and the peers: `python -m benchmarks`.

Every workload is a scalar function written once in NumPy style, and its gradient written by hand. All tools run it in
one process, turn and turn about; their results are compared with the hand-written one before anything is measured.
"""
