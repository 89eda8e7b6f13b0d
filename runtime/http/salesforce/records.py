"""The two records that there are: the installation and the caller, to be queried and read.

`ScratchOrgInfo`, which the command line asks for, is not among them: that tells it that scratch
orgs cannot be made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ...violations import nearest
from . import soql
from .errors import refused
from .identity import Identity, name_of, username_of
from .visit import Visit

_SHORT: Final = 15
"""The length of an id whose case counts; the long form has three characters more."""

_SHOWN: Final = 80
"""How much of a name that there is not is repeated."""

Record = Mapping[str, Any]


class Records:
    """The views of `/query` and `/sobjects`."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._objects: Mapping[str, Callable[[Visit], Record]] = {
            "Organization": self._organization,
            "User": self._user,
        }

    def query(self, visit: Visit) -> dict[str, Any]:
        """GET …/query?q=SELECT…: the fields of the record, if it is wanted."""
        query = soql.parse(visit.request.args.get("q", ""))
        of = {name.lower(): name for name in self._objects}.get(query.of.lower())
        if of is None:
            raise refused("INVALID_TYPE", f"sObject type {query.of[:_SHOWN]!r} is not supported")
        record = self._objects[of](visit)
        fields = _known(query.fields, of, record)
        if visit.request.args.get("columns") == "true":  # as the command line asks before it does
            return {"entityName": of, "columnMetadata": [_column(field) for field in fields]}
        found = all(_is_met(it, of, record) for it in query.where) and query.limit != 0
        rows = [self._shown(visit, of, record, fields)] if found else []
        return {"totalSize": len(rows), "done": True, "records": rows}

    def read(self, visit: Visit, of: str, record_id: str) -> dict[str, Any]:
        """GET …/sobjects/User/ID: the record, or those of its fields that are asked for."""
        record = self._objects[of](visit)
        if not _is_same_id(record["Id"], record_id):
            message = f"there is no {of} that the caller may see with this id"
            raise refused("NOT_FOUND", message, 404)
        wanted = visit.request.args.get("fields")
        fields = _known(wanted.split(","), of, record) if wanted else list(record)
        return self._shown(visit, of, record, fields)

    def _organization(self, visit: Visit) -> Record:
        return {
            "Id": self._identity.organization_id,
            "Name": "cartflow",
            "InstanceName": urlsplit(visit.host).netloc,
            "IsSandbox": False,
            "NamespacePrefix": None,
            "OrganizationType": None,
            "TrialExpirationDate": None,
        }

    def _user(self, visit: Visit) -> Record:
        principal = visit.principal
        return {
            "Id": self._identity.user_id(principal),
            "Username": username_of(principal),
            "Name": name_of(principal),
            "Email": None,
            "IsActive": True,
        }

    def _shown(
        self, visit: Visit, of: str, record: Record, fields: Iterable[str]
    ) -> dict[str, Any]:
        url = f"{visit.version}/sobjects/{of}/{record['Id']}"
        shown = {field: record[field] for field in fields}
        return {"attributes": {"type": of, "url": url}, **shown}


def _column(field: str) -> dict[str, Any]:
    return {"columnName": field, "displayName": field, "aggregate": False, "joinColumns": []}


def _known(fields: Iterable[str], of: str, record: Record) -> list[str]:
    """Return the names of fields as they are spelled; whoever asks need not mind case."""
    known = {name.lower(): name for name in record}
    found = []
    for field in fields:
        name = known.get(field.strip().lower())
        if name is None:
            message = f"{of!r} has no field {field.strip()[:_SHOWN]!r}{nearest(field, record)}"
            raise refused("INVALID_FIELD", message)
        found.append(name)
    return found


def _is_met(wanted: soql.Comparison, of: str, record: Record) -> bool:
    [field] = _known([wanted.field], of, record)
    have, want = record[field], wanted.value
    if field == "Id" and isinstance(want, str):
        is_same = _is_same_id(have, want)
    elif isinstance(have, str) and isinstance(want, str):
        is_same = have.casefold() == want.casefold()
    else:
        is_same = type(have) is type(want) and have == want
    return is_same is wanted.is_equal


def _is_same_id(one: str, other: str) -> bool:
    """Return whether two ids, in their short or long form, are of the same record."""
    return len(other) in (_SHORT, len(one)) and one.startswith(other[:_SHORT])
