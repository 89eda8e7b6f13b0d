from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings

from cartflow.runtime.flow.diagram import Journey, mermaid
from cartflow.runtime.flow.diagram.mermaid import escaped
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.parse import parse_flow

from ...drawings import sixty
from .drawn_flows import TITLES, drawn_flows
from .lab import Lab, read

_LABEL = r'"(?:[^"#&<>`*\\]|#\d+;)+"'
_NODE = (
    rf"n\d+(?:\[{_LABEL}\]|\(\[{_LABEL}\]\)|\[\[{_LABEL}\]\]|\{{{_LABEL}\}}|\{{\{{{_LABEL}\}}\}})"
)
_LINE = re.compile(
    rf"flowchart TD|{_NODE}|class n\d+ \w+|n\d+ -->(?:\|{_LABEL}\||\|\w+\|)? n\d+"
    r"|n\d+ -\.->\|undo\| n\d+|subgraph g\d+ \[\" \"\]|end|classDef \w+ [\w:#,. -]+"
)
"""What Mermaid 11 was seen to read: `mermaid.parse` and `render`, by hand."""


def draw(*steps: dict[str, Any]) -> list[str]:
    return mermaid(read({"steps": list(steps)}), lambda _: None).splitlines()


def check(text: str) -> None:
    lines = [line.strip() for line in text.splitlines()]
    assert [line for line in lines if not _LINE.fullmatch(line)] == []
    assert sum(line.startswith("subgraph ") for line in lines) == lines.count("end")
    made = {found[0] for line in lines if (found := re.match(r"(n\d+)(?=[\[({])", line))}
    assert {
        name for line in lines for name in re.findall(r"\bn\d+\b", re.sub(_LABEL, "", line))
    } <= made


@given(drawn_flows())
@settings(deadline=None, max_examples=40)
def test_every_flow_is_written_as_mermaid_reads_it(document: dict[str, Any]) -> None:
    text = json.dumps({"flow": "case", **document}, ensure_ascii=False)

    check(mermaid(parse_flow(load(text.encode(), "case.flow.yaml"), {}), lambda _: None))


def test_a_flow_with_every_kind() -> None:
    check(mermaid(sixty(), lambda _: None))


@given(TITLES)
def test_a_label_has_nothing_that_mermaid_reads(text: str) -> None:
    assert re.fullmatch(_LABEL, f'"{escaped(text)}"')


def test_what_mermaid_would_read_is_written_as_numbers() -> None:
    assert escaped('"a" <b> #1 `c` [d] 1. e') == (
        "#34;a#34; #60;b#62; #35;1 #96;c#96; #91;d#93; 1#46; e"
    )


def test_a_long_title_is_cut() -> None:
    assert escaped("a" * 500) == "a" * 119 + "…"


def test_steps_follow_each_other() -> None:
    text = draw({"title": "A", "value": 1}, {"title": "B", "value": 1})

    assert text[1:8] == [
        *('  n0(["Case"])', '  n1["A"]', "  n0 --> n1", '  n2["B"]', "  n1 --> n2"),
        *('  n3(["Done"])', "  n2 --> n3"),
    ]


def test_cases_and_clauses_are_labelled() -> None:
    case = {"if": "inputs.a", "steps": [{"title": "A", "value": 1}]}
    clause = {"on": "GONE", "if": "inputs.b", "steps": [{"title": "B", "value": 1}]}

    text = "\n".join(draw({"title": "S", "switch": [case], "catch": [clause]}))

    assert 'n1 -->|"a"| n2' in text
    assert 'n1 -->|"otherwise"| n4' in text
    assert 'n1 -->|"GONE if b"| n3' in text


def test_what_ends_the_flow_leads_nowhere() -> None:
    text = "\n".join(draw({"if": "inputs.a", "fail": {"code": "GONE", "status": 410}}))

    assert 'n1 -->|"yes"| n2' in text
    assert 'n1 -->|"no"| n3' in text
    assert "n2 -->" not in text


def test_the_way_of_a_run_is_marked() -> None:
    document = {"steps": [{"title": "A", "value": 1}, {"if": False, "title": "B", "value": 1}]}
    trace = Lab().run(document).trace.to_json()
    flow = read(document)

    text = mermaid(flow, lambda _: None, Journey.of(flow, trace))

    assert 'n1["A (#60;1 ms)"]\n  class n1 lit' in text
    assert 'n3["B"]\n  class n3 dim' in text
