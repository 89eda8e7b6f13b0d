"""Figures, each beside its baseline of the same run. `make bench` prints them; no test judges."""
