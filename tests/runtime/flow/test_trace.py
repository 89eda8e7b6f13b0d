from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.cancellation import Cancellation
from cartflow.runtime.flow.masking import MASK, Secrets, mask, scalars, secrets_in
from cartflow.runtime.flow.scope import Scope
from cartflow.runtime.flow.trace import MAX_VALUE_BYTES, Recorder, Trace, cut

from .lab import Lab, Time, read

SECRET_INPUT = {
    "type": "object",
    "properties": {"user": {"type": "string"}, "password": {"$ref": "#/$defs/secret"}},
    "$defs": {"secret": {"type": "string", "writeOnly": True}},
}


def test_a_record_says_what_an_attempt_did() -> None:
    flow = {"steps": [{"id": "a", "action": "work", "with": {"x": 1}}]}

    report = Lab({"work": {"output": {"y": 2}}}).run(flow)

    assert report.steps == [
        {
            "path": "steps/0",
            "id": "a",
            "title": None,
            "kind": "action",
            "action": "work",
            "started": "2026-03-01T12:00:00Z",
            "ended": "2026-03-01T12:00:00Z",
            "status": "succeeded",
            "attempt": 1,
            "input": {"x": 1},
            "output": {"y": 2},
        }
    ]


def test_a_failed_attempt_has_its_error_instead_of_an_output() -> None:
    report = Lab({"work": {"error": {"code": "BROKEN", "data": {"n": 1}}}}).run(
        {"steps": [{"action": "work"}]}
    )

    [record] = report.steps
    assert (record["status"], record["error"]["code"], record["error"]["data"]) == (
        "failed",
        "BROKEN",
        {"n": 1},
    )
    assert "output" not in record


def test_a_cancelled_step_says_so() -> None:
    lab = Lab({"one": {"cancels": True}, "two": {}})

    report = lab.run({"steps": [{"steps": [{"action": "one"}, {"action": "two"}]}]})

    assert [r["status"] for r in report.steps] == ["cancelled", "succeeded", "cancelled"]


def test_the_output_of_a_return_is_what_it_returns() -> None:
    report = Lab().run({"steps": [{"return": {"x": 1}}]})

    assert report.steps[0]["output"] == {"x": 1}


def test_the_record_of_an_error_does_not_change_with_it() -> None:
    inside = [
        {"action": "one", "undo": {"action": "un_one"}},
        {"action": "work"},
    ]
    lab = Lab({"one": {}, "un_one": {"error": "STUCK"}, "work": {"error": "BROKEN"}})

    report = lab.run({"steps": inside})

    failed = next(r for r in report.steps if r["action"] == "work")
    assert failed["error"]["data"] == {}


def test_records_beyond_the_limit_are_counted() -> None:
    loop = {"for": "n", "in": "${{ [1, 2, 3] }}", "steps": [{"value": "${{ n }}"}]}
    trace = Trace(limit=2)

    Lab().run({"steps": [loop]}, trace=trace)

    assert (len(trace.records), trace.not_kept) == (2, 2)


def test_a_trace_tells_whether_the_run_was_fully_undone() -> None:
    lab = Lab({"one": {}, "un_one": {"error": "STUCK"}, "work": {"error": "BROKEN"}})

    report = lab.run(
        {"steps": [{"action": "one", "undo": {"action": "un_one"}}, {"action": "work"}]}
    )

    assert report.trace.to_json()["fully_undone"] is False


def test_write_only_inputs_of_an_action_are_masked_there_and_everywhere() -> None:
    flow = {
        "steps": [
            {"id": "made", "value": "hunter22"},
            {
                "action": "login",
                "with": {"user": "anna", "password": "${{ steps.made }}"},
            },
            {"value": {"note": "the password is ${{ steps.made }}!"}},
        ]
    }
    lab = Lab({"login": {"input": SECRET_INPUT}})

    report = lab.run(flow)

    made, login, note = report.steps
    assert made["output"] == MASK
    assert login["input"] == {"user": "anna", "password": MASK}
    assert note["output"] == {"note": "the password is ***!"}


def test_write_only_outputs_are_masked() -> None:
    schema = {
        "type": "object",
        "properties": {"token": {"type": "string", "writeOnly": True}},
    }
    lab = Lab({"login": {"output_schema": schema, "output": {"token": "t0ken", "n": 1}}})

    report = lab.run({"steps": [{"action": "login"}]})

    assert report.steps[0]["output"] == {"token": MASK, "n": 1}


def test_write_only_inputs_of_the_flow_are_masked() -> None:
    flow = {
        "inputs": {"password": {"type": "string", "writeOnly": True}},
        "steps": [{"action": "login", "with": {"p": "${{ inputs.password }}"}}],
    }

    report = Lab({"login": {"error": {"code": "NO", "message": "'hunter22' is wrong"}}}).run(
        flow, {"password": "hunter22"}
    )

    assert report.steps[0]["input"] == {"p": MASK}
    assert report.steps[0]["error"]["message"] == "'***' is wrong"


def test_an_output_that_is_never_recorded_is_masked_whole_and_so_are_its_copies() -> None:
    flow = {
        "steps": [
            {"id": "login", "action": "login"},
            {"value": "Bearer ${{ steps.login.token }}"},
        ]
    }
    lab = Lab({"login": {"journal": False, "output": {"token": "abcdefgh12345"}}})

    report = lab.run(flow)

    assert [record["output"] for record in report.steps] == [MASK, "Bearer ***"]


def test_configured_secrets_are_masked() -> None:
    flow = {"steps": [{"action": "work", "with": {"key": "k=${{ secrets.api }}"}}]}

    report = Lab({"work": {}}).run(flow, secrets={"api": "s3cr3t"})

    assert report.calls[0].input == {"key": "k=s3cr3t"}
    assert report.steps[0]["input"] == {"key": "k=***"}


@pytest.mark.parametrize(
    ("schema", "value", "masked"),
    [
        ({"writeOnly": True}, {"a": 1}, MASK),
        ({"writeOnly": True}, None, None),
        ({"items": {"writeOnly": True}}, ["a", "b"], [MASK, MASK]),
        ({"prefixItems": [{}, {"writeOnly": True}]}, ["a", "b", "c"], ["a", MASK, "c"]),
        ({"additionalProperties": {"writeOnly": True}}, {"a": 1}, {"a": MASK}),
        ({"patternProperties": {"^p": {"writeOnly": True}}}, {"p": 1, "q": 2}, {"p": MASK, "q": 2}),
        ({"allOf": [{"properties": {"a": {"writeOnly": True}}}]}, {"a": 1}, {"a": MASK}),
        ({"then": {"properties": {"a": {"writeOnly": True}}}}, {"a": 1}, {"a": MASK}),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"writeOnly": True}}}, "a", MASK),
        ({"$ref": "#"}, {"a": 1}, {"a": 1}),
        ({"$ref": "#/nowhere"}, "a", "a"),
        ({"properties": {"a": {"writeOnly": True}}}, ["a"], ["a"]),
        (True, {"a": 1}, {"a": 1}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_mask_follows_the_schema(schema: Any, value: Any, masked: Any) -> None:
    assert mask(value, schema) == masked


def test_the_schema_of_a_tree_masks_at_every_depth() -> None:
    schema = {"properties": {"secret": {"writeOnly": True}, "below": {"$ref": "#"}}}
    value = {"secret": "a", "below": {"secret": "b", "below": {"other": "c"}}}

    assert secrets_in(value, schema) == ["a", "b"]


def test_short_secrets_are_masked_only_as_whole_values() -> None:
    secrets = Secrets()
    secrets.add(["a", 17, ""])

    assert secrets.hide({"a": ["a", "cat", 17, 170, "", True, None, 1.5]}) == {
        MASK: [MASK, "cat", MASK, 170, "", True, None, 1.5]
    }


def test_of_two_secrets_the_longer_is_masked_whole() -> None:
    secrets = Secrets()
    secrets.add(["pass", "password"])

    assert secrets.hide("my password, my pass") == "my ***, my ***"


@given(st.recursive(st.text(min_size=4, alphabet="abc"), st.lists, max_leaves=8))
def test_no_secret_survives_hiding(value: Any) -> None:
    secrets = Secrets()
    secrets.add(scalars(value))

    hidden = secrets.hide(value)

    assert set(scalars(hidden)) <= {MASK}


def test_long_values_are_cut_with_a_mark() -> None:
    shown = cut({"text": "x" * 20_000})

    assert shown.startswith('{"text": "xxx')
    assert shown.endswith("… (cut: 20012 bytes)")


def test_long_texts_are_cut_between_characters() -> None:
    shown = cut("€" * MAX_VALUE_BYTES)

    assert shown.startswith("€€€")
    assert shown.count("€") == MAX_VALUE_BYTES // 3


def test_values_up_to_the_limit_stay_as_they_are() -> None:
    value = "x" * MAX_VALUE_BYTES

    assert cut(value) is value


def test_an_observer_is_told_when_a_step_starts_and_ends() -> None:
    told: list[Mapping[str, Any]] = []
    flow = {"steps": [{"id": "b", "steps": [{"id": "a", "action": "work", "with": {"x": 1}}]}]}

    Lab({"work": {}}).run(flow, observer=told.append)

    assert [(record["id"], record["status"]) for record in told] == [
        ("b", "running"),
        ("a", "running"),
        ("a", "succeeded"),
        ("b", "succeeded"),
    ]
    assert told[1]["input"] == {"x": 1}
    assert told[1]["ended"] is None


def test_an_observer_that_fails_does_not_stop_the_run(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Any] = []

    def observe(record: Mapping[str, Any]) -> None:
        told.append(record)
        raise BrokenPipeError

    report = Lab({"work": {}}).run({"steps": [{"action": "work"}] * 2}, observer=observe)

    assert report.called == ["work", "work"]
    assert len(told) == 1
    assert "observer" in caplog.text


def test_times_are_those_of_the_clock() -> None:
    class Ticking(Time):
        ticks = 0

        def now(self) -> datetime:
            self.ticks += 1
            return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.ticks)

    trace = Trace()
    recorder = Recorder(trace, Ticking(Cancellation()))
    step = read({"steps": [{"value": 1}]}).body.steps[0]

    recorder.end(recorder.start(step, Scope.outermost({}, frozenset()), 1), None)

    [record] = trace.to_json()["steps"]
    assert (record["started"], record["ended"]) == ("2026-03-01T00:00:01Z", "2026-03-01T00:00:02Z")


def test_a_record_keeps_no_frames_alive() -> None:
    trace = Trace()

    report = Lab({"work": {"error": "BROKEN"}}).run({"steps": [{"action": "work"}]}, trace=trace)

    assert report.error is not None
    (record,) = trace.records
    assert record.error is not None
    assert (record.error.code, record.error.__traceback__) == ("BROKEN", None)
    assert record.error.step == report.error.step == "steps/0"
