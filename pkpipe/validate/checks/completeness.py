"""Checks of what is missing as a whole: a domain of a subject, a table of a visit, the samples of a cycle.

Single missing samples and scans are listed by the subjects room (MISSING). What is asked here is what a lost
transfer or a dropped subject looks like: nothing at all where others of the same follow-up have something.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import dosing_days, given
from pkpipe.clinical.visits import unscheduled
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, Found, Tables, story_check

C: Final = pl.col
HABIT, ENOUGH, NEAREST, VISITS, SETTLED, LATER = 0.9, 6, 20, 12, 7, 2
TOGETHER: Final = ("VS", "LB", "EG", "PE", "EX")
SAMPLED: Final = ("PC", "IS", "CP")
SAMPLED_AT_ONCE: Final = ("PC", "IS", "LB", "VS")  # of everybody, at the first dose
EVERYONE: Final = ("PC", "IS", "TU", "TR", "RS", "AE", "LB", "VS", "EG", "PE", "DS", "CP")

NO_ROWS: Final = {
    code: story_check(
        f"{code}-NONE-OF-SUBJECT",
        f"a treated subject without any row in {code}, unlike those followed no longer",
        "completeness of the delivery",
        table="DM",
        column="USUBJID",
    )
    for code in EVERYONE
}
NO_VISIT: Final = {
    code: story_check(
        f"{code}-NONE-OF-VISIT",
        f"a visit without a row in {code}, which the others have at such a visit",
        "completeness of the delivery",
    )
    for code in TOGETHER
}
NO_SAMPLES: Final = {
    code: story_check(
        f"{code}-NONE-OF-CYCLE",
        f"a dose without a row in {code} in its cycle, unlike those of others",
        "completeness of the delivery",
        table="EX",
        column="CYCLE",
    )
    for code in SAMPLED
}
NO_TIER: Final = story_check(
    "IS-CONFIRMED-ALONE",
    "confirmed positive, without the result that others then have",
    "assays",
    table="IS",
    column="ISSTRESC",
)


# Tables of which the first subjects have rows; of disposition and response nothing may be due yet.
FROM_THE_START: Final = tuple(c for c in EVERYONE if c not in {"RS", "DS"})
EMPTY_TABLE: Final = {
    code: story_check(
        f"{code}-TABLE-EMPTY",
        f"no row at all in {code}, and subjects were treated: is there nothing, or was it not delivered?",
        "completeness of the delivery",
        table="EX",
        column="USUBJID",
    )
    for code in FROM_THE_START
}


def _empty_table(code: str) -> CrossCheck:
    """A file of no more than its header: counts of it are 0 because nothing came, or because nothing was."""

    def find(tables: Tables, study: Study) -> Found:
        if code in study.sources and tables[code].is_empty():
            first = tables["EX"].filter(given()).head(1)
            told = f"rows, or sources.{code} left out where it is not collected"
            yield found(EMPTY_TABLE[code], first, allowed=told)

    return CrossCheck((EMPTY_TABLE[code],), (code, "EX"), find)


def _followed(tables: Tables) -> pl.DataFrame:
    """Treated subjects with the days from their first dose to the last day of any table."""
    seen = pl.concat(
        tables[code].select("USUBJID", _DAY=dates.day(C(str(DOMAINS[code].date))))
        for code in ("EX", "VS", "LB", "EG", "PE", "PC", "IS", "TR", "SS")
    )
    last = seen.drop_nulls().group_by("USUBJID").agg(_SEEN=C("_DAY").max())
    first = dosing_days(tables["EX"]).select("USUBJID", "_FIRST")
    both = first.join(last, on="USUBJID", how="inner", maintain_order="left")
    return both.with_columns(_DAYS=(C("_SEEN") - C("_FIRST")).dt.total_days()).sort(
        "_DAYS", "USUBJID", maintain_order=True
    )


def _of_subjects(tables: Tables, study: Study) -> Found:
    followed = _followed(tables)
    dm = tables["DM"].unique("USUBJID", keep="first", maintain_order=True)
    # Everybody is sampled and examined; an adverse event is only likely, and so compared with more.
    least = {"AE": ENOUGH + 2}
    for code in EVERYONE:
        if code not in study.sources or tables[code].is_empty():
            continue
        has = C("USUBJID").is_in(tables[code]["USUBJID"].implode())
        marked = followed.with_columns(_HAS=has)
        # Of those followed a little less long, the nearest: how many have rows.
        near = C("_HAS").cast(pl.Int64).shift().rolling_sum(NEAREST, min_samples=1)
        nth = pl.int_range(pl.len()).clip(upper_bound=NEAREST)
        ranked = marked.with_columns(_OF=nth, _WITH=near)
        enough = (C("_OF") >= least.get(code, ENOUGH)) & (C("_WITH") >= HABIT * C("_OF"))
        bare = ranked.filter(~C("_HAS"), enough)
        if code in SAMPLED_AT_ONCE:
            late = _though_later_ones_have(marked).join(
                bare, on="USUBJID", how="anti", maintain_order="left"
            )
            bare = pl.concat([bare, late.select(bare.columns)])
        rows = dm.join(bare, on="USUBJID", how="inner", maintain_order="left")
        told = rows.with_columns(
            _MESSAGE=sentence(
                f"{NO_ROWS[code].words}: followed {{}} days; {{}} of {{}} have rows",
                "_DAYS",
                "_WITH",
                "_OF",
            )
        )
        yield found(NO_ROWS[code], told, allowed=f"rows in {code}, or why there are none")


def _though_later_ones_have(followed: pl.DataFrame) -> pl.DataFrame:
    """Subjects without rows, where those dosed later have some: _OF of them, _WITH rows.

    A transfer that is behind lacks the last subjects, not the first.
    """
    latest = followed.sort("_FIRST", "USUBJID", descending=True, maintain_order=True)
    has = C("_HAS").cast(pl.Int64)
    later = latest.with_columns(_OF=pl.int_range(pl.len()), _WITH=has.cum_sum() - has)
    return later.filter(~C("_HAS"), C("_WITH") >= LATER, C("_WITH") >= HABIT * C("_OF")).reverse()


def _kind(visit: pl.Expr) -> pl.Expr:
    """The name of a visit without the number of its cycle."""
    return visit.str.to_uppercase().str.replace(r"(CYCLE|C)\s*\d+", "CYCLE")


def _of_visits(tables: Tables, study: Study) -> Found:
    """Visits that some of the tables have and another one, which has such visits, has not."""
    there = [c for c in TOGETHER if c in study.sources and tables[c].height]
    if len(there) < 2:
        return
    every = pl.concat(
        tables[c].select(
            *("SRCFILE", "SRCROW", "USUBJID", "VISIT"),
            _CODE=pl.lit(c),
            _DAY=dates.day(C(str(DOMAINS[c].date))),
        )
        for c in there
    ).filter(C("VISIT").is_not_null())
    every = every.filter(~unscheduled())
    visit = ["USUBJID", "VISIT"]
    each = every.unique([*visit, "_CODE"], keep="first", maintain_order=True)
    settled = C("_DAY") <= pl.lit(study.cutoff, dtype=pl.Date) - pl.duration(days=SETTLED)
    # A drug of every day is recorded in ranges, which belong to no visit.
    in_cycles = tables["EX"]["CYCLE"].null_count() == 0
    for code in (c for c in there if c != "EX" or in_cycles):
        # A visit that was missed is missed in every table: a dose alone tells of no examination.
        others = each.filter(C("_CODE") != code, C("_CODE") != "EX", settled).unique(
            visit, keep="first", maintain_order=True
        )
        mine = each.filter(C("_CODE") == code).select(*visit, _HAS=pl.lit(value=True))
        beside = others.join(mine, on=visit, how="left", maintain_order="left").with_columns(
            C("_HAS").fill_null(value=False), _KIND=_kind(C("VISIT"))
        )
        share, visits = C("_HAS").mean().over("_KIND"), pl.len().over("_KIND")
        bare = beside.filter(~C("_HAS"), share >= HABIT, visits >= VISITS).with_columns(
            _MESSAGE=sentence(f"{NO_VISIT[code].words}: {{}}, {{}} has it", "VISIT", "_CODE")
        )
        for other in there:
            rows = bare.filter(C("_CODE") == other)
            yield found(
                NO_VISIT[code], rows, other, "VISIT", f"rows in {code}, or why there are none"
            )


def _of_cycles(tables: Tables, study: Study) -> Found:
    """Doses of a cycle in which others have several samples and this subject none at all."""
    cutoff = pl.lit(study.cutoff, dtype=pl.Date)
    settled = (cutoff - dates.day(C("EXSTDTC"))).dt.total_days() > 14
    ex = tables["EX"].filter(given(), C("CYCLE").is_not_null(), settled.fill_null(value=True))
    doses = ex.unique(["USUBJID", "CYCLE"], keep="first", maintain_order=True)
    for code in SAMPLED:
        if code not in study.sources:
            continue
        taken = tables[code].filter(C("CYCLE").is_not_null())
        counts = taken.group_by("USUBJID", "CYCLE").agg(_N=C(f"{code}DTC").n_unique())
        beside = doses.join(counts, on=["USUBJID", "CYCLE"], how="left", maintain_order="left")
        beside = beside.with_columns(C("_N").fill_null(0)).with_columns(
            _USUAL=C("_N").median().over("CYCLE"),
            _SHARE=(C("_N") > 0).mean().over("CYCLE"),
            _OF=pl.len().over("CYCLE"),
        )
        # Who has no row of the domain at all is asked about once.
        some = C("USUBJID").is_in(taken["USUBJID"].implode())
        usual = (C("_USUAL") >= 2) & (C("_SHARE") >= HABIT) & (C("_OF") > ENOUGH)
        bare = beside.filter((C("_N") == 0) & some & usual).with_columns(
            _MESSAGE=sentence(
                f"{NO_SAMPLES[code].words}: cycle {{}}, of the others {{}} in the middle",
                "CYCLE",
                "_USUAL",
            )
        )
        yield found(NO_SAMPLES[code], bare, allowed=f"rows in {code}, or why there are none")


def _of_tiers(tables: Tables, study: Study) -> Found:
    """Confirmed samples without the titre, or the neutralising result, that confirmed samples have."""
    plan = study.immunogenicity
    sample = ["USUBJID", "ISBDAGNT", "ISDTC"]
    for assay in (a for a in plan.assays if a.confirm) if plan else ():
        mine = tables["IS"].filter(C("ISBDAGNT") == assay.drug, C("ISSTAT").is_null())
        positive = mine.filter(
            C("ISTESTCD").eq_missing(pl.lit(assay.confirm, dtype=pl.String)),
            C("ISSTRESC") == "POSITIVE",
        )
        for test in (t for t in (assay.titre, assay.nab) if t):
            there = mine.filter(C("ISTESTCD") == test).select(sample).unique()
            bare = positive.join(there, on=sample, how="anti", maintain_order="left")
            if bare.height <= 0.2 * positive.height and positive.height > ENOUGH:
                told = bare.with_columns(_MESSAGE=pl.lit(f"{NO_TIER.words}: {test}"))
                yield found(NO_TIER, told, allowed=f"{test} of the sample")


COMPLETE: Final[tuple[CrossCheck, ...]] = (
    CrossCheck(tuple(NO_ROWS.values()), ("DM", "EX"), _of_subjects),
    CrossCheck(tuple(NO_VISIT.values()), ("DM",), _of_visits),
    CrossCheck(tuple(NO_SAMPLES.values()), ("EX",), _of_cycles),
    CrossCheck((NO_TIER,), ("IS",), _of_tiers),
    *(_empty_table(code) for code in FROM_THE_START),
)
