"""Checks of one row about a lesion: its place, its size, the unit of its size."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesions import BELOW_ZERO, NOT_IN_MM, SIZE_LOST, SIZE_TESTS, size_lost
from pkpipe.finding.check import Check
from pkpipe.tumor.lesions.states import STATE_LOST, state_lost
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    is_one,
    mended_by_codes,
    placed,
    row_check,
)

C: Final = pl.col
DIAMETERS: Final = (*SIZE_TESTS["any"], "SUMDIAM")
LARGEST_LESION: Final = 400  # mm


LESION_ROWS: Final[tuple[RowCheck, ...]] = (
    RowCheck(
        NOT_IN_MM,
        wrong=always(
            C("TRTESTCD").is_in(DIAMETERS)
            & C("TRSTRESN").is_not_null()
            & C("TRSTRESU").ne_missing(pl.lit("mm"))
        ),
    ),
    RowCheck(
        BELOW_ZERO,
        wrong=always(C("TRTESTCD").is_in(DIAMETERS) & (C("TRSTRESN") < 0)),
    ),
    RowCheck(
        SIZE_LOST,
        wrong=always(
            (C("TRGRPID").is_null() | (C("TRGRPID") == "TARGET"))
            & C("TRTESTCD").is_in(SIZE_TESTS["any"])
            & size_lost()
        ),
    ),
    RowCheck(
        STATE_LOST,
        wrong=always(state_lost()),
        allowed=lambda _: mended_by_codes("TR", "TRSTRESC", str(STATE_LOST.allowed)),
        once_per=("SRCFILE", "TRSTRESC"),
    ),
    row_check(
        "TR-LARGE",
        "TR.TRSTRESN",
        is_one("TRTESTCD", *SIZE_TESTS["any"]) & (C("TRSTRESN") > LARGEST_LESION),
        ("a lesion larger than a trunk: centimetres times 100?", f"{LARGEST_LESION} mm or less"),
        "plausibility",
    ),
    row_check(
        "TU-NO-ORGAN",
        "TU.TULOC",
        C("TULOC").is_null() & is_one("TUSTRESC", "TARGET", "NON-TARGET", "NEW"),
        ("a lesion without an organ", "where it is"),
        "RECIST 1.1, 3.3",
    ),
    placed(
        Check("TR-NO-DIAMETER", "error", "a target lesion without a diameter", "RECIST 1.1, 4.3.1"),
        "TR.TRTESTCD",
        lambda _: (
            (C("TRGRPID") == "TARGET")
            & C("TRSTRESN").is_not_null()
            & (~C("TRTESTCD").is_in([*DIAMETERS, "TUMSTATE"])).all().over("USUBJID", "TRLNKID")
        ),
        mended_by_codes("TR", "TRTESTCD", ", ".join(DIAMETERS)),
    ),
)
