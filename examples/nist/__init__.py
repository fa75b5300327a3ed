"""Fits to NIST's reference data sets for nonlinear regression (StRD), for `nist_fit.py`."""
