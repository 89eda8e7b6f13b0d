"""A running server for the clients, in plain http and https, and where their programs are run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from cartflow import ADMIN, Application
from cartflow.runtime.cli.root import cli

from ..certificates import issue
from ..manual import ROOT
from ..servers import started

_CLIENTS: Final = ROOT / "build" / "clients" / "node_modules"
_CUSTOMER: Final = "roni_cost@example.com"
_PASSWORD: Final = "roni_cost3@example.com"
_TIME_S: Final = 120


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Give the folder of the clients that npm carries."""
    assert _CLIENTS.is_dir(), "the clients from npm are not installed; run 'make clients'"
    return _CLIENTS


@dataclass
class Site:
    """A shop that answers at two addresses, and a folder for the programs that call it.

    Attributes:
        plain: Its address for http.
        secure: Its address for https, where errors have the words and statuses of Adobe 2.4.8.
        folder: Where programs are run.
        environment: What they find there: the API key, and whom to trust.
    """

    plain: str
    secure: str
    folder: Path
    app: Application
    environment: Mapping[str, str]
    _numbers: Iterator[int]

    def customer_of_its_own(self) -> Callable[[str], str]:
        """Return a function that makes a text of the manual one for this shop and a customer."""
        email = f"customer{next(self._numbers)}@example.com"
        person = {"email": email, "firstname": "A", "lastname": "B", "password": _PASSWORD}
        store = {"shop": {"name": "Luma", "currency": "USD"}, "customers": [person]}
        self.app.invoke("loadStore", {"store": store}, principal=ADMIN)

        def local(text: str) -> str:
            text = text.replace("http://127.0.0.1:8000", self.plain)
            text = text.replace("127.0.0.1:8443", self.secure.removeprefix("https://"))
            return text.replace(_CUSTOMER, email)

        return local

    def type(self, commands: Iterable[str]) -> list[str]:
        """Type commands into one shell; return what each of them printed."""
        script = "".join(f"{command}\nprintf '\\0'\n" for command in commands)
        return self.run(["bash", "-euo", "pipefail", "-c", script]).split("\0")[:-1]

    def run(self, command: list[str]) -> str:
        """Run a program in the folder; return what it printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIME_S,
        )
        told = f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, told
        return done.stdout


@pytest.fixture(scope="session")
def site(
    sqlite_sample: Path, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Give the sample store behind two servers, which work on one database."""
    folder = tmp_path_factory.mktemp("clients")
    (folder / "node_modules").symlink_to(node_modules)
    shutil.copyfile(sqlite_sample, folder / "served.db")
    url = f"sqlite:///{folder}/served.db"
    made = CliRunner().invoke(
        cli, ["keys", "create", "--name", "kiosk", "--scope", "actions:invoke", "--database", url]
    )
    certificate = issue(folder)
    own = Path(sys.executable).parent
    environment = {
        "PATH": os.pathsep.join(map(str, (node_modules / ".bin", own, os.environ["PATH"]))),
        "HOME": str(folder),
        "KEY": made.stdout.strip(),
        **_KEEPING_TO_ITSELF,
        **dict.fromkeys(_TRUSTING, str(certificate.authority)),
    }
    with ExitStack() as stack:
        settings = {"CARTFLOW_DATABASE_URL": url}
        app = stack.enter_context(Application.open(environment=settings))
        plain = stack.enter_context(started(folder))
        words = {"CARTFLOW_ADOBE_WORDING": "2.4.8"}
        secure = stack.enter_context(started(folder, certificate, words))
        yield Site(plain.url, secure.url, folder, app, environment, count(1))


_TRUSTING: Final = ("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")
"""Variables from which clients learn what authority to trust."""

_KEEPING_TO_ITSELF: Final = dict.fromkeys(
    (
        "SF_AUTOUPDATE_DISABLE",
        "SF_DISABLE_AUTOUPDATE",
        "SF_DISABLE_LOG_FILE",
        "SF_DISABLE_TELEMETRY",
        "SF_SKIP_NEW_VERSION_CHECK",
        "SF_USE_GENERIC_UNIX_KEYCHAIN",
    ),
    "true",
)
"""Of the Salesforce CLI: it calls nobody but the server, and keeps tokens in the folder."""
