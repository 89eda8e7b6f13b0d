"""Plugins are found by entry point; a bad one is named and does not take the others down."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartflow import Application, Context, Setting, Wrapper, action, hookimpl
from cartflow.runtime.plugins import PluginReport, Plugins

from .bring import CONDITION, Bring

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Give a function that installs a distribution with one plugin: its name, its module's text."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(name: str, text: str, *, distribution: str = "", value: str = "") -> None:
        distribution = distribution or f"shop-{name}"
        module = f"plugin_{tmp_path.name}_{name}".replace("-", "_")
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(text))
        folder = tmp_path / f"{distribution.replace('-', '_')}-1.2.dist-info"
        folder.mkdir(exist_ok=True)
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
        )
        with (folder / "entry_points.txt").open("a") as points:
            points.write(f"[cartflow]\n{name} = {value or module}\n")

    return add


@pytest.fixture
def open_app(tmp_path: Path) -> Callable[..., Application]:
    def open_one(*plugins: tuple[str, Any]) -> Application:
        url = f"sqlite:///{tmp_path}/test.db"
        return Application.open(environment={"CARTFLOW_DATABASE_URL": url}, plugins=plugins)

    return open_one


OpenApp = Callable[..., Application]

GOOD = """
    from cartflow import action, hookimpl

    @action("{name}", input={{}}, output={{"type": "string"}})
    def answer(ctx):
        return "{name}"

    @hookimpl
    def cartflow_actions():
        return [answer]
"""


def report_of(app: Application, name: str) -> PluginReport:
    return next(report for report in app.plugins if report.name == name)


def test_the_installed_plugins_can_be_left_aside() -> None:
    @action("answer", input={}, output={"type": "integer"}, effect="none")
    def answer(ctx: Any) -> int:
        return 42

    plugin = ("lab", Bring(actions=[answer]))
    with Application.open(environment={}, plugins=[plugin], installed=False) as app:
        assert list(app.registry) == ["answer"]
        assert [report.name for report in app.plugins] == ["lab"]


def test_a_plugin_is_found_by_its_entry_point(install: Install, open_app: OpenApp) -> None:
    install("greeting", GOOD.format(name="greet"))

    app = open_app()

    assert app.invoke("greet") == "greet"
    assert report_of(app, "greeting") == PluginReport(
        "greeting", "shop-greeting 1.2", "", ["greet"]
    )


BROKEN = [
    ("import nothing_of_that_name", "cannot be imported: ModuleNotFoundError: No module named"),
    ("raise ValueError('not today')", "cannot be imported: ValueError: not today"),
    ("import sys\nsys.exit(3)", "cannot be imported: SystemExit: 3"),
    ("def f(:", "cannot be imported: SyntaxError: invalid syntax"),
    (
        "from cartflow import hookimpl\n@hookimpl\ndef cartflow_actions(registry): ...",
        "Plugin 'bad' for hook 'cartflow_actions'",
    ),
    (
        "from cartflow import hookimpl\n@hookimpl\ndef cartflow_action(): ...",
        "there is no hook 'cartflow_action'; did you mean 'cartflow_actions'?",
    ),
    (
        "from cartflow import hookimpl\n@hookimpl(specname='cartflow_cats')\ndef cats(): ...",
        "unknown hook 'cartflow_cats'",
    ),
    ("def cartflow_actions(): ...", "the hook 'cartflow_actions' is not marked with @hookimpl"),
    ("CARTFLOW_API = 99", "needs version 99 of the plugin interface, this is 1; update cartflow"),
    ("CARTFLOW_API = 'x'", "needs version 'x' of the plugin interface"),
    (
        "from cartflow import hookimpl\n@hookimpl\ndef cartflow_actions(): 1 / 0",
        "cartflow_actions failed: ZeroDivisionError: division by zero",
    ),
]


@pytest.mark.parametrize(("text", "problem"), BROKEN, ids=[problem for _, problem in BROKEN])
def test_a_bad_plugin_is_named_with_its_distribution_and_the_others_work(
    install: Install, open_app: OpenApp, text: str, problem: str
) -> None:
    install("bad", text)
    install("good", GOOD.format(name="greet"))

    app = open_app()
    report = report_of(app, "bad")

    assert app.invoke("greet") == "greet"
    assert (report.distribution, report.actions) == ("shop-bad 1.2", [])
    assert problem in report.problem
    assert any(
        complaint.startswith("plugin 'bad' (shop-bad 1.2): ") for complaint in app.complaints()
    )


def test_an_entry_point_that_names_nothing_is_reported(install: Install, open_app: OpenApp) -> None:
    install("lost", "", value="nowhere.at_all")

    assert "ModuleNotFoundError" in report_of(open_app(), "lost").problem


def answering(name: str) -> Any:
    @action(name, input={}, output={"type": "string"})
    def answer(ctx: Context) -> Any:
        return name

    return answer


def test_of_two_plugins_with_one_name_the_second_is_left_out(open_app: OpenApp) -> None:
    app = open_app(
        ("one", Bring(actions=[answering("a")])), ("one", Bring(actions=[answering("b")]))
    )

    assert app.invoke("a") == "a"
    assert [report.problem for report in app.plugins if report.name == "one"] == [
        "",
        "another plugin is called 'one' already; rename the entry point",
    ]


def test_names_that_would_share_settings_and_tables_clash(open_app: OpenApp) -> None:
    app = open_app(("my-shop", Bring()), ("my_shop", Bring()))

    assert "another plugin is called 'my-shop'" in report_of(app, "my_shop").problem


def test_the_same_plugin_twice_is_used_once(open_app: OpenApp) -> None:
    plugin = Bring(actions=[answering("a")])
    app = open_app(("one", plugin), ("two", plugin))

    assert app.invoke("a") == "a"
    assert report_of(app, "two").problem == "is the same as the plugin 'one'"


@pytest.mark.parametrize(
    "name", ["My Shop", "UPPER", "a.b", "", "1st", "runtime", "secret", "x'; DROP"]
)
def test_a_name_that_cannot_stand_in_settings_and_tables_is_refused(
    open_app: OpenApp, name: str
) -> None:
    assert "a plugin cannot be called" in report_of(open_app((name, Bring())), name).problem


def test_a_stranger_cannot_push_a_built_in_out(install: Install, open_app: OpenApp) -> None:
    install("aaa", GOOD.format(name="mergeCarts"))

    app = open_app()

    assert app.registry["mergeCarts"].plugin == "cart"
    assert report_of(app, "aaa").problem == (
        "the action 'mergeCarts' is brought by the plugin 'cart' already; rename it"
    )


def test_what_is_no_hook_is_left_alone(open_app: OpenApp) -> None:
    class Plugin:
        cartflow_version = "1.0"

        def helper(self) -> None: ...

    assert report_of(open_app(("plain", Plugin())), "plain").problem == ""


def test_plugins_are_called_in_pluggys_order() -> None:
    class First:
        @hookimpl(tryfirst=True)
        def cartflow_wrappers(self) -> list[Any]:
            return []

    plugins = Plugins.load([("first", First()), ("a", Bring()), ("b", Bring())])

    order = [report.name for report in plugins.in_order_of("cartflow_wrappers")]

    assert [name for name in order if name != "cart"] == ["first", "b", "a"]


BRINGING = [
    ({"actions": [1]}, "expected Action, got 1"),
    ({"actions": 7}, "TypeError: 'int' object is not iterable"),
    ({"actions": ["nowhere:nothing"]}, "'nowhere:nothing' cannot be imported: ModuleNotFoundError"),
    ({"actions": ["cartflow:nothing"]}, "'cartflow:nothing' cannot be imported: AttributeError"),
    (
        {"actions": [action("x", input={}, output={}, effect="steps")(lambda ctx: {})]},
        "action 'x' has the effect 'steps', which needs a flow file, got function",
    ),
    (
        {"actions": [action("x", input={}, output={}, effect="keyed")(lambda ctx: {})]},
        "'keyed', which needs a Remote (prepare, call, settle), got function",
    ),
    ({"actions": [action("x", input={}, output={}, what=1)(lambda ctx: {})]}, "'what' does not"),
    ({"actions": [answering("a"), answering("a")]}, "brings the action 'a' twice; rename one"),
    ({"wrappers": [lambda ctx, proceed: None]}, "expected Wrapper, got <function"),
    (
        {"wrappers": [Wrapper(lambda ctx, proceed: None, lambda contract: 1 / 0 > 1)]},
        "ZeroDivisionError: division by zero",
    ),
    (
        {"wrappers": [Wrapper(lambda ctx, proceed: None, conditions={"BUSY": CONDITION})]},
        "a wrapper of 'bad'#/errors/BUSY: the code 'BUSY' belongs to the runtime",
    ),
    (
        {"wrappers": [Wrapper(lambda ctx, proceed: None, conditions={"X": {"status": 200}})]},
        "a wrapper of 'bad'#/errors/X",
    ),
    ({"settings": ["limit"]}, "expected Setting, got 'limit'"),
    (
        {"schemas": {"cart.json": {}}},
        "the shared schema 'cart.json' is brought by the plugin 'cart'",
    ),
    ({"schemas": {"x.json": {"type": "strin"}}}, "the shared schema 'x.json': "),
    ({"schemas": {"x.json": {"$ref": "y.json"}}}, "there is no shared schema 'y.json'"),
    ({"schemas": {"x.json": 7}}, "the shared schema 'x.json': "),
    ({"tables": "migrations"}, "expected Tables, got 'migrations'"),
    ({"routes": ["cartflow:nothing"]}, "'cartflow:nothing' cannot be imported"),
    ({"checks": [7]}, "got 7"),
    ({"provide": {"cart.payment_providers": {"sandbox": object()}}}, "'sandbox' is brought by"),
    ({"provide": {"x": {"y": "nowhere:nothing"}}}, "'nowhere:nothing' cannot be imported"),
    ({"flows": ["a.yaml"]}, "got 'a.yaml'"),
]


@pytest.mark.parametrize(("parts", "problem"), BRINGING, ids=[said for _, said in BRINGING])
def test_a_plugin_that_brings_something_unusable_is_left_out_whole(
    open_app: OpenApp, parts: dict[str, Any], problem: str
) -> None:
    parts = {"actions": [answering("also-bad")], **parts}
    app = open_app(("bad", Bring(**parts)), ("good", Bring(actions=[answering("greet")])))

    report = report_of(app, "bad")

    assert app.invoke("greet") == "greet"
    assert problem in report.problem
    assert ("also-bad" in app.registry, report.actions) == (False, [])


def test_a_check_that_fails_does_not_hide_the_others(open_app: OpenApp) -> None:
    def failing(app: Application) -> str | None:
        raise ValueError("x")

    app = open_app(("a", Bring(checks=[failing, lambda app: "no paper", lambda app: None])))

    assert app.complaints() == ["plugin 'a': a check failed: ValueError: x", "no paper"]


def test_a_setting_that_has_the_variable_of_another_is_refused(open_app: OpenApp) -> None:
    app = open_app(("database", Bring(settings=[Setting("url", "", "")])))

    assert report_of(app, "database").problem == (
        "the setting 'CARTFLOW_DATABASE_URL' is brought by the plugin 'cartflow' already; rename it"
    )


def test_two_plugins_cannot_bring_the_same_route(open_app: OpenApp) -> None:
    from cartflow import Request, Response, Route

    def hello(request: Request) -> Response:
        return Response()

    app = open_app(
        ("a", Bring(routes=[Route("GET", "/hello", hello)])),
        ("b", Bring(routes=[Route("GET", "/hello", hello), Route("PUT", "/hello", hello)])),
    )

    assert [name for name, route in app.routes if route.path == "/hello"] == ["a"]
    assert "the route 'GET /hello' is brought by the plugin 'a'" in report_of(app, "b").problem


def test_a_plugin_may_use_the_shared_schema_of_another(open_app: OpenApp) -> None:
    user = action("u", input={}, output={"$ref": "x.json"})(lambda ctx: 7)
    app = open_app(
        ("user", Bring(actions=[user])),
        ("bringer", Bring(schemas={"x.json": {"type": "integer"}})),
    )

    assert app.invoke("u") == 7


def test_what_is_provided_at_an_extension_point_can_be_found(open_app: OpenApp) -> None:
    point = action("p", input={}, output={"type": "array"})
    app = open_app(
        ("host", Bring(actions=[point(lambda ctx: sorted(ctx.extensions("host.colours")))])),
        ("red", Bring(provide={"host.colours": {"red": 1}})),
        ("blue", Bring(provide={"host.colours": {"blue": 2}})),
    )

    assert app.invoke("p") == ["blue", "red"]
