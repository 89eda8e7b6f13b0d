"""What the platforms publish of their carts, held against what there is: docs/coverage.md."""
