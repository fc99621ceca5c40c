"""`pkpipe ada`: anti-drug antibody status of samples and subjects from an IS table."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import polars as pl
from pydantic import Field

from pkpipe.cli.ada_checks import finding_of_subjects, without_dose_of_drug, without_reference
from pkpipe.cli.ada_columns import IS_FILE, OTHERS, REF_FILE
from pkpipe.clinical.subject_dates import TWICE
from pkpipe.errors import ConfigError
from pkpipe.finding.table import all_findings, lines_of, raise_if_any
from pkpipe.immunogenicity import (
    adasamp_of,
    adasum_of,
    classified_samples,
    findings,
    known_columns,
    subjects_of,
    without_unconfirmed,
)
from pkpipe.immunogenicity.options import (
    MICRO,
    AdaOptions,
    Assay,
    exact,
    implied_scale,
    micro,
)
from pkpipe.immunogenicity.samples.assay_results import NO_DRUG, with_tiers
from pkpipe.immunogenicity.samples.sample_sentences import NOT_BEFORE
from pkpipe.protocol.base import Frozen
from pkpipe.protocol.drugs import Positive
from pkpipe.protocol.file_reading.loader import load_document, validated
from pkpipe.protocol.immunogenicity import AdaAssay, Boost
from pkpipe.reading.verb_files import say
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema import dates
from pkpipe.schema.two_spellings import findings_of_strangers
from pkpipe.store.files import write_table

EXAMPLE: Final = """example:
  pkpipe ada is.csv -o ada/ --ref first_dose.csv --options ada.yaml

  IS    SDTM IS: USUBJID, ISTESTCD, ISDTC, ISSTRESC and, where there are any, ISSTRESN, ISBDAGNT, ISTSTOPO,
        ISTPT, VISIT, ISSTAT; screen, confirm, titre and NAb rows are told by their words (or by `assays:`),
        a row without such a word is the sample's final result. CONC: drug concentration of the sample.
  REF   USUBJID, FIRSTDTM (2026-01-05T09:30; only the date, or 00:00, if the time is not known), optional
        ISBDAGNT for the first dose of each drug
  OPTIONS (YAML), with what holds if a key is left out:
        missing_baseline: negative        # or separate
        baseline: last_reportable         # or last: without a result it is a missing baseline
        boosted: {ratio: 4}               # or {log10_change: 0.6}
        persistent_days: 112
        short_followup: indeterminate     # or transient, persistent
        mrd_titre:                        # titre of a positive that has none
        drug_tolerance:                   # above it a negative is inconclusive; needs CONC in IS
        titre_scale:                      # dilution or log10; left out: log10 with log10_change
        assays:                           # names of the tests, as in a study file
  OUT   a folder: samples.csv, subjects.csv, summary.csv (prevalence, incidence, each with its denominator)
"""


class AdaFile(Frozen):
    """The file `--options` names."""

    missing_baseline: Literal["negative", "separate"] = "negative"
    baseline: Literal["last_reportable", "last"] = "last_reportable"
    boosted: Boost = Boost(ratio=4)
    persistent_days: int = Field(default=112, gt=0)
    short_followup: Literal["transient", "indeterminate", "persistent"] = "indeterminate"
    mrd_titre: Positive | None = None
    drug_tolerance: Positive | None = None
    titre_scale: Literal["dilution", "log10"] | None = None
    assays: tuple[AdaAssay, ...] = ()


SUBJECT_COLUMNS: Final = (
    *("USUBJID", "DRUG", "ADASTAT", "BFLAG", "INDUCD", "ENHANC", "TRUNAFF", "EMERPOS", "PERSADA"),
    *("TRANADA", "INDTADA", "TIMADA", "ADADUR", "NABSTAT", "PEAKTITRE", "ADASTAT0", "ADACLASS"),
    *("FPPDTM", "LPPDTM", "N_SAMPLES", "N_RESULTS", "N_POST", "N_POS", "N_INCONC"),
    *("N_UNTIMED", "N_UNDATED", "N_BARE", "REASON", "PERSRSN", "NABREAS"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog or ''}"
    parser.add_argument("is_file", metavar="IS", type=Path, help="SDTM IS table")
    parser.add_argument("-o", "--out", required=True, type=Path, help="folder for the results")
    parser.add_argument("--ref", required=True, type=Path, help="first dose of each subject")
    parser.add_argument("--options", type=Path, help="YAML with the rules to use")


def run(arguments: argparse.Namespace) -> int:
    """Read, check, classify, write."""
    options = read_options(arguments.options)
    rows = _read_is(arguments.is_file)
    ref = _read_ref(arguments.ref)
    _check_tolerance(rows, options, arguments.is_file)
    found = all_findings(
        [
            findings(rows, options),
            without_reference(rows, ref),
            without_dose_of_drug(rows, ref),
            _twice(ref, arguments.ref),
            _spelled_otherwise(rows, ref, arguments.ref),
        ]
    )
    _say(found)
    raise_if_any(found)
    samples = classified_samples(
        rows, ref.select(*_keys(ref), "FIRSTDTM"), options, _concentrations(rows, options)
    )
    _say_taken_after(samples, arguments.ref)
    subjects = subjects_of(samples, _everyone(samples, ref, options), options)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_table(adasamp_of(samples), arguments.out / "samples.csv")
    write_table(_for_people(subjects), arguments.out / "subjects.csv")
    write_table(without_unconfirmed(adasum_of(subjects), samples), arguments.out / "summary.csv")
    return 0


def _say_taken_after(samples: pl.DataFrame, path: Path) -> None:
    """Samples on the day of a first dose without a time, of no plan: the baseline, or the first after it?"""
    timed = dates.has_time(pl.col("ISDTC")).fill_null(value=False)
    placed = pl.col("REASON").str.contains(NOT_BEFORE.en, literal=True).fill_null(value=False)
    rows = samples.filter(timed, placed, pl.col("ISTPT").is_null())
    if rows.height:
        first = ", ".join(f"{r[0]} {r[1]}" for r in rows.select("USUBJID", "ISDTC").head(3).rows())
        say(
            path,
            f"FIRSTDTM without a time of day: {rows.height} samples of that day are taken as after the "
            f"dose ({first}); its time, or ISTPT of the samples, says which are the baseline",
        )


def read_options(path: Path | None) -> AdaOptions:
    """The options of a file, or the defaults.

    Raises:
        ConfigError: a key that is unknown or a value that is not allowed.
    """
    given = AdaFile() if path is None else validated(AdaFile, load_document(path), path)
    everything = Assay(mrd_titre=micro(given.mrd_titre), drug_tolerance=given.drug_tolerance)
    assays = tuple(
        replace(
            everything,
            drug=a.drug,
            screen=a.screen,
            confirm=a.confirm,
            titre=a.titre,
            nab=a.nab,
            mrd_titre=micro(a.mrd_titre or given.mrd_titre),
            drug_tolerance=a.drug_tolerance or given.drug_tolerance,
        )
        for a in given.assays
    )
    return AdaOptions(
        missing_baseline=given.missing_baseline,
        baseline=given.baseline,
        ratio=exact(given.boosted.ratio),
        log10_change=exact(given.boosted.log10_change),
        scale=given.titre_scale or implied_scale(given.boosted.ratio),
        persistent_days=given.persistent_days,
        short_followup=given.short_followup,
        assays=assays or (everything,),
    )


def _read_is(path: Path) -> pl.DataFrame:
    frame = read_known(path, IS_FILE, row="SRCROW", others=OTHERS)
    return known_columns(frame.with_columns(SRCFILE=pl.lit(path.name)))


def _read_ref(path: Path) -> pl.DataFrame:
    """Subjects with FIRSTDTM as a date-time, `DRUG` if the file tells drugs apart, and the file's row."""
    frame = read_known(path, REF_FILE, row="ROW")
    by_drug = frame["ISBDAGNT"].null_count() < frame.height
    return frame.select(
        "ROW",
        "USUBJID",
        *([pl.col("ISBDAGNT").alias("DRUG")] if by_drug else []),
        dates.moment_or_midnight(pl.col("FIRSTDTM")).alias("FIRSTDTM"),
    )


def _check_tolerance(rows: pl.DataFrame, options: AdaOptions, path: Path) -> None:
    """A limit of drug tolerance asks for the concentrations it is compared with.

    Raises:
        ConfigError: no sample has one, so every negative would be believed.
    """
    asked = any(a.drug_tolerance is not None for a in options.assays)
    if asked and not rows["CONC"].count():
        raise ConfigError(
            f"{path}: drug_tolerance is given, and no row has a CONC to compare with it: negatives above it "
            "would count as negative (allowed: a column CONC, or no drug_tolerance)"
        )


def _keys(ref: pl.DataFrame) -> list[str]:
    return [c for c in ("USUBJID", "DRUG") if c in ref.columns]


def _spelled_otherwise(rows: pl.DataFrame, ref: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Subjects and drugs that REF has in another spelling: they would be without a first dose."""
    file, row = pl.col("SRCFILE"), pl.col("SRCROW")
    names = {"USUBJID": "USUBJID"} | ({"ISBDAGNT": "DRUG"} if "DRUG" in ref.columns else {})
    return all_findings(
        findings_of_strangers(
            rows, name, ref[there], path.name, file=file, row=row, subject=pl.col("USUBJID")
        )
        for name, there in names.items()
    )


def _twice(ref: pl.DataFrame, path: Path) -> pl.DataFrame:
    again = ref.filter(~pl.struct(_keys(ref)).is_first_distinct())
    check = replace(TWICE, words="a second first dose", allowed="one row a subject (and drug)")
    return finding_of_subjects(again, check, path.name)


def _concentrations(rows: pl.DataFrame, options: AdaOptions) -> pl.DataFrame | None:
    """CONC of the IS rows, where a tolerance limit asks for it."""
    if all(a.drug_tolerance is None for a in options.assays):
        return None
    tiered = with_tiers(rows, options.declared)
    return (
        tiered.select(
            "USUBJID", "DRUG", dates.moment_or_midnight(pl.col("ISDTC")).alias("ADTM"), "CONC"
        )
        .drop_nulls()
        .unique(["USUBJID", "DRUG", "ADTM"], keep="first", maintain_order=True)
    )


def _everyone(samples: pl.DataFrame, ref: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """Every subject of REF with every drug that has an assay or a sample."""
    named = {a.drug for a in options.assays if a.drug is not None}
    drugs = sorted({*samples["DRUG"].unique(), *named}) or [NO_DRUG]
    people = ref.select("USUBJID").unique()
    return people.join(pl.DataFrame({"DRUG": drugs}), how="cross").sort("USUBJID", "DRUG")


def _for_people(subjects: pl.DataFrame) -> pl.DataFrame:
    stamped = subjects.with_columns(
        PEAKTITRE=pl.col("PEAKU") / MICRO,
        FPPDTM=pl.col("FPDTM").dt.strftime("%Y-%m-%dT%H:%M:%S"),
        LPPDTM=pl.col("LPDTM").dt.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    return stamped.select(SUBJECT_COLUMNS)


def _say(found: pl.DataFrame) -> None:
    """Findings that stop nothing, on stderr: queries one by one, notes as a count."""
    queries = found.filter(pl.col("SEVERITY") == "query")
    for line in lines_of(queries):
        print(f"query: {line}", file=sys.stderr)
    notes = (
        found.filter(pl.col("SEVERITY") == "note").group_by("CHECK", "MESSAGE").len().sort("CHECK")
    )
    for check, message, count in notes.iter_rows():
        print(f"note: {check}: {message} ({count} rows)", file=sys.stderr)
