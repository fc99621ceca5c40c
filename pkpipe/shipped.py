"""Where the flow lies that comes with this package: Snakefile, rules, profiles, example study files.

In a checkout they lie beside the package; a wheel carries a copy inside it (`setup.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent
INSIDE: Final = PACKAGE / "flow"
EXAMPLES: Final = ("bat6026.yaml", "bat8008_bat1308.yaml")


def root() -> Path:
    """The folder with Snakefile, rules, profiles and config."""
    return INSIDE if INSIDE.is_dir() else PACKAGE.parent


def examples() -> list[Path]:
    """The example study files, those that are there."""
    return [p for name in EXAMPLES if (p := root() / "config" / name).is_file()]
