"""A plugin for cartflow that greets people and remembers whom it has greeted."""
