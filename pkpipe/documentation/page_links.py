"""Where a page names another one, it links to it; what is typed or quoted stays as it is."""

from __future__ import annotations

import re
from typing import Final

FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NAMED: Final = re.compile(r"`docs/(\w+)\.md`|\bdocs/(\w+)\.md\b")
CAPITALS: Final = {"nca": "NCA", "python": "Python"}


def linked(page: str) -> str:
    """The page with docs/tables.md as a link; blocks of code keep it as a name."""
    parts, end = [], 0
    for block in FENCE.finditer(page):
        parts += [NAMED.sub(_link, page[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, NAMED.sub(_link, page[end:])])


def _link(found: re.Match[str]) -> str:
    name = found[1] or found[2]
    words = " ".join(CAPITALS.get(word, word) for word in name.split("_"))
    return f"[{words}]({name}.md)"
