import json

import pytest
from typer.testing import CliRunner

from shizheng.cli.main import app


@pytest.mark.django_db
def test_the_index_is_rebuilt_from_the_command_line():
    done = CliRunner().invoke(app, ["search", "rebuild", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["texts"] >= 0
