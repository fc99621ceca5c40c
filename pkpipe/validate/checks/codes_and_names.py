"""Checks of a code and its name, a visit and its number: what a column says twice, and gaps in a column.

No list of terms is needed for them, the table itself is the list: most rows say one thing, a few another.
What many rows say both ways is shown once for each way, so a table used in its own manner asks little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical import sample_schedule
from pkpipe.clinical.visits import unscheduled
from pkpipe.finding.check import Check, Severity
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema.sdtm import DOMAINS, DomainSpec
from pkpipe.sentences import sentence

C: Final = pl.col


@dataclass(frozen=True)
class Pair:
    """Rows that agree in `given` are to agree in `tells`."""

    check: Check
    domain: str
    given: tuple[str, ...]
    tells: str


def _pair(
    domain: str, given: tuple[str, ...], tells: str, words: str, severity: Severity = "query"
) -> Pair:
    name = f"{domain}-AGREE-{'-'.join(given)}-{tells}".replace(f"-{domain}", "-")
    source = "one meaning a code, SDTMIG 3.4"
    check = Check(name, severity, words, source, table=domain, column=tells)
    return Pair(check, domain, given, tells)


def _has(spec: DomainSpec, *names: str) -> bool:
    return set(names) <= set(spec.names)


def _of_domain(spec: DomainSpec) -> Iterable[Pair]:
    """The pairs that follow from SDTM's naming, for the columns this domain has."""
    d = spec.code
    test, specimen = f"{d}TESTCD", (f"{d}SPEC",) if f"{d}SPEC" in spec.names else ()
    wanted = (
        ((test,), f"{d}TEST", "another name than the test has elsewhere"),
        ((f"{d}TEST",), test, "another code than the test has elsewhere"),
        ((test,), f"{d}CAT", "another category than the test has elsewhere"),
        ((test, f"{d}TPT"), f"{d}TPTNUM", "another number than the time point has elsewhere"),
        ((test, f"{d}TPTNUM"), f"{d}TPT", "another name than the time point has elsewhere"),
        (("VISIT",), "VISITNUM", "another number than the visit has elsewhere"),
        (("VISITNUM",), "VISIT", "another name than the visit has elsewhere"),
        (("VISIT",), "CYCLE", "another cycle than the visit has elsewhere"),
        ((test, *specimen), f"{d}STRESU", "another unit than the test has elsewhere"),
        ((test,), f"{d}SPEC", "another specimen than the test has elsewhere"),
    )
    # An assay's name and times are those of its drug.
    drug = ("ISBDAGNT",) if d == "IS" else ()
    for asked, tells, words in wanted:
        given = (*asked, *drug) if asked[0] == test else asked
        # RECIST is assessed by several readers in categories of their own, tumours at many places.
        several = d == "RS" and tells.endswith("CAT")
        # The unit of a concentration is compared with the study file.
        declared = d == "PC" and tells in {"PCSTRESU", "PCSPEC"}
        if _has(spec, *given, tells) and not several and not declared:
            yield _pair(d, given, tells, words)


PAIRS: Final[tuple[Pair, ...]] = (
    *(pair for spec in DOMAINS.values() for pair in _of_domain(spec)),
    _pair("DM", ("ARMCD",), "ARM", "another name than the arm has elsewhere"),
    _pair("DM", ("ARM",), "ARMCD", "another code than the arm has elsewhere"),
    _pair("DM", ("ACTARMCD",), "ACTARM", "another name than the arm has elsewhere"),
    _pair("DM", ("ACTARM",), "ACTARMCD", "another code than the arm has elsewhere"),
    _pair("DM", ("SITEID",), "COUNTRY", "another country than the site has elsewhere"),
    _pair("EX", ("EXTRT",), "EXROUTE", "another route than the drug has elsewhere"),
    _pair("AE", ("AEDECOD",), "AESOC", "another class than the term has elsewhere"),
    _pair("AE", ("AEDECOD",), "AEBODSYS", "another body system than the term has elsewhere"),
    _pair("AE", ("AETERM",), "AEDECOD", "another coded term than the reported one has elsewhere"),
    _pair("TU", ("USUBJID", "TULNKID"), "TULOC", "the lesion has another place elsewhere"),
    _pair("TU", ("USUBJID", "TULNKID"), "TUSTRESC", "the lesion is of another class elsewhere"),
    _pair("TR", ("USUBJID", "TRLNKID"), "TRGRPID", "the lesion is of another group elsewhere"),
    _pair("TR", ("USUBJID", "TRLNKID"), "TRTESTCD", "the lesion is measured otherwise elsewhere"),
    _pair("LB", ("LBTESTCD", "LBSTRESU"), "LBSTNRLO", "another lower limit than elsewhere", "note"),
    _pair("LB", ("LBTESTCD", "LBSTRESU"), "LBSTNRHI", "another upper limit than elsewhere", "note"),
)

# Empty where nearly every row is filled: a value lost. Left out are columns that are empty for a reason.
MAY_BE_EMPTY: Final = (
    *("STAT", "REASND", "ORRESU", "STRESU", "STRESN", "STRESC", "ORRES", "LLOQ", "BLFL", "NRIND"),
    *("ACPTFL", "EVALID", "STNRLO", "STNRHI", "ENDTC", "ADJ", "TPT", "TPTNUM", "TOXGR", "SCAT"),
    # these say something of the records they apply to, and are empty in the others
    *("DRVFL", "DTYPE", "LOT", "LNKID", "ARMNRS"),
)
NEVER_ASKED: Final = ("DTHDTC", "DTHFL", "RFENDTC", "RFSTDTC", "DSDTC")
# A share that is a slip, not a habit, and rows enough to tell.
FEW, ENOUGH = 0.05, 6


def _askable(spec: DomainSpec) -> Iterable[str]:
    for column in spec.columns:
        own = column.name.removeprefix(spec.code)
        if not column.filled and own not in MAY_BE_EMPTY and column.name not in NEVER_ASKED:
            yield column.name


GAPS: Final[dict[tuple[str, str], Check]] = {
    (spec.code, name): Check(
        f"{spec.code}-GAP-{name.removeprefix(spec.code)}",
        "query",
        "empty where nearly every other row is filled",
        "completeness of the column",
        table=spec.code,
        column=name,
    )
    for spec in DOMAINS.values()
    for name in _askable(spec)
    if name != spec.date  # asked about by the cutoff
}


def agreement(tables: Mapping[str, pl.DataFrame], pair: Pair, study: Study) -> pl.DataFrame:
    """Rows in which the few differ from the many; where both are as many, all of them."""
    rows = tables[pair.domain].filter(*(C(name).is_not_null() for name in pair.given))
    if "VISIT" in {*pair.given, pair.tells}:
        rows = rows.filter(~unscheduled())
    if pair.tells.endswith("STRESU"):
        rows = rows.filter(C(pair.tells.replace("STRESU", "STRESN")).is_not_null())
    counts = rows.group_by(*pair.given, pair.tells).len("_N")
    if counts.height == counts.n_unique(pair.given):  # nothing is said in two ways
        return found(pair.check, rows.clear())
    # Sorted, so that of two that as many rows say, it is always the same one that is named.
    counts = counts.sort(*pair.given, pair.tells)
    first = counts.group_by(*pair.given).agg(
        _MOST=C("_N").max(),
        _TIED=(C("_N") == C("_N").max()).sum(),
        _SAYS=C(pair.tells).sort_by("_N", maintain_order=True).last(),
        _OR=C(pair.tells).sort_by("_N", maintain_order=True).slice(-2, 1).first(),
    )
    odd = counts.join(first, on=pair.given, nulls_equal=True).filter(
        (C("_N") < C("_MOST")) | (C("_TIED") > 1)
    )
    if odd.is_empty():
        return found(pair.check, rows.clear())
    wrong = rows.join(odd, on=[*pair.given, pair.tells], nulls_equal=True, maintain_order="left")
    wrong = wrong.unique([*pair.given, pair.tells], keep="first", maintain_order=True)
    if pair.tells.endswith("TPT"):
        wrong = _not_planned(wrong, pair.tells, study)
    told = wrong.with_columns(
        _MESSAGE=sentence(
            "{}: {} of {}",
            pl.lit(pair.check.words),
            # of two that as many rows say, each is told the other
            pl.when(C(pair.tells).ne_missing(C("_SAYS")))
            .then(C("_SAYS").cast(pl.String))
            .otherwise(C("_OR").cast(pl.String))
            .fill_null("empty"),
            pl.concat_str([C(g).cast(pl.String) for g in pair.given], separator=" / "),
        )
    )
    return found(pair.check, told, allowed="what most rows say")


def _not_planned(rows: pl.DataFrame, name: str, study: Study) -> pl.DataFrame:
    """Rows whose name is not that of the schedule at their hours: cycles may name one time differently."""
    plan = pl.concat(
        [sample_schedule.planned(study, kind) for kind in sample_schedule.SAMPLE_KINDS]
    )
    return (
        rows.with_columns(_KEY=sample_schedule.keys(rows[name]))
        .join(
            plan,
            left_on=["_KEY", f"{name}NUM"],
            right_on=["TPKEY", "PLANH"],
            how="anti",
            maintain_order="left",
        )
        .drop("_KEY")
    )


def gaps(tables: Mapping[str, pl.DataFrame], code: str) -> Iterable[pl.DataFrame]:
    """Empty cells of columns of one domain that are filled nearly everywhere."""
    frame = _done(tables[code], code)
    if frame.height < ENOUGH:
        return
    nulls = frame.null_count().row(0, named=True)
    for (domain, name), check in GAPS.items():
        if domain == code and 0 < nulls[name] <= max(1, int(FEW * frame.height)):
            yield found(check, frame.filter(C(name).is_null()), code, name, "a value")


def _done(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    """Rows in which something was collected."""
    stat = f"{code}STAT"
    return frame.filter(C(stat).is_null()) if stat in frame.columns else frame
