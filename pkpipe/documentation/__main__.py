"""`python -m pkpipe.documentation FOLDER`: writes the made pages, and says which were stale."""

from __future__ import annotations

import sys
from pathlib import Path

from pkpipe.disk import write_text
from pkpipe.documentation import PAGES


def main(folder: Path) -> None:
    """Write each page whose text is not the one that lies there."""
    for name, page in PAGES.items():
        path, text = folder / name, page()
        stale = not path.is_file() or path.read_text(encoding="utf-8") != text
        if stale:
            write_text(text, path)
        sys.stdout.write(f"{path}: {'written' if stale else 'unchanged'}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
