from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cartflow import Application, InvalidDocumentError, Setting
from cartflow.runtime.settings import CORE_SETTINGS, Settings, read_settings

SHOP = (
    Setting("policy", "cancel", "what to do", choices=("cancel", "keep")),
    Setting("limit", 5, "how many", minimum=1),
    Setting("share", 0.5, "how much", minimum=0),
    Setting("strict", False, "whether"),
    Setting("api_key", 1, "for the bank", secret=True),
)
KNOWN = {"": CORE_SETTINGS, "my-shop": SHOP}


def read(
    environment: Mapping[str, str] | None = None, file: Path | None = None, **rest: Any
) -> Settings:
    return read_settings(KNOWN, environment or {}, file, **rest)


def complaint(environment: Mapping[str, str] | None = None, file: Path | None = None) -> str:
    with pytest.raises(InvalidDocumentError) as caught:
        read(environment, file)
    return str(caught.value)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "cartflow.toml"


def test_nobody_has_to_set_anything() -> None:
    settings = read()

    assert settings["database_url"] == "sqlite:///cartflow.db"
    assert settings.section("my-shop") == {
        "policy": "cancel",
        "limit": 5,
        "share": 0.5,
        "strict": False,
        "api_key": 1,
    }


def test_a_plugin_without_settings_has_an_empty_section() -> None:
    assert read().section("nobody") == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("YES", True), ("on", True), ("1", True), ("no", False), ("0", False)],
)
def test_a_switch_is_read_from_the_environment(text: str, value: bool) -> None:
    assert read({"CARTFLOW_MY_SHOP_STRICT": text}).section("my-shop")["strict"] is value


def test_the_environment_wins_over_the_file(toml: Path) -> None:
    toml.write_text("lock_timeout_s = 2\n[my-shop]\nlimit = 7\nshare = 1\n")
    settings = read({"CARTFLOW_MY_SHOP_LIMIT": "8"}, toml)

    assert settings["lock_timeout_s"] == 2.0
    assert settings.section("my-shop")["limit"] == 8
    assert settings.section("my-shop")["share"] == 1.0


def test_the_command_line_wins_over_both(toml: Path) -> None:
    toml.write_text('database_url = "sqlite:///file.db"')
    environment = {"CARTFLOW_DATABASE_URL": "sqlite:///environment.db"}

    settings = read(environment, toml, overrides={"database_url": "sqlite:///line.db"})

    assert settings["database_url"] == "sqlite:///line.db"


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        ("CARTFLOW_DATABSE_URL", "CARTFLOW_DATABASE_URL"),
        ("CARTFLOW_DATABASEURL", "CARTFLOW_DATABASE_URL"),
        ("CARTFLOW_SECRETDIR", "CARTFLOW_SECRETS_DIR"),
        ("CARTFLOW_MY_SHOP_LIMITS", "CARTFLOW_MY_SHOP_LIMIT"),
        ("CARTFLOW_MYSHOP_LIMIT", "CARTFLOW_MY_SHOP_LIMIT"),
    ],
)
def test_an_unknown_variable_comes_with_the_nearest(variable: str, near: str) -> None:
    assert complaint({variable: "x"}) == f"{variable}: unknown setting; did you mean {near!r}?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lock_timeout = 1", "lock_timeout: unknown setting; did you mean 'lock_timeout_s'?"),
        ("[my-shop]\nlimti = 1", "my-shop.limti: unknown setting; did you mean 'limit'?"),
        ("[my-shp]\nlimit = 1", "my-shp: unknown section; did you mean 'my-shop'?"),
        ("[my-shp]", "my-shp: unknown section; did you mean 'my-shop'?"),
        ("limit =", "cannot be read: Invalid value"),
    ],
)
def test_an_unknown_name_in_the_file_comes_with_the_nearest(
    toml: Path, text: str, said: str
) -> None:
    toml.write_text(text)

    assert said in complaint(file=toml)
    assert str(toml) in complaint(file=toml)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("LIMIT", "many", "expected a whole number, got 'many'"),
        ("LIMIT", "1.5", "expected a whole number, got '1.5'"),
        ("LIMIT", "0", "expected at least 1, got '0'"),
        ("LIMIT", "9" * 400, "expected a whole number"),
        ("SHARE", "nan", "expected a number, got 'nan'"),
        ("SHARE", "inf", "expected a number, got 'inf'"),
        ("SHARE", "-1", "expected at least 0, got '-1'"),
        ("STRICT", "maybe", "expected true or false, got 'maybe'"),
        ("POLICY", "kepe", "expected one of cancel, keep, got 'kepe'; did you mean 'keep'?"),
    ],
)
def test_a_malformed_value_says_what_was_expected(name: str, text: str, said: str) -> None:
    variable = f"CARTFLOW_MY_SHOP_{name}"

    assert complaint({variable: text}).startswith(f"{variable}: {said}")


@pytest.mark.parametrize(
    "text", ["limit = 1.9", "limit = true", "policy = 1", "strict = 1", "share = inf"]
)
def test_a_value_of_another_type_in_the_file_is_refused(toml: Path, text: str) -> None:
    toml.write_text(f"[my-shop]\n{text}\n")

    assert "expected" in complaint(file=toml)


def test_a_secret_is_not_shown_even_when_it_is_malformed() -> None:
    assert complaint({"CARTFLOW_MY_SHOP_API_KEY": "hunter2"}) == (
        "CARTFLOW_MY_SHOP_API_KEY: expected a whole number, got a secret"
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    said = complaint({"CARTFLOW_MY_SHOP_LIMIT": "x", "CARTFLOW_MY_SHOP_NOTHING": "y"})

    assert len(said.splitlines()) == 2


def test_other_variables_are_none_of_our_business() -> None:
    read({"PATH": "/bin", "CARTFLOWER": "x", "CARTFLOW_CONFIG": "x.toml"})


def test_the_settings_of_a_plugin_that_did_not_load_are_left_alone(toml: Path) -> None:
    toml.write_text("[broken]\nanything = 1\n")

    read({"CARTFLOW_BROKEN_THING": "x"}, toml, ignored=["broken"])


@pytest.mark.parametrize("variable", ["CARTFLOW_DB", "CARTFLOW_MY_SHOP_COLOUR"])
def test_a_variable_that_can_be_no_other_plugin_s_is_refused(variable: str) -> None:
    assert complaint({variable: "x"}).startswith(f"{variable}: unknown setting")


@pytest.mark.parametrize("name", ["GIFTS_LIMIT", "GIFTS_DATABASE_URL", "GIFTS_SECRET_KEY"])
def test_a_variable_left_over_from_a_plugin_is_a_warning(name: str) -> None:
    settings = read({f"CARTFLOW_{name}": "5"})

    assert settings.warnings == (
        f"CARTFLOW_{name}: unknown setting, passed over; remove it if its plugin is gone",
    )


def test_a_section_left_over_from_a_plugin_is_a_warning(toml: Path) -> None:
    toml.write_text("[gifts]\nlimit = 1\n")

    assert read(file=toml).warnings == (
        f"{toml}: gifts: unknown section, passed over; remove it if its plugin is gone",
    )


def test_a_secret_of_flows_is_no_setting() -> None:
    assert read({"CARTFLOW_SECRET_BANK": "hunter2"}).warnings == ()


def test_a_caller_s_environment_is_all_there_is(
    toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml.write_text("lock_timeout_s = 2\n")
    monkeypatch.chdir(toml.parent)

    with Application.open(environment={}) as app:
        assert app.settings["lock_timeout_s"] == 10.0
    with Application.open(environment={"CARTFLOW_CONFIG": "cartflow.toml"}) as app:
        assert app.settings["lock_timeout_s"] == 2.0


@pytest.mark.parametrize(("config", "timeout_s"), [(None, 2.0), ("", 10.0)])
def test_the_file_in_the_working_directory_can_be_switched_off(
    toml: Path, monkeypatch: pytest.MonkeyPatch, config: str | None, timeout_s: float
) -> None:
    toml.write_text("lock_timeout_s = 2\n")
    monkeypatch.chdir(toml.parent)
    if config is not None:
        monkeypatch.setenv("CARTFLOW_CONFIG", config)

    with Application.open() as app:
        assert app.settings["lock_timeout_s"] == timeout_s


def test_flows_are_handed_the_secrets_of_environment_and_folder(tmp_path: Path) -> None:
    (tmp_path / "two").write_text("2")
    environment = {"CARTFLOW_SECRETS_DIR": str(tmp_path), "CARTFLOW_SECRET_ONE": "1"}

    with Application.open(environment=environment) as app:
        assert dict(app.secrets) == {"one": "1", "two": "2"}
