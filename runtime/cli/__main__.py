"""`python -m cartflow.runtime.cli`, for environments whose scripts are not on the path."""

from . import main

if __name__ == "__main__":
    main()
