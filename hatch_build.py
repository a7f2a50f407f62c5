"""When the package is built or installed: compile the translations."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Translations(BuildHookInterface):
    """Writes ``django.mo`` beside each ``django.po``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered."""
        script = Path(self.root) / "scripts" / "messages.py"
        runpy.run_path(str(script))["compile_all"]()
