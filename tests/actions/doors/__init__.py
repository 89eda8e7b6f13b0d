"""Random requests through the doors of the platforms: sensible, senseless and broken ones.

`test_doors.py` sends a few on both databases; `python -m tests.actions.doors` sends many.
"""
