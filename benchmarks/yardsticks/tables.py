"""Bare expressions for what is asked of every table: keys, subjects, deaths, habits, gaps, text, visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pkpipe.schema import dates
from pkpipe.schema.own_inputs import SPECS
from pkpipe.validate.checks.codes_and_names import ENOUGH, FEW, GAPS, PAIRS
from pkpipe.validate.checks.every_table import BROKEN, VISIT_SLACK, YEAR

C = pl.col
Frames = Mapping[str, pl.LazyFrame]
Count = tuple[str, pl.LazyFrame]
DATED = {"EX": "EXSTDTC", "PC": "PCDTC"}


def _done(frames: Frames, code: str) -> pl.LazyFrame:
    frame = frames[code]
    stat = f"{code}STAT"
    there = any(c.name == stat for c in SPECS[code].columns)
    return frame.filter(C(stat).is_null()) if there else frame


def keys(frames: Frames) -> Iterable[Count]:
    """Records whose key an earlier record has."""
    for code in frames:
        key = SPECS[code].key
        needed = [C(c).is_not_null() for c in ("USUBJID", DATED.get(code, "USUBJID"))]
        again = _done(frames, code).filter(*needed).group_by(key).len()
        yield "KEY-TWICE", again.select((C("len") - 1).sum())
    subjects = frames["DM"].filter(C("SUBJID").is_not_null())
    subjects = subjects.unique("USUBJID", keep="first", maintain_order=True)
    twice = subjects.select(pl.len() - pl.struct("SITEID", "SUBJID").n_unique())
    yield "SUBJID-TWICE", twice


def known(frames: Frames) -> Iterable[Count]:
    """Subjects that DM does not have; records after the death that DM knows."""
    deaths = frames["DM"].select("USUBJID", _DEATH=dates.last_day(C("DTHDTC"))).drop_nulls()
    for code, date in DATED.items():
        strange = frames[code].filter(C("USUBJID").is_not_null())
        strange = strange.join(frames["DM"], on="USUBJID", how="anti")
        yield "SUBJECT-UNKNOWN", strange.select(pl.struct("USUBJID", "SRCFILE").n_unique())
        late = frames[code].select("USUBJID", date).join(deaths, on="USUBJID")
        yield "DATE-AFTER-DEATH", late.select((dates.first_day(C(date)) > C("_DEATH")).sum())


def long_before(frames: Frames) -> Iterable[Count]:
    """Dates over a year before consent."""
    consent = frames["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    asked = {"DM": ("RFSTDTC", "RFENDTC", "DTHDTC"), "EX": ("EXSTDTC", "EXENDTC"), "PC": ("PCDTC",)}
    for code, columns in asked.items():
        joined = frames[code].select("USUBJID", *columns).join(consent, on="USUBJID")
        early = [
            ((C("_CONSENT") - dates.last_day(C(c))).dt.total_days() > YEAR).sum() for c in columns
        ]
        yield "DATE-LONG-BEFORE", joined.select(pl.sum_horizontal(early))


def habits(frames: Frames) -> Iterable[Count]:
    """What few rows say where most say another thing; cells left empty where nearly all are filled."""
    for pair in PAIRS:
        # names of time points are compared with the schedule too (yardsticks.samples)
        if pair.domain not in frames or pair.tells.endswith("TPT"):
            continue
        rows = frames[pair.domain].filter(C(c).is_not_null() for c in pair.given)
        if "VISIT" in {*pair.given, pair.tells}:
            odd = C("VISIT").str.to_uppercase().str.contains("UNSCHEDULED")
            rows = rows.filter(~odd.fill_null(value=False))
        each = rows.group_by(*pair.given, pair.tells).len("_N")
        most = each.group_by(pair.given).agg(
            few=(C("_N") < C("_N").max()).sum(),
            tied=(C("_N") == C("_N").max()).sum(),
        )
        wrong = C("few") + pl.when(C("tied") > 1).then("tied").otherwise(0)
        yield pair.check.id, most.select(wrong.sum())
    for (code, name), check in GAPS.items():
        if code in frames:
            few = (FEW * pl.len()).cast(pl.Int64).clip(lower_bound=1)
            empty = C(name).null_count()
            gap = pl.when((empty <= few) & (pl.len() >= ENOUGH)).then(empty).otherwise(0)
            yield check.id, _done(frames, code).select(gap)


def text(frames: Frames) -> Iterable[Count]:
    """Characters that no one typed."""
    for code, frame in frames.items():
        names = [c.name for c in SPECS[code].columns if c.kind in {"text", "dtc"}]
        bad = [C(n).str.contains(BROKEN).sum() for n in names]
        yield "TEXT-GARBLED", frame.select(pl.sum_horizontal(bad))


def visits(frames: Frames) -> Iterable[Count]:
    """Planned visits on the wrong side of the visits before or after."""
    slack = pl.duration(days=VISIT_SLACK)
    for code, date in DATED.items():
        rows = frames[code].filter(C("VISITNUM").is_not_null())
        rows = rows.select("USUBJID", "VISITNUM", _DAY=dates.day(C(date)))
        days = (
            rows.drop_nulls("_DAY")
            .filter(C("VISITNUM") == C("VISITNUM").floor())
            .group_by("USUBJID", "VISITNUM")
            .agg(_MID=C("_DAY").median().cast(pl.Date))
            .sort("USUBJID", "VISITNUM")
        )
        before = pl.when(C("USUBJID") == C("USUBJID").shift()).then(C("_MID").shift())
        after = pl.when(C("USUBJID") == C("USUBJID").shift(-1)).then(C("_MID").shift(-1))
        near = days.with_columns(_BEFORE=before, _AFTER=after)
        dated = rows.join(near, on=["USUBJID", "VISITNUM"])
        wrong = (C("_DAY") < C("_BEFORE") - slack) | (C("_DAY") > C("_AFTER") + slack)
        yield "VISIT-ORDER", dated.select(wrong.sum())


TABLES = (keys, known, long_before, habits, text, visits)
