"""What the conformance cases do not say: commands, keys, depth, and what must stay cheap."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from cartflow.runtime.errors import ActionError
from cartflow.runtime.flow.called import CalledActions
from cartflow.runtime.flow.commands import Checkpoint, Sleep
from cartflow.runtime.flow.interpreter import interpret
from cartflow.runtime.flow.tracing import Unwatched

from .lab import Lab, make_error, read

OK: Mapping[str, Any] = {}
CHARGE: Mapping[str, Any] = {"effect": "keyed"}


def start(document: Mapping[str, Any], **names: Any) -> Any:
    flow = read(document)
    actions = CalledActions(lambda name: None)
    return interpret(flow, {"inputs": names}, actions, Unwatched())


def test_a_step_is_a_command_and_its_answer_the_result() -> None:
    document = {
        "steps": [{"id": "a", "action": "work", "with": {"x": 1}}],
        "outputs": {"a": "${{ steps.a }}"},
    }
    commands = start(document)

    command = next(commands)
    with pytest.raises(StopIteration) as end:
        commands.send({"y": 2})

    assert (command.action, command.input) == ("work", {"x": 1})
    assert (command.key, command.step, command.is_shielded) == ("steps/0", "steps/0", False)
    assert end.value.value == {"a": {"y": 2}}


def test_a_pause_between_attempts_is_a_command() -> None:
    retry = {"on": "BROKEN", "delay": "2s", "jitter": True}
    commands = start({"steps": [{"action": "work", "retry": retry}]})

    next(commands)
    command = commands.throw(ActionError("BROKEN"))

    assert command == Sleep(2.0, True, False)


def test_a_loop_without_actions_can_be_cancelled_between_its_turns() -> None:
    loop = {"for": "n", "in": "${{ [1, 2] }}", "steps": [{"value": 1}]}
    commands = start({"steps": [loop]})

    command = next(commands)
    with pytest.raises(ActionError) as raised:
        commands.throw(ActionError("CANCELLED"))

    assert command == Checkpoint()
    assert (raised.value.code, raised.value.step) == ("CANCELLED", "steps/0")


def test_undo_and_finally_are_shielded() -> None:
    inside = [
        {"action": "one", "undo": {"action": "un_one"}},
        {"action": "work"},
    ]
    lab = Lab({"one": OK, "un_one": OK, "work": {"error": "BROKEN"}, "tidy": OK})

    report = lab.run({"steps": [{"steps": inside, "finally": [{"action": "tidy"}]}]})

    shielded = {call.name: call.is_shielded for call in report.calls}
    assert shielded == {"one": False, "work": False, "un_one": True, "tidy": True}


def test_a_closed_run_does_nothing_more() -> None:
    inside = [{"action": "one", "undo": {"action": "un_one"}}, {"action": "two"}]
    commands = start({"steps": [{"steps": inside, "finally": [{"action": "tidy"}]}]})
    next(commands)
    commands.send({})

    commands.close()

    assert list(commands) == []


def test_keys_hold_turns_and_attempts_of_everything_around() -> None:
    loop = {
        "for": "n",
        "in": "${{ [1, 2] }}",
        "steps": [{"action": "work", "retry": {"on": "A", "max_attempts": 2, "delay": "0s"}}],
        "retry": {"on": "B", "max_attempts": 2, "delay": "0s"},
    }
    answers = [{"error": "A"}, OK, {"error": "B"}, OK, OK]
    lab = Lab({"work": {"sequence": answers}})

    report = lab.run({"steps": [loop]})

    assert report.keys == [
        "steps/0[0]/steps/0",
        "steps/0[0]/steps/0#2",
        "steps/0[1]/steps/0",
        "steps/0#2[0]/steps/0",
        "steps/0#2[1]/steps/0",
    ]
    assert [call.step for call in report.calls] == [
        "steps/0[0]/steps/0",
        "steps/0[0]/steps/0",
        "steps/0[1]/steps/0",
        "steps/0[0]/steps/0",
        "steps/0[1]/steps/0",
    ]


def test_the_undo_of_a_further_attempt_has_a_key_of_its_own() -> None:
    inside = [{"action": "one", "undo": {"action": "un_one"}}, {"action": "work"}]
    retry = {"on": "BROKEN", "max_attempts": 2, "delay": "0s"}
    lab = Lab({"one": OK, "un_one": OK, "work": {"error": "BROKEN"}})

    report = lab.run({"steps": [{"steps": inside, "retry": retry}]})

    undos = [call.key for call in report.calls if call.name == "un_one"]
    assert undos == ["steps/0/steps/0/undo", "steps/0#2/steps/0/undo"]


@pytest.mark.parametrize(
    "code", ["TIMEOUT", "INTERNAL", "UNDECLARED_ERROR", "INVALID_OUTPUT", "IN_PROGRESS"]
)
@pytest.mark.parametrize("effect", ["keyed", "at_least_once"])
def test_a_remote_call_whose_outcome_is_unknown_is_repeated_under_its_key(
    effect: str, code: str
) -> None:
    step = {"action": "charge", "retry": {"on": code, "max_attempts": 3, "delay": "0s"}}
    lab = Lab({"charge": {"effect": effect, "sequence": [{"error": code}, {"error": code}, OK]}})

    report = lab.run({"steps": [step]})

    assert report.keys == ["steps/0"] * 3


def test_a_local_call_gets_a_new_key_for_each_attempt() -> None:
    step = {"action": "write", "retry": {"on": "TIMEOUT", "max_attempts": 2, "delay": "0s"}}
    lab = Lab({"write": {"effect": "transactional", "sequence": [{"error": "TIMEOUT"}, OK]}})

    report = lab.run({"steps": [step]})

    assert report.keys == ["steps/0", "steps/0#2"]


def test_a_remote_call_that_definitely_failed_is_tried_under_a_new_key() -> None:
    retry = {"on": ["DECLINED", "TIMEOUT"], "max_attempts": 4, "delay": "0s"}
    answers = [{"error": "TIMEOUT"}, {"error": "DECLINED"}, {"error": "TIMEOUT"}, OK]
    lab = Lab({"charge": {"effect": "keyed", "sequence": answers}})

    report = lab.run({"steps": [{"action": "charge", "retry": retry}]})

    assert report.keys == ["steps/0", "steps/0", "steps/0#3", "steps/0#3"]


def test_contention_does_not_answer_what_became_of_a_remote_call() -> None:
    retry = {"on": ["BUSY", "TIMEOUT"], "max_attempts": 3, "delay": "0s"}
    answers = [{"error": "TIMEOUT"}, {"error": "BUSY"}, OK]
    lab = Lab({"charge": {"effect": "keyed", "sequence": answers}})

    report = lab.run({"steps": [{"action": "charge", "retry": retry}]})

    assert report.keys == ["steps/0"] * 3


def test_a_block_tried_again_repeats_an_unknown_remote_call_with_its_recorded_input() -> None:
    inside = [
        {"id": "made", "action": "make", "undo": {"action": "unmake"}},
        {"action": "charge", "with": {"id": "${{ steps.made.id }}"}},
    ]
    made = [{"output": {"id": 1}}, {"output": {"id": 2}}]
    lab = Lab(
        {
            "make": {"sequence": made},
            "unmake": OK,
            "charge": {"effect": "keyed", "sequence": [{"error": "TIMEOUT"}, OK]},
        }
    )
    retry = {"on": "TIMEOUT", "max_attempts": 2, "delay": "0s"}

    report = lab.run({"steps": [{"steps": inside, "retry": retry}]})

    charges = [(call.key, call.input) for call in report.calls if call.name == "charge"]
    assert charges == [("steps/0/steps/1", {"id": 1})] * 2


def test_a_remote_call_that_succeeded_and_was_undone_is_made_anew() -> None:
    inside = [
        {"action": "charge", "undo": {"action": "refund"}},
        {"action": "work"},
    ]
    lab = Lab({"charge": CHARGE, "refund": OK, "work": {"sequence": [{"error": "BROKEN"}, OK]}})
    retry = {"on": "BROKEN", "max_attempts": 2, "delay": "0s"}

    report = lab.run({"steps": [{"steps": inside, "retry": retry}]})

    charges = [call.key for call in report.calls if call.name == "charge"]
    assert charges == ["steps/0/steps/0", "steps/0#2/steps/0"]


def test_an_error_keeps_the_step_that_it_came_with() -> None:
    error = make_error("BROKEN")
    error.step, error.action = "steps/0/steps/7", "deep"
    commands = start({"steps": [{"action": "inner"}]})
    next(commands)

    with pytest.raises(ActionError) as raised:
        commands.throw(error)

    assert (raised.value.step, raised.value.action) == ("steps/0/steps/7", "deep")


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {"code": "X"},
        {"code": "X", "status": 200},
        {"code": 5, "status": 409},
        {"code": "X", "status": 409, "data": []},
    ],
    ids=["no object", "no status", "status", "code", "data"],
)
def test_fail_with_something_that_is_no_error_is_refused(value: Any) -> None:
    document = {
        "inputs": {"it": {}},
        "steps": [
            {
                "action": "work",
                "catch": [{"on": "*", "steps": [{"fail": "${{ inputs.it }}"}]}],
            }
        ],
    }

    report = Lab({"work": {"error": "BROKEN"}}).run(document, {"it": value})

    assert report.error is not None
    assert report.error.code == "EXPRESSION_FAILED"


def test_an_error_put_together_from_data_is_raised_with_its_members() -> None:
    members = {"code": "X", "status": 409, "title": "T", "message": "m", "data": {"a": 1}}
    document = {"inputs": {"it": {}}, "steps": [{"fail": "${{ inputs.it }}"}]}

    report = Lab().run(document, {"it": members})

    assert report.error is not None
    assert report.error.to_json() == members


def test_an_error_that_is_raised_again_is_not_chained_to_another() -> None:
    clause = {"on": "*", "steps": [{"action": "handle"}]}
    lab = Lab({"work": {"error": "BROKEN"}, "handle": {"error": "WORSE"}})

    report = lab.run({"steps": [{"action": "work", "catch": [clause]}]})

    assert report.error is not None
    assert (report.error.__context__, report.error.__cause__) == (None, None)


def test_nesting_does_not_use_python_s_stack() -> None:
    step: dict[str, Any] = {"action": "work"}
    for _ in range(28):  # each is two levels of the document
        step = {"steps": [step], "finally": [{"value": 1}]}
    commands = start({"steps": [step]})
    limit = sys.getrecursionlimit()

    sys.setrecursionlimit(len(inspect.stack(0)) + 25)
    try:
        next(commands)
        with pytest.raises(ActionError, match="BROKEN"):
            commands.throw(ActionError("BROKEN"))
    finally:
        sys.setrecursionlimit(limit)


def test_the_cost_of_a_step_does_not_depend_on_how_many_there_are() -> None:
    def events(count: int) -> int:
        """Return how many calls Python makes for a flow of *count* steps."""
        step = {"action": "work", "with": {"x": "${{ inputs.x }}"}}
        commands = start({"steps": [step] * count}, x=1)
        calls = 0

        def profile(*_: Any) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(profile)
        try:
            next(commands)
            for _ in range(count - 1):
                commands.send({})
        finally:
            sys.setprofile(None)
        return calls

    few, many = events(10) / 10, events(1000) / 1000

    assert many <= 1.2 * few


@pytest.mark.parametrize("data", ["text", None, [1]], ids=["text", "null", "list"])
def test_the_data_of_a_fail_must_be_an_object(data: Any) -> None:
    fail = {"code": "X", "status": 409, "data": "${{ inputs.data }}"}
    document = {"inputs": {"data": {}}, "steps": [{"fail": fail}]}

    report = Lab().run(document, {"data": data})

    assert report.error is not None
    assert (report.error.code, report.error.step) == ("EXPRESSION_FAILED", "steps/0")


def test_the_message_of_a_fail_is_a_text_whatever_it_is_made_of() -> None:
    fail = {"code": "X", "status": 409, "message": "${{ [1, none] }}"}

    report = Lab().run({"steps": [{"fail": fail}]})

    assert report.error is not None
    assert report.error.message == "[1,null]"


def test_a_name_that_is_not_there_is_an_error_that_lists_those_that_are() -> None:
    report = Lab().run({"steps": [{"value": "${{ inputz.x }}"}]})

    assert report.error is not None
    assert report.error.code == "EXPRESSION_FAILED"
    assert "(there is: inputs, run, secrets, steps)" in report.error.message


def test_a_step_that_is_not_there_is_an_error_that_lists_those_that_are() -> None:
    report = Lab().run({"steps": [{"id": "cart", "value": 1}, {"value": "${{ steps.card }}"}]})

    assert report.error is not None
    assert "there is no member 'card'; did you mean 'cart'?" in report.error.message
