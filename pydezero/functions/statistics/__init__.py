"""Averages, covariances and histograms."""
