"""`python -m points` is the `points` command."""

from points.cli import main

if __name__ == "__main__":
    main()
