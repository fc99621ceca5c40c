"""Checks across rows and tables: duplicates, subjects unknown or never dosed, dates that contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.parallel_bags import bags
from pkpipe.clinical.schedule import marked
from pkpipe.finding.check import Check, found, shown
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.codelists import EVALUATOR
from pkpipe.schema.own_inputs import INPUTS, SPECS
from pkpipe.sentences import sentence

Tables = Mapping[str, pl.DataFrame]
C: Final = pl.col


@dataclass(frozen=True)
class CrossCheck:
    """A check that looks at more than one row; left out while one of the tables it needs did not arrive."""

    checks: tuple[Check, ...]
    needs: tuple[str, ...]
    find: Callable[[Tables, Study], Iterable[pl.DataFrame]]


TWICE: Final = Check("KEY-TWICE", "error", "the same record twice", "key of the domain, CONC-DUP")
TWICE_LISTED: Final = Check(
    "KEY-TWICE-LISTED", "query", "two records of one test and time", "key of the domain"
)
NO_DM: Final = Check("SUBJECT-UNKNOWN", "error", "a subject that is not in DM", "SDTMIG 3.4, DM")
NO_DOSE: Final = Check(
    "SUBJECT-NO-DOSE", "error", "samples after dosing of a subject without a dose", "methods TIME-2"
)
NO_DOSE_YET: Final = Check(
    "SUBJECT-NOT-DOSED", "query", "records of a subject without a dose", "methods SET-SAF"
)
AFTER_DEATH: Final = Check(
    "DATE-AFTER-DEATH", "query", "dated after the day of death", "SDTMIG 3.4, DTHDTC"
)
BEFORE_CONSENT: Final = Check(
    "DOSE-BEFORE-CONSENT", "query", "dosed before informed consent", "ICH E6(R3) 2.8"
)
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
IS_DRUG: Final = Check("IS-DRUG", "error", "no drug with an assay in the study", "assays")
NOT_IDENTIFIED: Final = Check(
    "TR-NOT-IN-TU", "query", "a lesion that TU does not identify", "SDTMIG 3.4, TULNKID"
)
NOT_MEASURED: Final = Check(
    "TU-NOT-IN-TR", "query", "a target lesion without any row in TR", "SDTMIG 3.4, TRLNKID"
)

# Where a second record makes a number wrong; elsewhere it is asked about.
COUNTED: Final = ("DM", "EX", "PC", "TU", "TR", "AE", "CP", "DECISIONS", "LEDGER")
# Where a second record that says the same changes nothing: it is asked about.
REPEATED: Final = ("TU", "TR")
SAMPLES: Final = ("PC", "IS")
VISITS: Final = ("TR", "RS", "AE", "CP")


def rows_beside(
    frame: pl.DataFrame, column: str, of_subject: pl.DataFrame, wrong: pl.Expr
) -> pl.DataFrame:
    """What is shown of rows of a table that are wrong beside what another table says of their subject.

    Only the subject and the column looked at are joined; rows are fetched once it is known which are wrong.
    """
    beside = frame.lazy().select("USUBJID", column).with_row_index("_ROW")
    joined = beside.join(of_subject.lazy(), on="USUBJID", how="inner", maintain_order="left")
    return frame.select(shown(column))[joined.filter(wrong).select("_ROW").collect().to_series()]


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
        (TWICE if code in COUNTED else TWICE_LISTED, again.filter(~same)),
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
    check = TWICE if code in COUNTED else TWICE_LISTED
    needs = ("EX", "DM") if code == "EX" else (code,)
    return CrossCheck((check,), needs, lambda tables, study: _twice(tables, study, code))


def _unknown(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:  # noqa: ARG001 (signature)
    known = tables["DM"]["USUBJID"].implode()
    for code, frame in tables.items():
        if code != "DM":
            strangers = frame.filter(C("USUBJID").is_not_null() & ~C("USUBJID").is_in(known))
            yield found(NO_DM, _first_rows(strangers), code, "USUBJID", "a USUBJID of DM")


def _first_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The first row of each subject and file."""
    return rows.unique(["USUBJID", "SRCFILE"], keep="first", maintain_order=True)


def _undosed(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    dosed = tables["EX"]["USUBJID"].implode()
    allowed = "a subject with a record in EX"
    for code in (*SAMPLES, *VISITS):
        rows = tables[code].filter(C("USUBJID").is_not_null() & ~C("USUBJID").is_in(dosed))
        after = _post_dose(rows, code, study) if code in SAMPLES else rows.clear()
        rest = rows.filter(~C("USUBJID").is_in(after["USUBJID"].implode()))
        yield found(NO_DOSE, _first_rows(after), code, "USUBJID", allowed)
        yield found(NO_DOSE_YET, _first_rows(rest), code, "USUBJID", allowed)


def _post_dose(rows: pl.DataFrame, code: str, study: Study) -> pl.DataFrame:
    """Samples that only make sense after a dose: not predose of the first cycle, not screening."""
    name, hours = f"{code}TPT", f"{code}TPTNUM"
    told = marked(rows, study, "pk" if code == "PC" else "ada", {"name": name, "hours": hours})
    unsaid = C(name).is_null() & C(hours).is_null()
    before = (C("IS_PRE") | (C(hours) <= 0) | unsaid).fill_null(value=False)
    after = ~before | (C("CYCLE") > 1).fill_null(value=False)
    return told.filter(after).select(rows.columns)


def _after_death(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:  # noqa: ARG001 (signature)
    deaths = tables["DM"].select("USUBJID", _DEATH=dates.last_day(C("DTHDTC"))).drop_nulls()
    for code, frame in tables.items():
        spec = SPECS[code]
        # Status and disposition are collected after a death, a laboratory may date its results later.
        if spec.date is None or code in {"SS", "DS", *INPUTS}:
            continue
        after = dates.first_day(C(spec.date)) > C("_DEATH")
        late = rows_beside(frame, spec.date, deaths, after)
        yield found(AFTER_DEATH, late, code, spec.date, "DM.DTHDTC or earlier")


def _before_consent(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:  # noqa: ARG001 (signature)
    consent = tables["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    before = dates.last_day(C("EXSTDTC")) < C("_CONSENT")
    early = rows_beside(tables["EX"], "EXSTDTC", consent, before)
    yield found(BEFORE_CONSENT, early, "EX", "EXSTDTC", "DM.RFICDTC or later")


def _readers(code: str) -> Callable[[Tables, Study], Iterable[pl.DataFrame]]:
    """Who leads must have assessed somebody, and whoever alone assessed a subject must be known."""

    def find(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
        if study.response is None:
            return
        leads, column = study.response.evaluator, f"{code}EVAL"
        frame = tables[code]
        if frame.is_empty() or frame[column].is_null().all():
            return
        mine = C(column).is_null() | (C(column) == leads)
        if leads not in frame[column]:
            primary = "RS" if study.response.primary == "reported" else "TR"
            check = NO_READER if code == primary else NO_READER_OF_OTHER
            who = ", ".join(frame[column].drop_nulls().unique().sort())
            yield found(
                check, frame.head(1), code, column, f"{leads}; or response.evaluator: one of {who}"
            )
            return
        assessed = frame.filter(mine)["USUBJID"].unique().implode()
        strange = frame.filter(
            ~mine, ~C(column).is_in(EVALUATOR.words), ~C("USUBJID").is_in(assessed)
        )
        first = strange.unique(["SRCFILE", column], keep="first", maintain_order=True)
        allowed = (
            f"{', '.join(EVALUATOR.words)}; or sources.{code}.codes: {{{column}: {{theirs: ours}}}}"
        )
        yield found(UNKNOWN_READER, first, code, column, allowed)

    return find


def _assays(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    if study.immunogenicity is None:
        return
    drugs = [assay.drug for assay in study.immunogenicity.assays]
    strange = tables["IS"].filter(C("ISBDAGNT").is_not_null() & ~C("ISBDAGNT").is_in(drugs))
    yield found(IS_DRUG, strange, "IS", "ISBDAGNT", ", ".join(drugs))


def _not_identified(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:  # noqa: ARG001 (signature)
    known = tables["TU"].select("USUBJID", TRLNKID="TULNKID").unique(maintain_order=True)
    lost = tables["TR"].join(known, on=["USUBJID", "TRLNKID"], how="anti", maintain_order="left")
    first = lost.unique(["USUBJID", "TRLNKID"], keep="first", maintain_order=True)
    yield found(NOT_IDENTIFIED, first, "TR", "TRLNKID", "a TULNKID of the subject in TU")
    sized = tables["TR"].select("USUBJID", TULNKID="TRLNKID").unique()
    targets = tables["TU"].filter(C("TUSTRESC") == "TARGET")
    targets = targets.unique(["USUBJID", "TULNKID"], keep="first", maintain_order=True)
    bare = targets.join(sized, on=["USUBJID", "TULNKID"], how="anti", maintain_order="left")
    yield found(NOT_MEASURED, bare, "TU", "TULNKID", "a TRLNKID of the subject in TR")


CROSS: Final[tuple[CrossCheck, ...]] = (
    # A second antibody result is the topic's own finding, for it knows tiers and drugs.
    *(_duplicates(code) for code in SPECS if code != "IS"),
    CrossCheck((NO_DM,), ("DM",), _unknown),
    CrossCheck((NO_DOSE, NO_DOSE_YET), ("EX",), _undosed),
    CrossCheck((AFTER_DEATH,), ("DM",), _after_death),
    CrossCheck((BEFORE_CONSENT,), ("DM", "EX"), _before_consent),
    CrossCheck((NO_READER, NO_READER_OF_OTHER, UNKNOWN_READER), ("RS",), _readers("RS")),
    CrossCheck((NO_READER, NO_READER_OF_OTHER, UNKNOWN_READER), ("TR",), _readers("TR")),
    CrossCheck((IS_DRUG,), ("IS",), _assays),
    CrossCheck((NOT_IDENTIFIED, NOT_MEASURED), ("TU", "TR"), _not_identified),
)
