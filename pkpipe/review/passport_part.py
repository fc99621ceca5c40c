"""The passport of a number as the part of a page that a click opens."""

from __future__ import annotations

from typing import Final

from pkpipe.review.pages import filled
from pkpipe.review.passport import passport
from pkpipe.review.study_run import Reviewed

MOST_ROWS: Final = 100


def passport_part(run: Reviewed, asked: str) -> str:
    """The passport with its raw rows, the first hundred of them.

    Raises:
        ConfigError: the run shows no such number.
    """
    found = passport(run, asked)
    rows = found.delivered.rows
    return filled(
        "passport.html",
        p=found,
        columns=rows.columns,
        delivered=rows.head(MOST_ROWS).rows(),
        more=max(0, rows.height - MOST_ROWS),
    )
