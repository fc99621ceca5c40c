"""The survival room: ADSL and ADRS to ADTTE, its curves, its summary and its sensitivity analyses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected, collected, remarked, told_in, withheld
from pkpipe.clinical.ends import unknown_followup
from pkpipe.clinical.response import time_to
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.errors import ConfigError
from pkpipe.finding.table import all_findings, no_findings
from pkpipe.protocol.efficacy import SurvivalPlan
from pkpipe.protocol.study import Study
from pkpipe.protocol.survival_options import Endpoint, Scheme
from pkpipe.schema.adam.common import SUBJECT_GROUPS
from pkpipe.schema.adam.survival import CIFCURVE, KMCIF, TTEENTRY
from pkpipe.survival.comparisons.grouptests import TESTS, group_tests
from pkpipe.survival.curves.curve_summary import ESTIMATE_COLUMNS
from pkpipe.survival.curves.curve_tables import km_tables
from pkpipe.survival.declared import (
    declared_findings,
    entries,
    incidence_curves,
    incidence_table,
    with_entry,
)
from pkpipe.survival.options import COUNTING, FOLLOWS_ON, TteOptions
from pkpipe.survival.times.candidate_dates import DATES
from pkpipe.survival.times.date_checks import Tables, findings, longer_pfs
from pkpipe.survival.times.readers import (
    CRITERIA,
    leading_reader,
    other_readers,
    responses,
    source_of,
)
from pkpipe.survival.times.sensitivity import SENSITIVITY, moved
from pkpipe.survival.times.tte import COLUMNS, time_to_event

# What the censoring scheme can move.
BY_SCHEME: Final[tuple[Endpoint, ...]] = ("PFS", "DOR", "TTR")
BY_RESPONSE: Final[tuple[Endpoint, ...]] = ("DOR", "TTR")
_EVERY: Final = pl.lit(value=True)
TRACES: Final = ("TRACE", "TRACEZH")
TIMES: Final = ("ADT", "AVAL", "CNSR", "CNSRRSN", "EVNTDESC", "CNSDTDSC")
# Which table the row numbers of a source's time points are of.
TABLE_OF: Final = {"derived": "TR", "reported": "RS"}


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """ADTTE for every treated subject by the leading scheme, the others beside it, curves and summary.

    TTEFIND holds what is doubtful in the leading analysis: in its assessments, dates and times.

    Raises:
        ConfigError: a scheme that needs a tumour schedule the study does not state.
    """
    plan = study.survival
    if plan is None or not _endpoints(study, plan):
        return _empty()
    adsl, rows = _subjects(tables["ADSL"], plan), responses(tables["ADRS"])
    leading, source = leading_reader(rows, study)
    analyses: dict[str, pl.DataFrame] = {
        scheme: _analysed(adsl, rows, (leading, source), options_of(study, scheme))
        for scheme in _schemes(study, plan)
    }
    for reader in other_readers(rows, leading):
        name = f"{plan.scheme}, {reader}"
        options = options_of(study, plan.scheme)
        analyses[name] = _analysed(adsl, rows, (reader, source_of(rows, reader, source)), options)
    adtte = _together(analyses, plan.scheme, adsl)
    lead = adtte.filter(pl.col("ANL01FL") == "Y")
    endpoints = _endpoints(study, plan)
    watched = with_entry(lead, adsl, plan)
    curve, summary = km_tables(watched, adsl, plan, endpoints)
    known = collected(tables, study)
    lost = {e: why for e in endpoints if (why := known.reason(*time_to(e, study))) is not None}
    unknown = pl.col("PARAMCD").is_in(list(lost))
    tests = group_tests(watched, adsl, plan, endpoints)
    given = pl.col("ESTIMATE").is_not_null()
    for trace in TRACES:
        adtte = _remarked(adtte, known, plan, pl.col("SCHEME"), trace)
    summary = _remarked(summary, known, plan, pl.lit(plan.scheme), "NOTE", given)
    tests = _remarked(tests, known, plan, pl.lit(plan.scheme), "REASON", given)
    incidence = incidence_table(watched, adsl, plan, endpoints)
    incidence = _remarked(incidence, known, plan, pl.lit(plan.scheme), "NOTE", given)
    return {
        "ADTTE": _withheld(_withheld(adtte, lost, (), "TRACEZH"), lost, TIMES, "TRACE"),
        "KMCURVE": curve.filter(~unknown),
        "KMSUM": _withheld(summary, lost, ESTIMATE_COLUMNS, "NOTE"),
        "KMTEST": _withheld(tests, lost, (*ESTIMATE_COLUMNS, "STATUS")),
        "KMCIF": _withheld(incidence, lost, ESTIMATE_COLUMNS, "NOTE"),
        "CIFCURVE": incidence_curves(watched, adsl, plan, endpoints).filter(~unknown),
        "TTEENTRY": entries(watched, plan).filter(~unknown),
        "TTESENS": moved(adtte).filter(~unknown),
        "TTEFIND": all_findings(
            [
                _findings(adsl, rows, (leading, source), lead, options_of(study, plan.scheme)),
                declared_findings(watched, plan),
            ]
        ),
    }


def _withheld(
    rows: pl.DataFrame, lost: Mapping[Endpoint, str], values: tuple[str, ...], why: str = "REASON"
) -> pl.DataFrame:
    """Rows without the numbers of endpoints that rest on something not collected."""
    for endpoint, reason in lost.items():
        rows = withheld(rows, told_in(why, reason), values, why, pl.col("PARAMCD") == endpoint)
    return rows


def _remarked(
    rows: pl.DataFrame,
    known: Collected,
    plan: SurvivalPlan,
    scheme: pl.Expr,
    why: str,
    where: pl.Expr = _EVERY,
) -> pl.DataFrame:
    """Times that are given although nobody told of a new therapy, or asked after treatment."""
    therapy, followup = (
        told_in(why, reason) for reason in (unknown_therapy(known), unknown_followup(known))
    )
    rows = remarked(rows, therapy, where & _stopped(plan, scheme), why)
    return remarked(rows, followup, where & (pl.col("PARAMCD") == "OS"), why)


def _stopped(plan: SurvivalPlan, scheme: pl.Expr) -> pl.Expr:
    """Where a new therapy ends the time: by the scheme, or because a confirmation after it does not count."""
    leading = scheme.str.split(", ").list.first()
    counted = pl.col("PARAMCD").is_in(BY_SCHEME) & ~leading.is_in(FOLLOWS_ON)
    confirmed = pl.col("PARAMCD").is_in(BY_RESPONSE) & pl.lit(plan.response == "confirmed")
    return counted | confirmed


def _schemes(study: Study, plan: SurvivalPlan) -> tuple[Scheme, ...]:
    """The leading scheme and its alternatives, which overall survival alone knows none of."""
    if _endpoints(study, plan) == ("OS",):
        return (plan.scheme,)
    return plan.schemes


def options_of(study: Study, scheme: Scheme) -> TteOptions:
    """The study's choices under one scheme.

    Raises:
        ConfigError: the scheme counts or dates planned assessments, and none are planned.
    """
    plan, response = study.survival, study.response
    if plan is None:
        raise ConfigError("survival: the study has no such section")
    counts = scheme in COUNTING and _endpoints(study, plan) != ("OS",)
    planned = study.schedule.tumour is not None or plan.gap is not None
    if counts and response is not None and not planned:
        raise ConfigError(
            f"schedule.tumour: is missing, but survival scheme {scheme} counts planned assessments"
        )
    endpoints = _endpoints(study, plan)
    own = plan.model_copy(update={"endpoints": endpoints})
    # no scheme speaks of overall survival: the one that asks for no schedule serves
    chosen = scheme if endpoints != ("OS",) else "E"
    scans = None if plan.gap is not None else study.schedule.tumour
    return TteOptions.of(own, chosen, "treatment" if response is None else response.anchor, scans)


def _endpoints(study: Study, plan: SurvivalPlan) -> tuple[Endpoint, ...]:
    """The endpoints there is data for: without tumour response only overall survival."""
    assessed = study.response is not None and (study.collects("TR") or study.collects("RS"))
    if assessed and study.response is not None and CRITERIA not in study.response.criteria:
        raise ConfigError(f"response.criteria: time to event needs {CRITERIA} among them")
    return tuple(e for e in plan.endpoints if assessed or e == "OS")


def _subjects(adsl: pl.DataFrame, plan: SurvivalPlan) -> pl.DataFrame:
    """The treated (SET-EFF), with every column used here."""
    dates = [date.column for date in DATES if date.in_adsl]
    kinds = {**dict.fromkeys(dates, pl.Date()), **dict.fromkeys(SUBJECT_GROUPS, pl.String())}
    kinds |= dict.fromkeys(("SAFFL", "DCSREAS", *plan.strata), pl.String())
    kinds |= {} if plan.entry is None else {plan.entry: pl.Date()}
    return (
        adsl.select(
            "USUBJID",
            *(
                (pl.col(n) if n in adsl.columns else pl.lit(None)).cast(kind).alias(n)
                for n, kind in kinds.items()
            ),
        )
        .filter(pl.col("SAFFL") == "Y")
        .rename({"DCSREAS": "EOSREAS"})
        .sort("USUBJID")
    )


def _analysed(
    adsl: pl.DataFrame, rows: pl.DataFrame, read: tuple[str, str], options: TteOptions
) -> pl.DataFrame:
    return time_to_event(*_read(adsl, rows, read), options)


def _findings(
    adsl: pl.DataFrame,
    rows: pl.DataFrame,
    read: tuple[str, str],
    lead: pl.DataFrame,
    options: TteOptions,
) -> pl.DataFrame:
    """What the leading analysis doubts, of treated subjects: others are in no analysis, and ADSL says why."""
    overall, reference = _read(adsl, rows, read)
    treated = overall.join(adsl.select("USUBJID"), on="USUBJID", how="semi")
    tables = Tables(TABLE_OF.get(read[1], "ADRS"), "ADSL", "ADTTE")
    return findings(treated, reference, lead, options, tables)


def _read(
    adsl: pl.DataFrame, rows: pl.DataFrame, read: tuple[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The time points of one reader and source, and the dates of every subject beside them."""
    mine = rows.filter(pl.col("READER") == read[0], pl.col("SRC") == read[1])
    # A date that was imputed is no date (TIME-7): such an assessment is not evaluable.
    overall = mine.filter(pl.col("PARAMCD") == "OVR", pl.col("ADTF").is_null())
    confirmed = (
        mine.filter(pl.col("PARAMCD") == "CRSP", pl.col("AVALC") == "Y")
        .select("USUBJID", CONFDT="ADT")
        .unique("USUBJID", keep="first", maintain_order=True)
    )
    reference = adsl.join(confirmed, on="USUBJID", how="left", maintain_order="left").join(
        _without_baseline(mine), on="USUBJID", how="left", maintain_order="left"
    )
    return overall, reference


def _without_baseline(mine: pl.DataFrame) -> pl.DataFrame:
    """BASEFL `N` for subjects assessed after baseline, of whom no lesion is known from before.

    Only derived responses can tell; a reader who reports a response is taken to have had a baseline.
    """
    measurable = mine.filter(pl.col("PARAMCD") == "MDIS", pl.col("AVALC") == "Y")
    lesions = pl.col("BASE").is_not_null() | (pl.col("NTRGRESP").fill_null("NE") != "NE")
    return (
        mine.filter(pl.col("PARAMCD") == "OVR", pl.col("SRC") == "derived")
        .group_by("USUBJID", maintain_order=True)
        .agg(HAD=lesions.any() | (pl.col("AVALC") != "NE").any())
        .filter(~pl.col("HAD"))
        .join(measurable, on="USUBJID", how="anti")
        .select("USUBJID", BASEFL=pl.lit("N"))
    )


def _together(
    analyses: Mapping[str, pl.DataFrame], leading: str, adsl: pl.DataFrame
) -> pl.DataFrame:
    """ADTTE: the leading analysis with all endpoints, of the others what a scheme can move."""
    parts = []
    for name, table in analyses.items():
        kept = table if name == leading else table.filter(pl.col("PARAMCD").is_in(BY_SCHEME))
        lead = pl.lit("Y" if name == leading else None, dtype=pl.String)
        parts.append(kept.with_columns(SCHEME=pl.lit(name), ANL01FL=lead))
    doubted = longer_pfs(analyses[leading]).with_columns(
        FINDING=pl.lit(
            "PFS is longer than OS: the last assessment is after the date last known alive"
        )
    )
    of_pfs = pl.when(pl.col("PARAMCD").is_in(["PFS", "OS"])).then("FINDING")
    order = {code: i for i, code in enumerate(("PFS", "OS", "DOR", "TTR"))}
    place = pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int8)
    return (
        pl.concat(parts)
        .join(
            adsl.select("USUBJID", *SUBJECT_GROUPS), on="USUBJID", how="left", maintain_order="left"
        )
        .join(doubted, on="USUBJID", how="left", maintain_order="left")
        .with_columns(FINDING=of_pfs)
        .sort("USUBJID", place, "ANL01FL", "SCHEME", nulls_last=True, maintain_order=True)
    )


def _empty() -> dict[str, pl.DataFrame]:
    """The tables of a study without a time-to-event endpoint."""
    adtte = pl.DataFrame(
        schema={**COLUMNS, **dict.fromkeys(("ANL01FL", *SUBJECT_GROUPS, "FINDING"), pl.String())}
    )
    curve, summary = km_tables(adtte, adtte.select("USUBJID", *SUBJECT_GROUPS), None, ())
    return {
        "ADTTE": adtte,
        "KMCURVE": curve,
        "KMSUM": summary,
        "KMTEST": pl.DataFrame(schema=TESTS),
        "KMCIF": KMCIF.empty(),
        "CIFCURVE": CIFCURVE.empty(),
        "TTEENTRY": TTEENTRY.empty(),
        "TTESENS": pl.DataFrame(schema=SENSITIVITY),
        "TTEFIND": no_findings(),
    }
