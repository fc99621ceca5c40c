"""Which records of CM are a new anti-cancer therapy: the one that ends counting of responses (NACTDT).

RECIST best responses, progression-free survival (FDA, Clinical Trial Endpoints for the Approval of Cancer
Drugs and Biologics, 2018: appendix on PFS) and the dose decision all stop at a new therapy, never at one
given before the trial. CM comes as the table of later therapies, so a record without a category is one; a
category that names something else (concomitant medication, prior therapy) is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected

# Words of CMCAT for a therapy against the tumour after study treatment, English and Chinese.
NEW: Final = (
    r"(?i)anti[\s\-]?(cancer|tumou?r|neoplas)|subsequent|post[\s\-]?(study|treatment)|further.*therap"
    r"|抗肿瘤|抗癌|后续"
)
# Words for something that is no therapy against the tumour.
OTHER: Final = (
    r"(?i)concomitant|general|medication|premed|prophyla|support|palliat|symptom|pain|antiemetic|vaccin|procedure"
    r"|transfusion|corticosteroid|rescue|合并|伴随|预防|支持|用药|对症"
)
# Words for a therapy before it, which may stand beside the words above.
PRIOR: Final = r"(?i)\b(prior|previous|past|before|history)|既往|先前|前期"


def is_new_therapy(*categories: pl.Expr) -> pl.Expr:
    """True for a record whose categories (CMCAT, CMSCAT) are, or do not deny being, a later therapy."""
    said = _together(categories)
    named = said.str.contains(NEW) & ~said.str.contains(PRIOR)
    return pl.when(said.is_null()).then(pl.lit(value=True)).otherwise(named)


def is_unknown_category(*categories: pl.Expr) -> pl.Expr:
    """True for a record of CM whose categories say neither what it is nor what it is not; never null."""
    said = _together(categories)
    known = pl.any_horizontal(*(said.str.contains(words) for words in (NEW, PRIOR, OTHER)))
    return (~known).fill_null(value=False)


def _together(categories: Sequence[pl.Expr]) -> pl.Expr:
    """The categories as one text; null where none is given."""
    both = pl.concat_str(*categories, separator=" / ", ignore_nulls=True)
    return pl.when(both != "").then(both)


def unknown_therapy(known: Collected) -> str | None:
    """What is said of a number that stops at a new therapy where nobody told of one; None: CM tells.

    The number is given: scans and reports usually end with study treatment, so most trials without CM lose
    nothing, and a response rate or a time to progression without it is the one by the assessments there are
    (FDA 2018, appendix: such subjects are followed on in the analysis that ignores new therapy).
    """
    if (lost := known.reason("CM")) is not None:
        return f"{lost}, so counted as if nobody had a new anti-cancer therapy"
    if (lost := known.reason("CM.CMCAT|CM.CMSCAT")) is not None:
        return f"{lost}, so every record of CM counts as a new anti-cancer therapy"
    return None
