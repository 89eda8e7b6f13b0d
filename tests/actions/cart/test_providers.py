from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cartflow.actions.cart.providers import SANDBOX, Sandbox

MANUAL = Path(__file__).parents[3] / "docs" / "payments.md"


def request(folder: Path, source: str | None, key: str = "k1", cart: str = "c1") -> dict[str, Any]:
    return {
        "amount_minor": 4500,
        "currency": "USD",
        "reference": "r1",
        "source": source,
        "cart_id": cart,
        "idempotency_key": key,
        "options": SANDBOX.configure({"sandbox_payments": True, "sandbox_dir": str(folder)}),
    }


def charges(folder: Path) -> int:
    return len(list(folder.glob("charge-*.json")))


@pytest.mark.parametrize("source", [None, "tok_visa"])
def test_the_same_key_is_charged_once(tmp_path: Path, source: str | None) -> None:
    answers = [SANDBOX.charge(request(tmp_path, source)) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["status"] == "created"
    assert charges(tmp_path) == 1


def test_another_key_is_another_charge(tmp_path: Path) -> None:
    ids = {SANDBOX.charge(request(tmp_path, None, key))["id"] for key in ("k1", "k2")}

    assert len(ids) == charges(tmp_path) == 2


def test_a_lost_answer_was_charged_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        SANDBOX.charge(request(tmp_path, "tok_timeout"))
    assert charges(tmp_path) == 1

    answer = SANDBOX.charge(request(tmp_path, "tok_timeout"))

    assert answer["status"] == "created"
    assert charges(tmp_path) == 1


def test_unavailable_once_is_once_for_each_cart(tmp_path: Path) -> None:
    def attempt(key: str, cart: str) -> str:
        source = "tok_unavailable_once"
        return str(SANDBOX.charge(request(tmp_path, source, key, cart))["status"])

    found = [attempt("k1", "c1"), attempt("k2", "c1"), attempt("k3", "c2")]

    assert found == ["unavailable", "created", "unavailable"]


@pytest.mark.parametrize("status", ["declined", "unavailable"])
def test_what_is_refused_is_not_charged(tmp_path: Path, status: str) -> None:
    assert SANDBOX.charge(request(tmp_path, f"tok_{status}")) == {"status": status}
    assert charges(tmp_path) == 0


def test_switched_off_it_has_no_options() -> None:
    assert SANDBOX.configure({"sandbox_payments": False, "sandbox_dir": ""}) is None


def test_without_a_folder_it_uses_the_systems(tmp_path: Path) -> None:
    options = SANDBOX.configure({"sandbox_payments": True, "sandbox_dir": ""})

    assert options is not None
    assert Path(options["folder"]).name == "cartflow-sandbox"


def test_the_manual_names_the_same_tokens() -> None:
    def rows(text: str) -> list[str]:
        return re.findall(r"^\s*(\| (?:`tok_|any).*\|)$", text, re.MULTILINE)

    assert rows(MANUAL.read_text("utf-8")) == rows(Sandbox.__doc__ or "") != []
