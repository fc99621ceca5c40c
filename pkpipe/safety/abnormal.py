"""Participants with any abnormal value after the first dose, by kind of examination.

The registered endpoints of a phase I trial count participants with abnormal vital signs, physical
examination, laboratory and auxiliary tests. What is abnormal is declared here, once, as a value a kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected
from pkpipe.protocol.safety import Criterion

GRADE: Final = 3
# Grades are made of multiples of the range's limits too (CTCAE 5.0).
RANGE: Final = ("LB.LBSTNRLO", "LB.LBSTNRHI")
# A result in words that says abnormal (physical examination, interpretation of an ECG).
ABNORMAL: Final = r"(?i)^abnormal|^clinically significant|异常"
# ICH E9(R1) and CTCAE 5.0 leave the choice to the protocol; the words say which choice was made.
LIMITS: Final = "beyond a limit the study states, or called abnormal"


@dataclass(frozen=True)
class Kind:
    """One line of the table: subjects of whom any value is abnormal, of those with a value of that kind."""

    code: str
    label: str
    found: pl.DataFrame  # USUBJID, MET
    note: str | None = None  # why there is nothing to count
    lost: str | None = None  # why there is no number: not collected, or no rule stated


def kinds(
    tables: Mapping[str, pl.DataFrame],
    met: Sequence[tuple[Criterion, pl.DataFrame]],
    known: Collected,
) -> list[Kind]:
    """Vital signs, physical examination, laboratory (three rules) and auxiliary tests.

    met: the study's criteria, each with USUBJID and MET of the subjects who have such a value.
    """
    return [
        _by_limits("VS_ABN", "Vital signs", "VS", tables["ADVS"], met, known),
        _examination(tables["ADPE"], known),
        *_laboratory(tables["ADLB"], known),
        _by_limits("EG_ABN", "Auxiliary tests (ECG)", "EG", tables["ADEG"], met, known),
    ]


def _by_limits(
    code: str,
    what: str,
    domain: str,
    rows: pl.DataFrame,
    met: Sequence[tuple[Criterion, pl.DataFrame]],
    known: Collected,
) -> Kind:
    """Any of the study's limits for this domain met, or a result that says abnormal."""
    own = [found.select("USUBJID", "MET") for c, found in met if c.domain == domain]
    names = ", ".join(c.code for c, _ in met if c.domain == domain)
    said = _after(rows).filter(pl.col("AVAL").is_null() & pl.col("AVALC").is_not_null())
    words = said.select("USUBJID", MET=pl.col("AVALC").str.contains(ABNORMAL))
    label = f"{what}: any value {LIMITS}" + (f" ({names})" if names else "")
    if not own and words.is_empty():
        unstated = f"no limit is stated: safety.criteria has none of domain {domain}"
        return Kind(code, label, words, None, known.reason(domain) or unstated)
    numbers = (f"{domain}.{domain}STRESN", f"{domain}.{domain}STRESU") if own else ()
    return Kind(code, label, _any([*own, words]), None, known.reason(domain, *numbers))


def _examination(adpe: pl.DataFrame, known: Collected) -> Kind:
    after = _after(adpe).filter(pl.col("AVALC").is_not_null() | pl.col("PECLSIG").is_not_null())
    abnormal = pl.col("AVALC").str.contains(ABNORMAL) | (pl.col("PECLSIG") == "Y")
    return Kind(
        "PE_ABN",
        "Physical examination: any abnormal finding",
        _any([after.select("USUBJID", MET=abnormal)]),
        None,
        known.reason("PE.PESTRESC"),
    )


def _laboratory(adlb: pl.DataFrame, known: Collected) -> list[Kind]:
    """Outside the reference range, newly outside it, and graded: three rules, each with its name."""
    after = _after(adlb)
    outside = pl.col("ANRIND").is_in(["LOW", "HIGH"])
    new = outside & pl.col("ANRIND").ne_missing(pl.col("BNRIND"))
    judged = after.filter(pl.col("ANRIND").is_not_null())
    worst = [
        (pl.col(f"ATOXGR{d}") >= GRADE) & (pl.col(f"ATOXGR{d}") > pl.col(f"BTOXGR{d}").fill_null(0))
        for d in ("L", "H")
    ]
    graded = after.filter(pl.col("ATOXGRL").is_not_null() | pl.col("ATOXGRH").is_not_null())
    # the laboratory's own word says low or high where it gives no range
    limits = () if known.has("LB.LBNRIND") else RANGE
    ranged = known.reason("LB.LBSTRESN", *limits)
    return [
        Kind(
            "LB_ABN",
            "Laboratory: any value outside the reference range",
            _any([judged.select("USUBJID", MET=outside)]),
            None,
            ranged,
        ),
        Kind(
            "LB_NEW",
            "Laboratory: any value outside the reference range that was not so at baseline",
            _any([judged.select("USUBJID", MET=new)]),
            None,
            ranged,
        ),
        Kind(
            "LB_G3",
            f"Laboratory: any CTCAE grade {GRADE} or more, worse than at baseline",
            _any([graded.select("USUBJID", MET=pl.any_horizontal(worst))]),
            None,
            known.reason("LB.LBSTRESN", "LB.LBSTRESU", *RANGE),
        ),
    ]


def _after(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("POSTFL") == "Y")


def _any(found: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Each subject once: whether any of its values is abnormal."""
    table = pl.concat(found)
    return table.group_by("USUBJID").agg(MET=pl.col("MET").fill_null(value=False).any())
