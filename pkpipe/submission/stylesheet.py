"""The stylesheet by which a browser shows define.xml: Lex Jansen's, MIT licence, whose notice is in it.

From github.com/cdisc-org/DataExchange-DatasetJson, examples/adam/define2-1-0.xsl; nothing in it was changed.
"""

from __future__ import annotations

from pathlib import Path

from pkpipe import disk
from pkpipe.submission.define import STYLESHEET


def stylesheet() -> bytes:
    """The file."""
    return disk.read_bytes(Path(__file__).parent / STYLESHEET)
