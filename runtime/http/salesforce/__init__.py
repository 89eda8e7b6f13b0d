"""The door for clients of Salesforce: its REST API for invocable actions, over the registry.

It translates and decides nothing: whoever calls an action here goes through `invoke`, like
everybody else. Actions are standard actions, flows are custom ones of the type flow; all that is
told of them comes from their contracts.
"""

from .door import mount, owns, refusal_of_http

__all__ = ["mount", "owns", "refusal_of_http"]
