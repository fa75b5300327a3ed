"""Repeated runs of equations become scans: what the operands are, where the runs are, and the graph with scans."""
