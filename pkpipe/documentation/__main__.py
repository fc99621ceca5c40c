"""`python -m pkpipe.documentation FOLDER [CONFIG]`: writes the made pages, and says which were stale.

CONFIG: the folder of the study files, which gets their schema for editors.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pkpipe.disk import write_text
from pkpipe.documentation import PAGES
from pkpipe.protocol.file_schema import NAME, schema_text


def main(folder: Path, config: Path | None = None) -> None:
    """Write each page whose text is not the one that lies there."""
    made = {folder / name: page for name, page in PAGES.items()}
    for path, page in (made | ({} if config is None else {config / NAME: schema_text})).items():
        text = page()
        stale = not path.is_file() or path.read_text(encoding="utf-8") != text
        if stale:
            write_text(text, path)
        sys.stdout.write(f"{path}: {'written' if stale else 'unchanged'}\n")


if __name__ == "__main__":
    words = sys.argv[1:] or ["docs"]
    main(Path(words[0]), Path(words[1] if len(words) > 1 else "config"))
