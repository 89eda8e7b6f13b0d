"""Names in sight in the kinds that repeat, wait and branch, and in triggers."""

from __future__ import annotations

import pytest

from . import shop

CARELESS = {"unused-id", "unused-input", "unreachable-step"}


def rules_of(steps: str, more: str = "") -> list[str]:
    text = f"flow: f\ninputs: {{ x: {{ default: 1 }} }}\n{more}\nsteps:\n{steps}\n"
    return [found.rule for found in shop.problems_of(text) if found.rule not in CARELESS]


def place_of(text: str) -> tuple[int, int, str]:
    (problem,) = [it for it in shop.problems_of(text) if it.rule not in CARELESS]
    return problem.line, problem.column, problem.rule


A = "{ id: a, value: 1 }"
USE = "value: '${{ steps.a }}'"


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            f"- repeat: {{ until: steps.a }}\n  steps: [{A}, {USE}]\n  result: ${{{{ steps.a }}}}",
            id="until and result see the turn",
        ),
        pytest.param(f"- {{ parallel: {{ one: [{A}, {USE}] }} }}", id="in its branch"),
        pytest.param(f"- {{ parallel: {{ one: [{A}] }} }}\n- {USE}", id="after a parallel"),
        pytest.param(
            f"- {{ parallel: {{ one: [{A}] }}, result: '${{{{ steps.a }}}}' }}", id="its result"
        ),
        pytest.param(
            f"- {{ race: {{ one: [{A}] }} }}\n- value: ${{{{ steps.a | default(1) }}}}",
            id="after a race",
        ),
        pytest.param(
            f"- parallel: {{ one: [{A}] }}\n"
            "  catch: [{ on: '*', result: '${{ steps.a | default(1) }}' }]\n"
            "  finally: [value: '${{ steps.a | default(1) }}']",
            id="handlers of a parallel",
        ),
        pytest.param(
            "- { id: a, wait: { event: e, if: event.data.x == inputs.x } }\n" + f"- {USE}",
            id="the event of a wait",
        ),
        pytest.param(
            f"- {A}\n- emit: {{ type: e, subject: '${{{{ steps.a }}}}', data: [a, b] }}",
            id="what is told",
        ),
        pytest.param("- wait: ${{ inputs.x }}", id="a duration"),
        pytest.param("- wait: { until: '${{ inputs.x }}' }", id="a time"),
        pytest.param(
            "- { for: i, in: [1], parallel: 2, steps: [value: '${{ i }}'] }", id="turns at once"
        ),
    ],
)  # fmt: skip
def test_names_that_there_are(steps: str) -> None:
    assert rules_of(steps) == []


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(f"- {{ parallel: {{ one: [{A}], two: [{USE}] }} }}", id="another branch"),
        pytest.param(f"- {{ parallel: {{ one: [{USE}], two: [{A}] }} }}", id="a later branch"),
        pytest.param(f"- {{ race: {{ one: [{A}], two: [{USE}] }} }}", id="another of a race"),
        pytest.param(
            f"- {{ repeat: {{ until: true }}, steps: [{A}] }}\n- {USE}", id="a turn from outside"
        ),
        pytest.param(
            f"- {{ repeat: {{ until: true, every: '${{{{ steps.a }}}}' }}, steps: [{A}] }}",
            id="every lies between turns",
        ),
        pytest.param(
            f"- {{ for: i, in: [1], parallel: 2, steps: [{A}] }}\n- {USE}", id="turns at once"
        ),
        pytest.param("- { id: a, wait: '${{ steps.a }}' }", id="its own duration"),
    ],
)
def test_steps_that_have_not_completed(steps: str) -> None:
    assert rules_of(steps) == ["not-completed"]


@pytest.mark.parametrize(
    ("step", "column"),
    [
        ("{ repeat: { until: y }, steps: [] }", 24),
        ("{ repeat: { until: true, every: '${{ y }}' }, steps: [] }", 37),
        ("{ parallel: { one: [] }, result: '${{ y }}' }", 38),
        ("{ parallel: { one: [value: '${{ y }}'] } }", 32),
        ("wait: ${{ y }}", 11),
        ("wait: { until: '${{ y }}' }", 20),
        ("wait: { event: e, if: y }", 27),
        ("wait: { event: e, timeout: '${{ event }}' }", 32),
        ("emit: { type: e, subject: '${{ y }}' }", 31),
        ("emit: { type: e, data: { a: '${{ y }}' } }", 33),
        ("{ value: 1, timeout: '${{ y }}' }", 26),
        ("{ action: look, retry: { on: GONE, delay: '${{ y }}' } }", 47),
        ("{ action: look, retry: { on: GONE, max_delay: '${{ y }}' } }", 51),
    ],
)
def test_a_name_that_there_is_not_is_told_where_it_stands(step: str, column: int) -> None:
    assert place_of(f"flow: f\nsteps:\n  - {step}") == (3, column, "unknown-name")


def test_the_timeout_of_a_flow_is_looked_at() -> None:
    assert place_of("flow: f\ntimeout: ${{ y }}\nsteps: []") == (2, 10, "unknown-name")


# ---- triggers


def trigger(text: str) -> list[str]:
    return rules_of("- value: 1", f"triggers: [{{ {text} }}]")


@pytest.mark.parametrize(
    "text",
    [
        "event: e, if: event.data.x, inputs: { x: '${{ event.id }}' }",
        "schedule: '0 4 * * *', inputs: { x: 1 }",
        "schedule: '0 4 * * *'",
    ],
)
def test_a_trigger_that_is_right(text: str) -> None:
    assert trigger(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("schedule: '0 4 * * *', inputs: { x: '${{ event.id }}' }", "unknown-name"),
        ("event: e, if: inputs.x", "unknown-name"),
        ("event: e, inputs: { x: '${{ steps.a }}' }", "unknown-name"),
        ("event: e, inputs: { x: '${{ run.id }}' }", "unknown-name"),
        ("event: e, inputs: { x: '${{ secrets.a }}' }", "misplaced-secret"),
        ("event: e, inputs: { y: 1 }", "unknown-input"),
    ],
)
def test_a_trigger_that_is_wrong(text: str, rule: str) -> None:
    assert trigger(text) == [rule]


def test_a_trigger_gives_what_the_flow_needs() -> None:
    text = "flow: f\ninputs: { n: integer }\ntriggers:\n  - event: e\nsteps: []"

    assert place_of(text) == (4, 5, "missing-input")


def test_a_trigger_gives_what_the_schema_takes() -> None:
    text = (
        "flow: f\ninputs: { n: integer }\ntriggers:\n  - { event: e, inputs: { n: a } }\nsteps: []"
    )

    assert place_of(text) == (4, 30, "bad-literal")


# ---- secrets


@pytest.mark.parametrize(
    "steps",
    [
        "- { action: open, with: { x: 'Bearer ${{ secrets.key }}' } }",
        "- { action: reserve, undo: { action: open, with: { x: '${{ secrets.key }}' } } }",
    ],
)
def test_a_secret_in_what_is_given_to_an_action(steps: str) -> None:
    assert rules_of(steps) == []


@pytest.mark.parametrize(
    "steps",
    [
        "- { value: 1, if: secrets.key }",
        "- emit: { type: e, data: '${{ secrets.key }}' }",
        "- { action: open, with: { x: '${{ secrets[inputs.x] }}' } }",
        "- return: { a: '${{ secrets.key }}' }",
    ],
)
def test_a_secret_anywhere_else(steps: str) -> None:
    assert rules_of(steps) == ["misplaced-secret"]
