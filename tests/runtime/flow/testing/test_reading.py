"""Files of flow tests: everything that is wrong is told, each with its place and what to do."""

from __future__ import annotations

import pytest

from cartflow.runtime.errors import InvalidDocumentError

from .bakery import Kitchen

FLOW = """\
flow: snack
inputs: { n: { type: integer, optional: true } }
steps:
  - id: loaf
    action: bake
    with: { kind: rye }
    undo: { action: discard, with: { batch: 1 } }
  - { id: locked, action: lock }
outputs: { bread: "${{ steps.loaf.bread }}" }
"""


def problems(kitchen: Kitchen, text: str, flow: str = FLOW) -> list[str]:
    """Return what is wrong with a file: `LINE:COLUMN RULE MESSAGE`."""
    with pytest.raises(InvalidDocumentError) as caught:
        kitchen.suite(text, flow)
    return [
        f"{problem.line}:{problem.column} {problem.rule} {problem.message}"
        for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "1:1 wrong-type expected an object with 'flow' and 'tests', got an array"),
        ("tests: []", "1:1 missing-key the key 'flow', the name of the flow to test, is missing"),
        ("flow: [a]", "1:7 missing-key expected the name of a flow"),
        ("flow: snack", "1:1 missing-key the key 'tests', a list of tests, is missing"),
        ("flow: snack\ntests: []", "2:8 missing-key expected at least one test"),
        ("flow: snack\ntests: [1]", "2:9 wrong-type expected a test, an object, got an integer"),
        ("flow: snack\ntests: 1", "2:8 wrong-type expected a list, got an integer"),
        (
            "flow: snack\nmocks: {}\ntests: [{ title: t }]",
            "2:1 unknown-key unknown key 'mocks'; expected one of flow, tests",
        ),
        (
            "flow: snack\ntests:\n  - title: t\n  - title: t",
            "4:12 duplicate-title the test in line 3 has this title as well; change one",
        ),
        (
            "flow: snack\ntests:\n  - inputs: {}",
            "3:5 missing-key the key 'title' is missing: a sentence that says what must hold",
        ),
    ],
)
def test_the_shape_of_a_file_is_checked(kitchen: Kitchen, text: str, told: str) -> None:
    assert problems(kitchen, text) == [told]


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (
            "expct: {}",
            "4:5 unknown-key unknown key 'expct'; did you mean 'expect'?;"
            " expected one of title, as, inputs, secrets, mocks, real, given, events, expect",
        ),
        (
            "as: custommer",
            "4:9 unknown-principal expected one of guest, customer, integration, admin, system;"
            " did you mean 'customer'?",
        ),
        ("as: { kind: guest, id: x }", "4:28 wrong-type the kind 'guest' has no id"),
        ("as: { kind: customer, id: 7 }", "4:31 wrong-type expected a text, got an integer"),
        (
            "as: { kind: customer, scopes: [a] }",
            "4:35 wrong-type only the kind 'integration' has scopes",
        ),
        (
            'inputs: { n: "${{ steps.loaf }}" }',
            "4:18 unknown-name there is no name 'steps' in a test; there is only 'given'",
        ),
        (
            'inputs: { n: "${{ given.early }}" }',
            "4:18 unknown-name no entry of 'given' before has the id 'early'",
        ),
        (
            "mocks: { bakke: {} }",
            "4:14 unknown-action action 'bakke' is not registered; did you mean 'bake'?",
        ),
        (
            "mocks: { deliver: {} }",
            "4:14 not-called the flow 'snack' never calls 'deliver'; it calls bake, discard, lock",
        ),
        ("mocks: { bake: [] }", "4:20 missing-key expected an answer for each call, at least one"),
        (
            "mocks: { bake: }",
            "4:14 wrong-type the mock has no answer; {} answers with the example of the contract",
        ),
        (
            "mocks: { bake: { outputs: {} } }",
            "4:22 unknown-key unknown key 'outputs'; did you mean 'output'?;"
            " expected one of output, error, takes",
        ),
        (
            "mocks: { bake: { output: {}, error: NO_FLOUR } }",
            "4:34 two-ways an action answers with an 'output' or an 'error'; remove one",
        ),
        (
            "mocks: { bake: { error: NO_FLUOR } }",
            "4:29 mock-lies 'bake' does not answer with 'NO_FLUOR'; did you mean 'NO_FLOUR'?",
        ),
        (
            "mocks: { lock: { error: WHATEVER } }",
            "4:29 mock-lies 'lock' does not answer with 'WHATEVER';"
            " it declares no error of its own",
        ),
        (
            "mocks: { bake: { error: CANCELLED } }",
            "4:29 mock-lies 'bake' does not answer with 'CANCELLED';"
            " it declares OVEN_COLD, NO_FLOUR",
        ),
        (
            "mocks: { bake: { error: { message: no } } }",
            "4:29 missing-key the key 'code' is missing: one of the errors that the contract"
            " declares",
        ),
        (
            "mocks: { bake: { output: { batch: many } } }",
            "4:39 mock-lies 'bake' does not answer like this: /batch: expected an integer,"
            " got a string",
        ),
        (
            "mocks: { bake: [{}, { output: { loaves: 2 } }] }",
            "4:35 mock-lies 'bake' does not answer like this: unknown member 'loaves'",
        ),
        (
            "mocks: { discard: {} }",
            "4:23 mock-lies 'discard' does not answer like this: the member 'done' is missing",
        ),
        (
            "mocks: { bake: { takes: long } }",
            "4:29 bad-duration expected a duration such as 250ms, 30s, 5m, 2h, 7d or PT5M,"
            " ten years at most",
        ),
        (
            "mocks: { bake: {} }\n    real: [bake]",
            "4:14 two-ways 'bake' is mocked and 'real' as well; remove one",
        ),
        (
            "real: [cart]",
            "4:12 not-called the flow 'snack' never calls 'cart'; it calls bake, discard, lock",
        ),
        ("given: [{ with: {} }]", "4:13 missing-key the key 'action', what to invoke, is missing"),
        (
            "given: [{ action: bakery }]",
            "4:23 unknown-action action 'bakery' is not registered; did you mean 'bake'?",
        ),
        (
            "given: [{ id: a, action: bake }, { id: a, action: bake }]",
            "4:44 duplicate-id the id 'a' is taken; choose another",
        ),
        (
            'given: [{ id: a, action: bake, with: { kind: "${{ given.a.batch }}" } }]',
            "4:50 unknown-name no entry of 'given' before has the id 'a'",
        ),
        ("secrets: { a: 1 }", "4:19 wrong-type expected a text, got an integer"),
        ("events: [{ data: 1 }]", "4:14 missing-key the key 'type' of the event is missing"),
        (
            "expect: { output: {} }",
            "4:15 unknown-key unknown key 'output'; did you mean 'outputs'?;"
            " expected one of outputs, error, called, steps, undone",
        ),
        (
            "expect: { outputs: {}, error: NO_FLOUR }",
            "4:15 two-ways a run that fails has no outputs; expect 'error' or 'outputs'",
        ),
        (
            "expect: { outputs: { braed: {} } }",
            "4:26 unknown-output the flow 'snack' has no output 'braed'; did you mean 'bread'?",
        ),
        (
            "expect: { error: NO_FLUOR }",
            "4:22 impossible-error the flow 'snack' cannot end with 'NO_FLUOR';"
            " did you mean 'NO_FLOUR'?",
        ),
        (
            "expect: { called: [bake, lok] }",
            "4:30 unknown-action action 'lok' is not registered; did you mean 'lock'?",
        ),
        (
            "expect: { steps: { loav: 1 } }",
            "4:24 unknown-step the flow has no step with the id 'loav'; did you mean 'loaf'?",
        ),
        (
            "expect: { undone: [locked] }",
            "4:24 unknown-step the step 'locked' has no 'undo'; it cannot be undone",
        ),
        (
            "expect: { undone: [loav] }",
            "4:24 unknown-step the flow has no step with the id 'loav'; did you mean 'loaf'?",
        ),
    ],
)
def test_a_test_is_checked(kitchen: Kitchen, test: str, told: str) -> None:
    assert problems(kitchen, f"flow: snack\ntests:\n  - title: t\n    {test}\n") == [told]


def test_all_problems_are_told_in_the_order_of_the_file(kitchen: Kitchen) -> None:
    text = (
        "flow: snack\ntests:\n  - expect: { undone: [x] }\n    mocks: { y: {} }\n"
        "    as: z\n    title: t\n  - { titel: u }\n"
    )

    lines = [told.partition(":")[0] for told in problems(kitchen, text)]

    assert lines == ["3", "4", "5", "7", "7"]


@pytest.mark.parametrize(
    "test",
    [
        "as: { kind: customer, id: c7 }",
        "as: { kind: integration, id: k, scopes: ['actions:invoke:bake'] }",
        "inputs: { n: null }",
        "inputs: { n: '$${{ given }}' }",
        "mocks: { bake: { error: { code: NO_FLOUR, message: no, data: { left: 0 } }, takes: 1s } }",
        "mocks: { discard: { output: { done: false } } }",
        "expect: { error: { code: TIMEOUT, data: {} } }",
        "expect: { error: { status: 404 } }",
        "expect: { called: [], undone: [], steps: {} }",
    ],
)
def test_what_may_be_written(kitchen: Kitchen, test: str) -> None:
    suite = kitchen.suite(f"flow: snack\ntests:\n  - title: t\n    {test}\n", FLOW)

    assert [found.title for found in suite.tests] == ["t"]


# ---- which flow


def test_a_flow_that_is_nowhere_is_told(kitchen: Kitchen) -> None:
    assert problems(kitchen, "flow: delivery\ntests: [{ title: t }]\n", "") == [
        "1:7 unknown-flow there is no flow 'delivery': neither in 'snack.flow.yaml' beside this"
        " file, nor among those of plugins; did you mean 'deliver'?"
    ]


def test_the_flow_beside_must_have_the_name(kitchen: Kitchen) -> None:
    file = kitchen.folder / "snack.flow.yaml"

    assert problems(kitchen, "flow: snak\ntests: [{ title: t }]\n") == [
        f"1:7 unknown-flow the flow in {str(file)!r} is called 'snack', not 'snak'; change one"
    ]


def test_a_flow_with_errors_is_told_with_its_own_places(kitchen: Kitchen) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        kitchen.suite("flow: snack\ntests: [{ title: t }]\n", FLOW.replace("bake", "bakke"))

    [problem] = caught.value.problems
    assert problem.source.endswith("snack.flow.yaml")
    assert (problem.line, problem.rule) == (5, "unknown-action")


def test_tests_may_be_json(kitchen: Kitchen) -> None:
    (kitchen.folder / "snack.flow.yaml").write_text(FLOW)
    file = kitchen.folder / "snack.flowtest.json"
    file.write_text('{"flow": "snack", "tests": [{"title": "t", "mocks": {"bake": {}}}]}')

    assert [test.title for test in kitchen.bench.load(file).tests] == ["t"]


def test_a_flow_may_be_json(kitchen: Kitchen) -> None:
    (kitchen.folder / "snack.flow.json").write_text('{"flow": "snack", "steps": [{"value": 1}]}')

    suite = kitchen.suite("flow: snack\ntests: [{ title: t }]\n")

    assert suite.subject.flow.source.endswith("snack.flow.json")
