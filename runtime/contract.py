"""Contracts: what callers may know of an action, checked and compiled.

The document is `schemas/action.schema.json`'s; a contract that does not satisfy it, or promises
what it cannot keep, is refused with all that is wrong. `jsonschema-rs` decides about values;
`jsonschema` decides about schemas, because it knows the metaschema's vocabulary best.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .bundling import Schema, bundle, compile_schema, references, validator_of
from .errors import BUILTIN_CONDITIONS, InvalidDocumentError, Problem
from .violations import pointer_of, violations

if TYPE_CHECKING:  # costs half of the command line's start-up
    import jsonschema_rs

_NAMES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Condition:
    """One declared error of a contract.

    Attributes:
        code: Unique in the contract, such as `INVALID_OPERATION`.
        status: HTTP status, 400 to 599.
        title: A short name that does not change from case to case.
        message: The sentence for the caller; each `{name}` is taken from the error's data.
        retryable: Nothing happened: trying again is safe.
        published: Code and status under which a platform publishes the condition, if not ours.
    """

    code: str
    status: int
    title: str
    message: str
    retryable: bool = False
    published: Mapping[str, Any] | None = None

    def message_for(self, data: Mapping[str, Any]) -> str:
        """Return the message with its names taken from *data*; a name it lacks stays as it is."""
        if "{" not in self.message:
            return self.message
        return _NAMES.sub(lambda found: str(data.get(found[1], found[0])), self.message)

    def to_json(self) -> dict[str, Any]:
        """Return the condition as it stands in a contract."""
        document: dict[str, Any] = {
            "status": self.status,
            "title": self.title,
            "message": self.message,
        }
        if self.retryable:
            document["retryable"] = True
        if self.published:
            document["published"] = dict(self.published)
        return document


@dataclass(frozen=True)
class Contract:
    """A contract, checked; its schemas are complete in themselves (`bundle`).

    Attributes:
        access: The kinds of principal that may call, or None: everybody.
        effect: `none`, `transactional`, `keyed`, `at_least_once`, or `steps` for a flow.
        errors: The declared conditions by code, those of wrappers included.
        reads_only: Whether a flow calls nothing but actions without effect.
        journal: Whether the output may be recorded.
        extensions: The members whose names begin with `x-`.
        source: The file it came from, or what stands for it.
    """

    name: str
    title: str
    input: Schema
    output: Schema
    category: str = ""
    description: str = ""
    access: frozenset[str] | None = None
    effect: str = "transactional"
    errors: Mapping[str, Condition] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()
    undo: Mapping[str, Any] | None = None
    deprecated: str | None = None
    journal: bool = True
    extensions: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    reads_only: bool = False

    @property
    def has_effect(self) -> bool:
        """Whether a call may change anything."""
        return self.effect != "none" and not self.reads_only

    @cached_property
    def input_validator(self) -> jsonschema_rs.Validator:
        """The compiled input schema."""
        return validator_of(self.input)

    @cached_property
    def output_validator(self) -> jsonschema_rs.Validator:
        """The compiled output schema."""
        return validator_of(self.output)

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The `default`s of the input's top-level members."""
        members = self.input.get("properties", {})
        return {
            name: schema["default"]
            for name, schema in members.items()
            if isinstance(schema, dict) and "default" in schema
        }

    def to_json(self) -> dict[str, Any]:
        """Return the contract as a document that satisfies `action.schema.json`."""
        document: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "category": self.category,
            "description": self.description,
            "access": sorted(self.access) if self.access is not None else None,
            "effect": self.effect,
            "input": self.input,
            "output": self.output,
            "errors": {code: condition.to_json() for code, condition in self.errors.items()},
            "examples": list(self.examples),
            "undo": self.undo,
            "deprecated": self.deprecated,
            **({} if self.journal else {"journal": False}),
            **self.extensions,
        }
        return {name: value for name, value in document.items() if value not in (None, "", [])}


def read_contract(document: Any, source: str, schemas: Mapping[str, Any]) -> Contract:
    """Return the contract that *document* describes.

    Args:
        document: The JSON value of the contract file.
        source: The file's name, for messages.
        schemas: The shared schemas that a relative `$ref` may name.

    Raises:
        InvalidDocumentError: With everything that is wrong, each with its JSON pointer.
    """
    problems = list(_check_shape(document, source))
    if not problems:
        problems = list(_check_references(document, source, schemas))
    if problems:
        raise InvalidDocumentError(problems)
    contract = _build(document, source, schemas)
    problems = list(_check_promises(contract, document, source))
    if problems:
        raise InvalidDocumentError(problems)
    return contract


def _build(document: Mapping[str, Any], source: str, schemas: Mapping[str, Any]) -> Contract:
    access = document.get("access")
    return Contract(
        name=document["name"],
        title=document["title"],
        category=document.get("category", ""),
        description=document.get("description", ""),
        access=frozenset(access) if access is not None else None,
        effect=document.get("effect", "transactional"),
        input=bundle(document["input"], schemas),
        output=bundle(document["output"], schemas),
        errors=read_conditions(document.get("errors", {})),
        examples=tuple(document.get("examples", ())),
        undo=document.get("undo"),
        deprecated=document.get("deprecated"),
        journal=document.get("journal", True),
        extensions={name: value for name, value in document.items() if name.startswith("x-")},
        source=source,
    )


def read_conditions(document: Mapping[str, Mapping[str, Any]]) -> dict[str, Condition]:
    """Return the conditions that a contract's `errors` declares, in its order."""
    return {code: Condition(code=code, **members) for code, members in document.items()}


def _is_well_formed(document: Any) -> bool:
    """Return whether `action.schema.json` has nothing against the document.

    It rarely has; `jsonschema`, which says best what it is, takes a quarter of the time of a
    command that knows all contracts.
    """
    try:
        return _quick_metaschema().is_valid(document)
    except ValueError:  # no JSON value
        return False


@cache
def _quick_metaschema() -> jsonschema_rs.Validator:
    return compile_schema(_action_schema())


def _action_schema() -> Any:
    return json.loads(files("cartflow.schemas").joinpath("action.schema.json").read_text("utf-8"))


@cache
def _metaschema() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema_specifications import REGISTRY
    from referencing import Resource

    schema = _action_schema()
    # crawled once: a schema given as it is would be searched again for every reference in it
    registry = REGISTRY.with_resource(schema["$id"], Resource.from_contents(schema)).crawl()
    return Draft202012Validator({"$ref": schema["$id"]}, registry=registry)


def _check_shape(document: Any, source: str) -> Iterator[Problem]:
    """Yield what `action.schema.json` has against the document, and the reserved codes in it."""
    if not _is_well_formed(document):
        for error in _metaschema().iter_errors(document):
            pointer = pointer_of(error.absolute_path)
            yield Problem(error.message, source, pointer, rule=error.validator)
    errors = document.get("errors", {}) if isinstance(document, dict) else {}
    for code in errors if isinstance(errors, dict) else {}:
        if code in BUILTIN_CONDITIONS:
            message = f"the code {code!r} belongs to the runtime; choose another"
            yield Problem(message, source, pointer_of(("errors", code)), rule="reserved-code")


def _check_references(
    document: Mapping[str, Any], source: str, schemas: Mapping[str, Any]
) -> Iterator[Problem]:
    known = ", ".join(sorted(schemas)) or "none"
    for side in ("input", "output"):
        for path, name in references(document[side]):
            if not name.startswith("#") and name.partition("#")[0] not in schemas:
                message = f"no shared schema {name!r}; registered are {known}"
                yield Problem(message, source, pointer_of((side, *path)), rule="unknown-schema")
        for name in document[side].get("$defs", {}) if isinstance(document[side], dict) else ():
            if name in schemas:
                message = f"{name!r} is the name of a shared schema; rename it"
                yield Problem(message, source, pointer_of((side, "$defs", name)), rule="bad-schema")


def _check_promises(
    contract: Contract, document: Mapping[str, Any], source: str
) -> Iterator[Problem]:
    """Yield each example that the contract's own schemas and conditions refuse."""
    for side in ("input", "output"):
        try:
            getattr(contract, f"{side}_validator")  # compiles it
        except ValueError as error:
            yield Problem(str(error).splitlines()[0], source, f"/{side}", rule="bad-schema")
            return
    yield from _check_defaults(contract, source)
    for index, example in enumerate(contract.examples):
        checks = [("input", contract.input_validator, contract.input)]
        if example.get("error") == "INVALID_INPUT":
            checks.clear()
        elif "output" in example:
            checks.append(("output", contract.output_validator, contract.output))
        elif example["error"] not in {*contract.errors, *BUILTIN_CONDITIONS}:
            message = f"the code {example['error']!r} is not declared under 'errors'"
            place = pointer_of(("examples", index, "error"))
            yield Problem(message, source, place, rule="undeclared-code")
        for side, validator, schema in checks:
            if validator.is_valid(example[side]):
                continue
            for found in violations(validator, schema, example[side]):
                place = pointer_of(("examples", index, side)) + found["path"]
                yield Problem(found["message"], source, place, rule=found["rule"])


def _check_defaults(contract: Contract, source: str) -> Iterator[Problem]:
    """Yield each default that its own schema refuses."""
    if not contract.defaults:
        return
    members: Schema = {
        name: contract.input[name] for name in ("properties", "$defs") if name in contract.input
    }
    for found in violations(compile_schema(members), members, contract.defaults):
        name = found["path"].split("/")[1]
        place = f"/input/properties/{name}/default"
        yield Problem(found["message"], source, place, rule=found["rule"])
