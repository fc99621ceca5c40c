"""What a drawing says of itself to readers that cannot see it: its title and what is told under it."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

# The title and the description right after the root element, and the attribute that points to them.
TOLD: Final = re.compile(r"(?<=>)(?:<(title|desc) [^<]*</\1>)+")
LABELLED: Final = re.compile(r' aria-labelledby="[^"]*"')


def described(drawing: str, name: str, title: str, told: str) -> str:
    """The drawing with its title and what is told under it inside, for readers that cannot see it.

    What was there before is replaced, so that a drawing can be told in another language.
    """
    inside = "".join(
        f'<{tag} id="{name}-{tag}">{escape(" ".join(text.split()))}</{tag}>'
        for tag, text in (("title", title), ("desc", told))
        if text
    )
    names = " ".join(re.findall(r'id="([^"]+)"', inside))
    plain = TOLD.sub("", drawing, count=1)
    head, end, body = plain.partition(">")
    labelled = f' aria-labelledby="{names}"' if names else ""
    return f"{LABELLED.sub('', head)}{labelled}{end}{inside}{body}"
