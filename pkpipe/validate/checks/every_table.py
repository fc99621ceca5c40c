"""Checks that are asked of every table: keys, subjects, death, text, dates, order of visits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe.clinical.parallel_bags import bags
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.own_inputs import INPUTS, SPECS
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.sentences import sentence
from pkpipe.validate.checks.codes_and_names import GAPS, PAIRS, Pair, agreement, gaps
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Tables,
    first_rows,
    rows_beside,
)

C: Final = pl.col


def _agrees(pair: Pair) -> CrossCheck:
    return CrossCheck(
        (pair.check,), (pair.domain,), lambda tables, study: [agreement(tables, pair, study)]
    )


def _of_table(code: str) -> tuple[CrossCheck, ...]:
    """What is asked of every domain; the checks look at it alone, but for the consent in DM."""
    checks = tuple(check for (domain, _), check in GAPS.items() if domain == code)
    every = (
        CrossCheck(checks, (code,), lambda tables, _: gaps(tables, code)),
        CrossCheck((GARBLED,), (code,), lambda tables, _: garbled(tables, code)),
        CrossCheck((EARLY,), (code, "DM"), lambda tables, _: long_before(tables, code)),
    )
    if DOMAINS[code].date is None or "VISITNUM" not in DOMAINS[code].names:
        return every
    order = CrossCheck((VISIT_ORDER,), (code,), lambda tables, _: visits_in_order(tables, code))
    return (*every, order)


GARBLED: Final = Check(
    "TEXT-GARBLED", "query", "characters that no one typed: read in the wrong encoding?", "UTF-8"
)
# Signs of bytes read as another encoding, control characters, and marks that turn the reading direction.
BROKEN: Final = "|".join(
    (
        r"\x{FFFD}",
        r"[\x{0000}-\x{0008}\x{000B}\x{000C}\x{000E}-\x{001F}\x{007F}-\x{009F}]",
        r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]",
        r"[ÃÂ][\x{0080}-\x{00BF}]",
        "â‚¬",
    )
)
EARLY: Final = Check(
    "DATE-LONG-BEFORE", "query", "over a year before informed consent: is the year right?", "CUT-2"
)
VISIT_ORDER: Final = Check(
    "VISIT-ORDER", "query", "dated before an earlier visit or after a later one", "VISITNUM"
)
YEAR, VISIT_SLACK = 366, 21


def garbled(tables: Tables, code: str) -> Iterable[pl.DataFrame]:
    """Cells of text with signs of a wrong encoding."""
    frame = tables[code]
    texts = [n for n in DOMAINS[code].names if frame.schema[n] == pl.String]
    bad = frame.select(C(n).str.contains(BROKEN).any() for n in texts).row(0, named=True)
    for name in (n for n in texts if bad[n]):
        yield found(GARBLED, frame.filter(C(name).str.contains(BROKEN)), code, name, "plain text")


def long_before(tables: Tables, code: str) -> Iterable[pl.DataFrame]:
    """Records dated long before their subject consented."""
    spec = DOMAINS[code]
    consent = tables["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    for name in (c.name for c in spec.columns if c.kind == "dtc" and c.name != "BRTHDTC"):
        # A therapy and a disease may well have begun earlier.
        if code in {"CM"} or name == "RFICDTC":
            continue
        days = (C("_CONSENT") - dates.last_day(C(name))).dt.total_days()
        rows = rows_beside(tables[code], name, consent, days > YEAR)
        yield found(EARLY, rows, code, name, "within a year before DM.RFICDTC")


def visits_in_order(tables: Tables, code: str) -> Iterable[pl.DataFrame]:
    """Planned visits whose day lies on the wrong side of the subject's visits before or after."""
    date = DOMAINS[code].date
    rows = (
        tables[code].filter(C("VISITNUM").is_not_null()).with_columns(_DAY=dates.day(C(str(date))))
    )
    days = (
        rows.drop_nulls("_DAY")
        .filter(C("VISITNUM") == C("VISITNUM").floor())
        .group_by("USUBJID", "VISITNUM")
        .agg(_MID=C("_DAY").median().cast(pl.Date))
        .sort("USUBJID", "VISITNUM")
    )
    same = C("USUBJID") == C("USUBJID").shift()
    near = days.with_columns(
        _BEFORE=pl.when(same).then(C("_MID").shift()),
        _AFTER=pl.when(C("USUBJID") == C("USUBJID").shift(-1)).then(C("_MID").shift(-1)),
    )
    dated = rows.join(near, on=["USUBJID", "VISITNUM"], how="inner", maintain_order="left")
    slack = pl.duration(days=VISIT_SLACK)
    wrong = dated.filter((C("_DAY") < C("_BEFORE") - slack) | (C("_DAY") > C("_AFTER") + slack))
    yield found(VISIT_ORDER, wrong, code, date, "between the visits before and after")


TWICE: Final = Check("KEY-TWICE", "error", "the same record twice", "key of the domain, CONC-DUP")
TWICE_LISTED: Final = Check(
    "KEY-TWICE-LISTED", "query", "two records of one test and time", "key of the domain"
)
NO_DM: Final = Check("SUBJECT-UNKNOWN", "error", "a subject that is not in DM", "SDTMIG 3.4, DM")
AFTER_DEATH: Final = Check(
    "DATE-AFTER-DEATH", "query", "dated after the day of death", "SDTMIG 3.4, DTHDTC"
)
# Where a second record makes a number wrong; elsewhere it is asked about.
NUMBERED_DOMAINS: Final = ("DM", "EX", "PC", "TU", "TR", "AE", "CP", "DECISIONS", "LEDGER")
# Where a second record that says the same changes nothing: it is asked about.
REPEATED: Final = ("TU", "TR")


def _twice(tables: Tables, study: Study, code: str) -> Iterable[pl.DataFrame]:
    """Rows whose key is that of an earlier row; what was not done or has no date has no key."""
    spec, frame = SPECS[code], tables[code]
    stat, result = f"{code}STAT", f"{code}STRESC"
    needed = [c for c in ("USUBJID", f"{code}SEQ", spec.date) if c in spec.key]
    has_key = [C(c).is_not_null() for c in needed]
    if stat in spec.names:
        has_key.append(C(stat).is_null())
    hashes = frame.lazy().filter(*has_key).select(pl.struct(spec.key).hash()).collect().to_series()
    if hashes.n_unique() == hashes.len():  # keys that are equal have the same hash
        return
    keyed = frame.filter(*has_key).filter(hashes.is_duplicated())
    firsts = keyed.unique(spec.key, keep="first", maintain_order=True)
    # Only the few keys that repeat are joined back to their first row.
    again = keyed.filter(~pl.struct(spec.key).is_first_distinct()).join(
        firsts.select(
            *spec.key, _ROW="SRCROW", _WAS=result if result in spec.names else pl.lit("")
        ),
        on=spec.key,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    allowed = f"one record a {', '.join(spec.key)}"
    if code == "EX":
        parts = bags(keyed, tables["DM"], study)
        again = again.join(parts, on=spec.key, how="anti", maintain_order="left")
        allowed += ", or bags told apart by EXLOT or EXLNKID"
    if code == "PC":
        again = again.join(_settled(again, tables["LEDGER"]), on=["SRCFILE", "SRCROW"], how="anti")
    column = spec.date if spec.date in spec.key else spec.key[-1]
    same = pl.lit(value=False)
    if code in REPEATED:
        same = C(result).eq_missing(C("_WAS"))
    for check, rows in (
        (TWICE if code in NUMBERED_DOMAINS else TWICE_LISTED, again.filter(~same)),
        (TWICE_LISTED, again.filter(same)),
    ):
        told = rows.with_columns(_MESSAGE=sentence(f"{check.words}: already row {{}}", "_ROW"))
        yield found(check, told, code, column, allowed)


def _settled(again: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Rows of second results at a time, as many of each as the exclusion ledger leaves out there."""
    place = ("USUBJID", "PCTESTCD", "_AT")
    left_out = (
        ledger.filter(C("TARGET") == "CONCENTRATION", C("ACTION") == "EXCLUDE")
        .group_by("USUBJID", PCTESTCD="PARCAT1", _AT=dates.moment(C("ADTM")))
        .agg(_N=pl.len())
    )
    numbered = again.with_columns(_AT=dates.moment(C("PCDTC"))).with_columns(
        _NTH=pl.int_range(1, pl.len() + 1).over(place)
    )
    joined = numbered.join(left_out, on=place, how="inner", maintain_order="left")
    return joined.filter(C("_NTH") <= C("_N")).select("SRCFILE", "SRCROW")


def _duplicates(code: str) -> CrossCheck:
    check = TWICE if code in NUMBERED_DOMAINS else TWICE_LISTED
    needs = ("EX", "DM") if code == "EX" else (code,)
    return CrossCheck((check,), needs, lambda tables, study: _twice(tables, study, code))


def _unknown(tables: Tables, _study: Study) -> Iterable[pl.DataFrame]:
    known = tables["DM"]["USUBJID"].implode()
    for code, frame in tables.items():
        if code != "DM":
            strangers = frame.filter(C("USUBJID").is_not_null() & ~C("USUBJID").is_in(known))
            yield found(NO_DM, first_rows(strangers), code, "USUBJID", "a USUBJID of DM")


def _after_death(tables: Tables, _study: Study) -> Iterable[pl.DataFrame]:
    deaths = tables["DM"].select("USUBJID", _DEATH=dates.last_day(C("DTHDTC"))).drop_nulls()
    for code, frame in tables.items():
        spec = SPECS[code]
        # Status and disposition are collected after a death, a laboratory may date its results later.
        if spec.date is None or code in {"SS", "DS", *INPUTS}:
            continue
        after = dates.first_day(C(spec.date)) > C("_DEATH")
        late = rows_beside(frame, spec.date, deaths, after)
        yield found(AFTER_DEATH, late, code, spec.date, "DM.DTHDTC or earlier")


CROSS: Final[tuple[CrossCheck, ...]] = (
    # A second antibody result is the topic's own finding, for it knows tiers and drugs.
    *(_duplicates(code) for code in SPECS if code != "IS"),
    CrossCheck((NO_DM,), ("DM",), _unknown),
    CrossCheck((AFTER_DEATH,), ("DM",), _after_death),
)
MORE: Final[tuple[CrossCheck, ...]] = (
    *(_agrees(pair) for pair in PAIRS),
    *(check for code in DOMAINS for check in _of_table(code)),
)
