"""The tumour room: one study's validated tables to its response tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import collected, remarked, withheld
from pkpipe.clinical.lesion_class import reader
from pkpipe.clinical.lesions import OF_TARGETS
from pkpipe.clinical.response import RESTS_ON, primary, unknown_evaluable
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.clinical.visits import of_baseline
from pkpipe.finding.table import all_findings
from pkpipe.protocol.response_options import BASELINE_MAX_DAYS, Criterion
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import SUBJECT_GROUPS
from pkpipe.tumor.lesions.typed_tables import as_typed
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import Assessed, Outcome, analysed, leading_reader
from pkpipe.tumor.responses.assessments import derived
from pkpipe.tumor.responses.rates import response_rates
from pkpipe.tumor.responses.reconciliation import RECON, reviewed
from pkpipe.tumor.series_checks import of_another_identity
from pkpipe.tumor.tables import adrs, adtr, figure_tables

WHO: Final = ("USUBJID", *SUBJECT_GROUPS)
RATE_COLUMNS: Final = ("X", "PCT", "LOWER", "UPPER")
# Questions that validation asked already, under the same id.
ASKED_OF_SITES: Final = tuple(check.id for check in OF_TARGETS)


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """ADSL, TU, TR, RS to ADTR, ADRS, RECON, RSPSUM, WATERFAL, SPIDER and SWIMMER.

    A date without a day is not imputed here (TIME-7): such an assessment is listed and not evaluable.
    """
    plans = [(c, options_of(study, c)) for c in (study.response.criteria if study.response else ())]
    subjects = _subjects(tables["ADSL"])
    known = collected(tables, study)
    lost = {source: known.reason(*needs) for source, needs in RESTS_ON.items()}
    # without one of the columns that a response is made of there is none, rather than another one
    tr = tables["TR"] if lost["derived"] is None else tables["TR"].clear()
    rs = tables["RS"] if lost["reported"] is None else tables["RS"].clear()
    outcomes: dict[str, Outcome] = {
        name: analysed(tr, tables["TU"], rs, subjects, options) for name, options in plans
    }
    if not outcomes:
        outcomes = {"RECIST 1.1": analysed(None, None, None, subjects, ResponseOptions())}
    first = next(iter(outcomes.values()))
    lead = _assessed(first, primary(study))
    reader_name = leading_reader(lead.best, first.options)
    best = lead.best.filter(pl.col("READER") == reader_name).join(
        subjects.drop("DTHDT"), on="USUBJID", how="inner", maintain_order="left"
    )
    # responses after a new therapy do not count (REC-5)
    remark, rates = unknown_therapy(known), _rspsum(outcomes, subjects, study)
    bars = _figures(first, reader_name, best, subjects)
    bars["WATERFAL"] = remarked(bars["WATERFAL"], remark, pl.col("DRAWN") == "Y")
    return {
        "ADTR": _adtr(first),
        "ADRS": _with_subject(_adrs(outcomes, study), subjects),
        "RECON": _recon(outcomes),
        "RSPSUM": _as_collected(remarked(rates, remark, pl.lit(value=True)), lost, tables["ADSL"]),
        **_withheld(bars, lost, primary(study)),
        "TUMFIND": _findings(first, subjects),
    }


def _as_collected(
    rates: pl.DataFrame, lost: Mapping[str, str | None], adsl: pl.DataFrame
) -> pl.DataFrame:
    """Rates without a number where the responses they count, or the denominator, are not known."""
    for source, why in lost.items():
        rates = withheld(rates, why, RATE_COLUMNS, where=pl.col("SRC") == source)
    return withheld(
        rates, unknown_evaluable(adsl), (*RATE_COLUMNS, "N"), where=pl.col("DENOM") == "evaluable"
    )


def _withheld(
    figures: dict[str, pl.DataFrame], lost: Mapping[str, str | None], source: str
) -> dict[str, pl.DataFrame]:
    """The figures' tables without sizes, and without best responses, that nobody can know."""
    bars = withheld(figures["WATERFAL"], lost["derived"], ("BESTPCHG", "DRAWN", "ORDER"))
    bars = withheld(bars, lost[source], ("BOR", "CBOR", "CONFFL"))
    return {**figures, "WATERFAL": bars}


def _findings(outcome: Outcome, subjects: pl.DataFrame) -> pl.DataFrame:
    """What validation has not asked yet; of the dates of subjects, those of the treated."""
    of_dates = pl.col("CHECK").str.starts_with("REF-")
    treated = pl.col("USUBJID").is_in(subjects.filter("TREATED")["USUBJID"].implode())
    asked = pl.col("CHECK").is_in(ASKED_OF_SITES)
    sources = (("TR", outcome.derived.timepoints), ("RS", outcome.reported.timepoints))
    strange = [of_another_identity(p, t, leading_reader(p, outcome.options)) for t, p in sources]
    found = all_findings([outcome.findings, *strange])
    return found.filter(~asked, ~of_dates | treated).with_columns(
        TABLE=pl.when(of_dates).then(pl.lit("ADSL")).otherwise("TABLE")
    )


def options_of(study: Study, criteria: Criterion) -> ResponseOptions:
    """The study's choices as options of the analysis."""
    if study.response is None:
        return ResponseOptions(criteria=criteria)
    scans = study.schedule.tumour
    oldest = BASELINE_MAX_DAYS if scans is None else scans.baseline_max_days
    return ResponseOptions.of(study.response, criteria, oldest)


def _subjects(adsl: pl.DataFrame) -> pl.DataFrame:
    """ADSL with every column used here, nulls where it has none."""
    texts = (*SUBJECT_GROUPS, "SAFFL", "RSPFL", "DISPRS")
    dates = ("TRTSDT", "TRTEDT", "RANDDT", "EOTDT", "DTHDT", "NACTDT", "CUTDT")
    kinds = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(dates, pl.Date)}
    return adsl.select(
        "USUBJID",
        *(
            (pl.col(n) if n in adsl.columns else pl.lit(None)).cast(kind).alias(n)
            for n, kind in kinds.items()
        ),
    ).with_columns(
        TREATED=pl.col("SAFFL").fill_null("") == "Y", EVALUABLE=pl.col("RSPFL").fill_null("") == "Y"
    )


def _assessed(outcome: Outcome, source: str) -> Assessed:
    return outcome.reported if source == "reported" else outcome.derived


def _sources(outcome: Outcome, study: Study) -> list[str]:
    """The sources with assessments by who leads, of this criterion set; the primary one always."""
    return [
        source
        for source in ("derived", "reported")
        if source == primary(study) or _led(outcome, _assessed(outcome, source))
    ]


def _led(outcome: Outcome, assessed: Assessed) -> bool:
    """True if the reader who leads assessed anybody: without them every subject would be MISSING."""
    points = assessed.timepoints
    return leading_reader(points, outcome.options) in points["READER"]


def _adtr(outcome: Outcome) -> pl.DataFrame:
    return adtr.adtr(outcome.lesions, outcome.read, progressions(outcome))


def progressions(outcome: Outcome) -> pl.DataFrame:
    """Days of progression by reader: as reported, for readers who reported nothing as derived."""
    said = outcome.said
    same = outcome.read is outcome.points  # no choice was made among readers
    found = outcome.derived.timepoints if same else derived(outcome.read, outcome.options)
    silent = found.join(
        said.select("USUBJID", "READER").unique(), on=("USUBJID", "READER"), how="anti"
    )
    words = [w for w, kind in outcome.options.words.class_of.items() if kind == "PD"]
    # An incomplete date that must not be imputed is the day of nothing.
    day = pl.when(~pl.col("UNDATED")).then("ADT")
    return pl.concat(
        rows.filter(pl.col("AVALC").is_in(words)).select("USUBJID", "READER", ADT=day)
        for rows in (said, silent)
    )


def _adrs(outcomes: Mapping[str, Outcome], study: Study) -> pl.DataFrame:
    parts = [
        adrs_rows(outcome, outcome.identified, source)
        for outcome in outcomes.values()
        for source in _sources(outcome, study)
    ]
    return adrs.sorted_adrs(pl.concat(parts))


def adrs_rows(outcome: Outcome, tu: pl.DataFrame | None, source: str) -> pl.DataFrame:
    """ADRS of one criterion set and source: time points and subject-level parameters."""
    assessed = _assessed(outcome, source)
    options = outcome.options
    best = (
        assessed.best.join(
            outcome.ref.select("USUBJID", "DTHDT"), on="USUBJID", how="left", maintain_order="left"
        )
        .join(_new_and_immune(outcome), on=("USUBJID", "READER"), how="left", maintain_order="left")
        .join(_measurable(outcome, tu), on=("USUBJID", "READER"), how="left", maintain_order="left")
        .with_columns(pl.col("MDIS").fill_null(value=False))
    )
    skip = [] if options.clinical_benefit_weeks is not None else ["CBR"]
    skip += [] if source == "derived" else ["NEWLES"]
    skip += [] if source == "derived" and options.criteria == "iRECIST" else ["IPD"]
    return pl.concat(
        [
            adrs.overall_rows(assessed.timepoints, source, options.words),
            adrs.subject_rows(best, assessed.timepoints, source, options.words, tuple(skip)),
        ]
    )


def _new_and_immune(outcome: Outcome) -> pl.DataFrame:
    """First unequivocal new lesion, and the day of confirmed immune progression."""
    immune = "IPDDT" if "IPDDT" in outcome.points.columns else pl.lit(None, dtype=pl.Date)
    post = outcome.points.filter(pl.col("ROLE") == "POST").with_columns(IPDDT=immune)
    return post.group_by("USUBJID", "READER").agg(pl.col("NEWDT", "IPDDT").min())


def _measurable(outcome: Outcome, tu: pl.DataFrame | None) -> pl.DataFrame:
    """Readers with a target lesion: named in TU at a baseline visit, or measured at baseline."""
    named = (
        as_typed(tu, "TU")
        .filter((pl.col("TUSTRESC") == "TARGET") & (of_baseline() | pl.col("VISIT").is_null()))
        .select("USUBJID", READER=reader("TUEVAL", "TUEVALID"))
    )
    measured = outcome.points.filter((pl.col("ROLE") == "BASELINE") & (pl.col("NMEAS") > 0))
    return (
        pl.concat([named, measured.select("USUBJID", "READER")])
        .unique(maintain_order=True)
        .with_columns(MDIS=pl.lit(True))
    )


def _with_subject(table: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    return table.join(
        subjects.select("USUBJID", "COHORT", "LEVEL"),
        on="USUBJID",
        how="left",
        maintain_order="left",
    )


def _recon(outcomes: Mapping[str, Outcome]) -> pl.DataFrame:
    parts = [
        adtr.with_evaluator(table).with_columns(CRIT=pl.lit(name), COMPARE=pl.lit(compare))
        for name, outcome in outcomes.items()
        for compare, table in (
            ("derived-reported", outcome.reconciliation),
            ("investigator-review", reviewed(outcome.reported.timepoints)),
        )
    ]
    table = pl.concat([p.select(pl.col(n).cast(t) for n, t in RECON.items()) for p in parts])
    return table.sort(
        "USUBJID", "EVAL", "EVALID", "ADT", "CRIT", "COMPARE", "VISIT", nulls_last=True
    )


def _rspsum(outcomes: Mapping[str, Outcome], subjects: pl.DataFrame, study: Study) -> pl.DataFrame:
    parts = []
    for name, outcome in outcomes.items():
        for source in _sources(outcome, study):
            assessed = _assessed(outcome, source)
            who = leading_reader(assessed.best, outcome.options)
            best = assessed.best.filter(pl.col("READER") == who).join(
                subjects.select(*WHO, "TREATED", "EVALUABLE"), on="USUBJID", how="inner"
            )
            rates = response_rates(
                best,
                benefit=outcome.options.clinical_benefit_weeks is not None,
                immune=name == "iRECIST",
            )
            parts.append(
                rates.select(pl.lit(name).alias("CRIT"), pl.lit(source).alias("SRC"), pl.all())
            )
    order = ("CRIT", "SRC", "GROUP", "GROUPVAL", "DENOM")
    return pl.concat(parts).sort(order, maintain_order=True)


def _figures(
    outcome: Outcome, reader_name: str, best: pl.DataFrame, subjects: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    mine = pl.col("READER") == reader_name
    points = outcome.derived.timepoints.filter(mine)
    baselines = outcome.points.filter(mine & (pl.col("ROLE") == "BASELINE"))
    treated = best.filter("TREATED")
    worded = treated.with_columns(
        pl.col("BOR", "CBOR").replace_strict(
            outcome.options.words.word_of, default=None, return_dtype=pl.String
        )
    )
    return {
        "WATERFAL": figure_tables.waterfall(points, worded),
        "SPIDER": figure_tables.spider(
            points, baselines.select("USUBJID", ADT="ADATE"), subjects, worded
        ),
        "SWIMMER": figure_tables.swimmer(subjects, worded),
    }
