"""Types, followed through the flow: members that there are not, values that cannot fit."""

from __future__ import annotations

from ..document import Path
from ..types.flow import FlowTypes
from ..types.notes import Note
from .subject import Subject


def check_types(subject: Subject) -> None:
    """Refuse what can never have a value that fits; warn of what may be null."""

    def watch(at: Path, note: Note) -> None:
        subject.say(at, note.rule, note.message)

    FlowTypes(subject.flow, subject.find, watch).output()
