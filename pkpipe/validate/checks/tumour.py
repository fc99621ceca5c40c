"""Checks of lesions, scans and responses across tables: baseline, readers, what is identified."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import first_days
from pkpipe.clinical.assessment_checks import ONLY_OTHERS
from pkpipe.clinical.lesions import (
    LONG_AXIS,
    MANY_IN_ORGAN,
    MANY_TARGETS,
    ORGAN_MOST,
    SHORT_AXIS,
    SIZE_TESTS,
    SMALL_TARGET,
    TARGETS_MOST,
    is_node,
    measurable_mm,
    organ_of,
)
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.response_options import INVESTIGATOR, THIN_SLICE_MM
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.codelists import EVALUATOR
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    Tables,
    at_place,
    story_check,
)

C: Final = pl.col

NO_SCAN: Final = story_check(
    "SCAN-NO-BASELINE",
    "no tumour measured before the first dose",
    "RECIST 1.1, 4.2",
    table="DM",
    column="USUBJID",
)
OLD_SCAN: Final = story_check(
    "SCAN-OLD-BASELINE",
    "the last scan before the first dose is too old",
    "RECIST 1.1, 4.2",
    table="DM",
    column="RFSTDTC",
)


def _baseline(tables: Tables, study: Study) -> Found:
    plan = study.schedule.tumour
    first = first_days(tables["EX"])
    seen = pl.concat(
        tables[code].select("USUBJID", _SEEN=dates.day(C(f"{code}DTC"))) for code in ("TR", "TU")
    )
    both = seen.join(first, on="USUBJID", how="inner").filter(C("_SEEN") <= C("_FIRST"))
    last = both.group_by("USUBJID").agg(C("_SEEN").max())
    beside = (
        tables["DM"]
        .join(first, on="USUBJID", how="inner", maintain_order="left")
        .join(last, on="USUBJID", how="left", maintain_order="left")
    )
    yield found(
        NO_SCAN,
        beside.filter(C("_SEEN").is_null()),
        allowed="lesions of a day before the first dose",
    )
    if plan is not None:
        age = (C("_FIRST") - C("_SEEN")).dt.total_days()
        old = beside.filter(age > plan.baseline_max_days)
        yield found(OLD_SCAN, old, allowed=f"a scan at most {plan.baseline_max_days} days old")


def _lesions(tables: Tables, study: Study) -> Found:
    reader = ["USUBJID", "TUEVAL", "TUEVALID"]
    target = tables["TU"].filter(C("TUSTRESC").is_in(["TARGET", "TARGET LESION"]))
    each = target.unique([*reader, "TULNKID"], keep="first", maintain_order=True)
    for check, group, most in (
        (MANY_TARGETS, reader, TARGETS_MOST),
        (MANY_IN_ORGAN, [*reader, "_ORGAN"], ORGAN_MOST),
    ):
        # Lymph nodes are one organ in RECIST; a place that is not said is none.
        told = each.with_columns(_ORGAN=organ_of(C("TULOC")))
        placed = told if check is MANY_TARGETS else told.filter(C("TULOC").is_not_null())
        nth = placed.sort(group, maintain_order=True).with_columns(
            _N=pl.int_range(pl.len()).over(group)
        )
        over = nth.filter(C("_N") == most)
        yield at_place(check, over, "TU.TULNKID", f"{most} or fewer")
    yield at_place(
        SMALL_TARGET, _small(tables, each, study), "TR.TRSTRESN", str(SMALL_TARGET.allowed)
    )


def _small(tables: Tables, targets: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Target lesions of each reader whose last size up to the first dose is below the measurable one."""
    lesion = ["USUBJID", "_READER", "TRLNKID"]
    start = first_days(tables["EX"])
    listed = targets.select(
        "USUBJID", TRLNKID="TULNKID", _READER=_reader("TUEVAL", "TUEVALID"), _PLACE="TULOC"
    )
    sized = tables["TR"].filter(
        C("TRTESTCD").is_in(SIZE_TESTS["any"]), C("TRSTRESN").is_not_null(), C("TRSTRESU") == "mm"
    )
    own = sized.with_columns(_READER=_reader("TREVAL", "TREVALID")).join(
        listed.unique(lesion, keep="first"), on=lesion, how="inner", maintain_order="left"
    )
    axes = own.group_by(lesion).agg(
        _SHORT=C("TRTESTCD").is_in(SHORT_AXIS).any(), _LONG=C("TRTESTCD").is_in(LONG_AXIS).any()
    )
    node = is_node(C("_PLACE"), short=C("_SHORT"), long=C("_LONG"))
    counts = pl.when("_NODE").then(C("TRTESTCD").is_in(SIZE_TESTS["node"]))
    before = (
        own.join(axes, on=lesion, how="inner", maintain_order="left")
        .join(start, on="USUBJID", how="inner", maintain_order="left")
        .with_columns(_NODE=node, _DAY=dates.day(C("TRDTC")))
        .filter(counts.otherwise(C("TRTESTCD").is_in(SIZE_TESTS["other"])))
        .filter(C("_DAY") <= C("_FIRST"))
    )
    base = before.sort("_DAY", maintain_order=True).unique(lesion, keep="last", maintain_order=True)
    slice_mm = study.response.slice_mm if study.response else THIN_SLICE_MM
    return base.filter(C("TRSTRESN") < measurable_mm(C("_NODE"), slice_mm)).sort("SRCROW")


def _reader(evaluator: str, identity: str) -> pl.Expr:
    return pl.concat_str(C(evaluator).fill_null(""), C(identity).fill_null(""), separator="/")


NO_READER: Final = Check(
    "EVALUATOR-NONE",
    "error",
    "no record of the evaluator who leads: every subject would be without response",
    "response.evaluator",
)
NO_READER_OF_OTHER: Final = Check(
    "EVALUATOR-NONE-OTHER", "query", "no record of the evaluator who leads", "response.evaluator"
)
UNKNOWN_READER: Final = Check(
    "EVALUATOR-UNKNOWN",
    "error",
    "an unknown evaluator, and no other assessed the subject: it would be without response",
    "CDISC EVAL (C78735), response.evaluator",
)
NEW_OF_NOBODY: Final = Check(
    "TU-NEW-OF-NOBODY",
    "error",
    "a new lesion by an evaluator who assessed nothing else: it would be no progression of anybody's",
    "RECIST 1.1, 4.3.5; SDTMIG 3.4, TUEVAL",
    table="TU",
    column="TUEVAL",
)
NOT_IDENTIFIED: Final = Check(
    "TR-NOT-IN-TU",
    "query",
    "a lesion that TU does not identify",
    "SDTMIG 3.4, TULNKID",
    table="TR",
    column="TRLNKID",
)
NOT_MEASURED: Final = Check(
    "TU-NOT-IN-TR",
    "query",
    "a target lesion without any row in TR",
    "SDTMIG 3.4, TRLNKID",
    table="TU",
    column="TULNKID",
)


def _readers(code: str) -> Callable[[Tables, Study], Iterable[pl.DataFrame]]:
    """Who leads must have assessed somebody, and whoever alone assessed a subject must be known."""

    def find(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
        if study.response is None:
            return
        leads, column = study.response.leads[0], f"{code}EVAL"
        frame = tables[code]
        if frame.is_empty():
            return
        who_read = frame[column].fill_null(INVESTIGATOR)
        mine = C(column).fill_null(INVESTIGATOR) == leads
        if leads not in who_read:
            primary = "RS" if study.response.primary == "reported" else "TR"
            check = NO_READER if code == primary else NO_READER_OF_OTHER
            who = ", ".join(who_read.unique().sort())
            yield found(
                check, frame.head(1), code, column, f"{leads}; or response.evaluator: one of {who}"
            )
            return
        assessed = frame.filter(mine)["USUBJID"].unique().implode()
        others = frame.filter(~mine, ~C("USUBJID").is_in(assessed))
        known = C(column).is_in(EVALUATOR.words)
        strange = others.filter(~known)
        of_each = others.filter(known).unique("USUBJID", keep="first", maintain_order=True)
        yield found(ONLY_OTHERS, of_each, code, column, f"{leads}; or response.evaluator")
        first = strange.unique(["SRCFILE", column], keep="first", maintain_order=True)
        allowed = (
            f"{', '.join(EVALUATOR.words)}; or sources.{code}.codes: {{{column}: {{theirs: ours}}}}"
        )
        yield found(UNKNOWN_READER, first, code, column, allowed)

    return find


def _new_lesions(tables: Tables, _study: Study) -> Iterable[pl.DataFrame]:
    """A new lesion is a progression of the evaluator who saw it: one who assessed nothing else has none."""
    if tables["TR"].is_empty():
        return
    readers = pl.concat(
        tables[code][f"{code}EVAL"].fill_null(INVESTIGATOR) for code in ("TR", "RS")
    ).unique()
    seen_by = C("TUEVAL").fill_null(INVESTIGATOR)
    stray = tables["TU"].filter(C("TUSTRESC") == "NEW", ~seen_by.is_in(readers.implode()))
    first = stray.unique(["SRCFILE", "TUEVAL"], keep="first", maintain_order=True)
    allowed = f"{', '.join(readers.sort())}; or sources.TU.codes: {{TUEVAL: {{theirs: ours}}}}"
    yield found(NEW_OF_NOBODY, first, allowed=allowed)


def _not_identified(tables: Tables, _study: Study) -> Iterable[pl.DataFrame]:
    known = tables["TU"].select("USUBJID", TRLNKID="TULNKID").unique(maintain_order=True)
    lost = tables["TR"].join(known, on=["USUBJID", "TRLNKID"], how="anti", maintain_order="left")
    first = lost.unique(["USUBJID", "TRLNKID"], keep="first", maintain_order=True)
    yield found(NOT_IDENTIFIED, first, allowed="a TULNKID of the subject in TU")
    sized = tables["TR"].select("USUBJID", TULNKID="TRLNKID").unique()
    targets = tables["TU"].filter(C("TUSTRESC") == "TARGET")
    targets = targets.unique(["USUBJID", "TULNKID"], keep="first", maintain_order=True)
    bare = targets.join(sized, on=["USUBJID", "TULNKID"], how="anti", maintain_order="left")
    yield found(NOT_MEASURED, bare, allowed="a TRLNKID of the subject in TR")


TUMOUR: Final[tuple[CrossCheck, ...]] = (
    CrossCheck(
        (NO_READER, NO_READER_OF_OTHER, UNKNOWN_READER, ONLY_OTHERS), ("RS",), _readers("RS")
    ),
    CrossCheck(
        (NO_READER, NO_READER_OF_OTHER, UNKNOWN_READER, ONLY_OTHERS), ("TR",), _readers("TR")
    ),
    CrossCheck((NEW_OF_NOBODY,), ("TU", "TR", "RS"), _new_lesions),
    CrossCheck((NOT_IDENTIFIED, NOT_MEASURED), ("TU", "TR"), _not_identified),
    CrossCheck((NO_SCAN, OLD_SCAN), ("DM", "EX", "TR", "TU"), _baseline),
    CrossCheck((MANY_TARGETS, MANY_IN_ORGAN, SMALL_TARGET), ("TU", "TR", "EX"), _lesions),
)
