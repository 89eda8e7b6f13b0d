"""The passes of the checker, each a module that looks for one kind of mistake."""
