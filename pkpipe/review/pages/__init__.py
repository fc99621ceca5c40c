"""The pages of the review: templates filled with what the run holds; every text from data is escaped."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pkpipe import disk
from pkpipe.displays.number_text import significant
from pkpipe.provenance import PACKAGE

HERE = Path(__file__).parent
REPORT_LOOKS = PACKAGE / "report" / "pages" / "page.css"
# Files that a page loads beside itself, by name.
BESIDE = {
    "review.css": "text/css; charset=utf-8",
    "passport.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "passport.js": "text/javascript; charset=utf-8",
}


@functools.cache
def environment() -> Environment:
    """The templates of this folder."""
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["figures"] = significant
    return made


def filled(template: str, **values: object) -> str:
    """A page or a part of one."""
    return environment().get_template(template).render(**values)


def beside(name: str) -> bytes:
    """A file that pages load; the looks begin with those of the report."""
    own = disk.read_bytes(HERE / name)
    return disk.read_bytes(REPORT_LOOKS) + own if name == "review.css" else own
