"""What is known of values before there are any: types, from schemas to expressions and back."""
