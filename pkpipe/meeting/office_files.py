"""Files of PowerPoint and Word as the same bytes each time: fixed times, fixed properties, one order."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

STAMP: Final = (1980, 1, 1, 0, 0, 0)
TIMES: Final = re.compile(
    rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)"
)
PERSON: Final = re.compile(
    rb"(<(?:cp:lastModifiedBy|dc:creator)>)[^<]*(</(?:cp:lastModifiedBy|dc:creator)>)"
)
CORE: Final = "docProps/core.xml"
NESTED: Final = (".xlsx",)  # the numbers behind a chart


def same_bytes(content: bytes, when: str) -> bytes:
    """The file packed anew; when: the day that stands in its properties, e.g. 2026-03-31."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            told = zipfile.ZipInfo(name, STAMP)
            told.compress_type, told.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(told, _member(name, old.read(name), when))
    return packed.getvalue()


def _member(name: str, content: bytes, when: str) -> bytes:
    if name.endswith(NESTED):
        return same_bytes(content, when)
    if name != CORE:
        return content
    day = f"{when}T00:00:00Z".encode()
    return PERSON.sub(rb"\1pkpipe\2", TIMES.sub(rb"\g<1>" + day + rb"\g<3>", content))
