"""State machines over all actions: random calls by several people, and what must always hold.

`test_machines.py` runs a few on both databases; `python -m tests.actions.machines` runs many.
"""
