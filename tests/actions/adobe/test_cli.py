from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from graphql import build_schema

from cartflow.runtime.cli.root import cli


@pytest.mark.parametrize("target", ["", "shop.graphqls"])
def test_the_schema_is_printed(tmp_path: Path, target: str) -> None:
    file = tmp_path / "shop.graphqls"

    result = CliRunner().invoke(cli, ["graphql", *(["-o", str(file)] if target else [])])

    assert result.exit_code == 0
    text = file.read_text("utf-8") if target else result.stdout
    assert build_schema(text).query_type is not None
