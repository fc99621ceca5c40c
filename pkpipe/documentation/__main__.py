"""`python -m pkpipe.documentation FOLDER`: writes what is made from the code, and says what was stale.

The pages go into FOLDER; run in a checkout, it also writes what BESIDE names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pkpipe.disk import write_text
from pkpipe.documentation import PAGES
from pkpipe.documentation.displays_page import numbers_module
from pkpipe.protocol.file_reading.file_schema import NAME, schema_text

BESIDE: Final[Mapping[Path, Callable[[], str]]] = {
    Path("config", NAME): schema_text,  # of study files, for editors
    Path("pkpipe", "displays", "catalogue_numbers.py"): numbers_module,
}


def main(folder: Path, beside: Mapping[Path, Callable[[], str]]) -> None:
    """Write each page, and each file beside them, whose text is not the one that lies there."""
    for path, page in ({folder / name: page for name, page in PAGES.items()} | {**beside}).items():
        text = page()
        stale = not path.is_file() or path.read_text(encoding="utf-8") != text
        if stale:
            write_text(text, path)
        sys.stdout.write(f"{path}: {'written' if stale else 'unchanged'}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"), BESIDE)
