"""The tables of profiles that a verb is given, read and asked about once for every verb that has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.nca_bolus import check_bolus_samples
from pkpipe.cli.nca_doubts import (
    check_dose_times,
    check_infused,
    check_occasions,
    check_picks,
    tell_lone_troughs,
)
from pkpipe.cli.nca_tables import (
    DOSE,
    INTERVALS,
    Names,
    alike,
    check_matches,
    check_units,
    conc_columns,
    measured,
    read,
    tell_excreta,
    with_blq_words,
)
from pkpipe.cli.nca_unit_doubts import check_bodies, check_tau
from pkpipe.cli.nca_words import (
    check_asked,
    check_durations,
    check_keys_filled,
    check_names,
    check_observed,
    check_repeats,
    check_treatments,
    tell_parts,
)
from pkpipe.nca.further_analyses.excretion import ExcretionUnits, split
from pkpipe.nca.given_tables.inputs import ANALYTE_COLUMNS
from pkpipe.nca.given_tables.notes import without_doses
from pkpipe.nca.given_tables.profile_keys import KNOWN, keys_of
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.reading.unit_columns import unit_column
from pkpipe.reading.verb_files import (
    ANALYSED,
    as_named,
    of_the_analysis,
    plain_name,
    say,
    subject_column,
)
from pkpipe.units import StudyUnits

UNITS_OF_DOSES: Final = ("DOSE", "TIME", "DURATION", "TAU", "WEIGHT", "BSA")


@dataclass(frozen=True)
class Files:
    """The files of a verb, and what was said of their columns."""

    conc: Path
    dose: Path
    intervals: Path | None = None
    names: Names = field(default_factory=lambda: Names(None))
    by: Sequence[str] = ()
    blq_words: Sequence[str] = ()
    kept: Sequence[str] = ()  # columns that are handed on
    sparse: bool = False
    effect: bool = False  # CONC is a response to the drug
    censored: bool = False  # a sample below the limit of quantification may be a point of the slope
    compared: bool = False  # analytes are set against each other, so they have one unit


def given_tables(
    files: Files, units: StudyUnits, excreta: ExcretionUnits
) -> tuple[Tables, tuple[str, ...]]:
    """The tables of the files, and their keys.

    Raises:
        ConfigError: a column is missing.
        DataError: rows that cannot be used, or that may mean two things.
    """
    conc, dose, asked = _under_one_name(files)
    keys, unused = keys_of(files.by, _to_tell_apart(conc, dose, sparse=files.sparse), dose)
    drawn, collections = split(conc)
    _check_units(files, (conc, drawn, collections, dose), keys, (units, excreta))
    _check_rows(files, conc, dose, keys)
    check_bodies(dose, keys, files.dose)
    if not files.effect:
        tell_excreta(drawn, files.conc)
    unused = _told_unused(files, (conc, dose, asked), keys, unused)
    asked_file = files.intervals.name if files.intervals else "intervals"
    samples, doses, intervals = alike(keys, (conc, dose, asked))
    assert samples is not None
    assert doses is not None
    check_names(samples, doses, keys, (files.conc, files.dose))
    check_matches(samples, doses, keys)
    check_tau(doses, samples, keys, units.time, files.dose)
    if not files.sparse:
        check_occasions(drawn, keys, unused, files.conc)
        check_bolus_samples(split(samples)[0], doses, keys, files.conc)
        check_infused(split(samples)[0], doses, keys, files.conc)
        tell_lone_troughs(split(samples)[0], doses, keys, files.conc)
    if intervals is not None and files.intervals is not None:
        check_keys_filled(intervals, keys, files.intervals)
        check_asked(intervals, samples, keys, files.intervals)
    named = (files.conc.name, files.dose.name, asked_file)
    given = Tables(samples, doses, intervals, named, unused)
    _tell_undosed(given, keys, files.dose)
    return given, keys


def _tell_undosed(given: Tables, keys: Sequence[str], path: Path) -> None:
    """Collections of nobody who has a dose; of samples the analysis says it."""
    if split(given.conc)[0].is_empty():
        for words in without_doses(
            given.conc, given.dose, [k for k in keys if k in given.dose.columns]
        ):
            say(path, words)


def _under_one_name(files: Files) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None]:
    """The tables, keys that they have in other letter case as --by or the concentrations have them."""
    conc = _concentrations(files)
    dose = read(files.dose, DOSE, files.names)
    asked = read(files.intervals, INTERVALS, files.names) if files.intervals else None
    files.names.check()
    names = [c for c in (*files.by, *conc.columns) if c not in KNOWN]
    conc, dose = (as_named(t, names, p) for t, p in ((conc, files.conc), (dose, files.dose)))
    if asked is not None and files.intervals is not None:
        asked = as_named(asked, names, files.intervals)
    return conc, dose, asked


def _concentrations(files: Files) -> pl.DataFrame:
    """The samples that were measured and are of the analysis."""
    read_in = read(files.conc, conc_columns(files.blq_words), files.names)
    drawn = measured(with_blq_words(read_in, files.conc, files.blq_words), files.conc)
    used = of_the_analysis(files.conc, drawn)
    return used.drop(c for c in used.columns if plain_name(c) == ANALYSED)


def _check_rows(files: Files, conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str]) -> None:
    """What is asked of the rows of each table by itself."""
    for table, path in ((conc, files.conc), (dose, files.dose)):
        check_keys_filled(table, keys, path)
    check_observed(conc, files.conc)
    check_treatments(dose, keys, files.dose)
    check_repeats(dose, files.dose)
    check_durations(dose, keys, files.dose)
    check_dose_times(dose, keys, files.dose)
    check_picks(split(conc)[0], files.conc, censored=files.censored)
    tell_parts(dose, keys, files.dose)


def _to_tell_apart(conc: pl.DataFrame, dose: pl.DataFrame, *, sparse: bool) -> pl.DataFrame:
    """Of sparse data the subject tells no curves apart: one dose row may serve them all."""
    subject = subject_column(conc.columns) if sparse else None
    return conc if subject is None or subject in dose.columns else conc.drop(subject)


def _check_units(
    files: Files,
    tables: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame],
    keys: Sequence[str],
    stated: tuple[StudyUnits, ExcretionUnits],
) -> None:
    """Columns of units of the concentrations and the doses say what was stated."""
    (conc, drawn, collections, dose), (units, excreta) = tables, stated
    alone = [k for k in keys if not files.compared or k.upper() not in ANALYTE_COLUMNS]
    check_units(drawn, files.conc, units.conc, "CONC", alone)
    check_units(collections, files.conc, excreta.conc, "CONC", keys)
    check_units(dose, files.dose, units.dose, "DOSE", keys)
    check_units(conc, files.conc, units.time, "TIME", keys)
    for value in ("TIME", "DURATION", "TAU"):
        if value in dose.columns:
            check_units(dose, files.dose, units.time, value, keys)
    for value, unit in (("WEIGHT", "kg"), ("BSA", "m2")):
        if value in dose.columns:
            check_units(dose, files.dose, unit, value, keys)


def _told_unused(
    files: Files,
    tables: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None],
    keys: Sequence[str],
    unused: Sequence[str],
) -> tuple[str, ...]:
    """The columns that nothing uses, told; those of the concentrations."""
    conc, dose, asked = tables
    kept = {*files.kept, subject_column(conc.columns) if files.sparse else None}
    lost = tuple(c for c in unused if c not in kept)
    _tell_unused(files.conc, lost)
    for table, path in ((dose, files.dose), (asked, files.intervals)):
        if table is not None and path is not None:
            units = {unit_column(table.columns, v) for v in UNITS_OF_DOSES}
            used = {*KNOWN, *keys, *kept, *units}
            _tell_unused(path, [c for c in table.columns if c not in used])
    return lost


def _tell_unused(path: Path, columns: Sequence[str]) -> None:
    if columns:
        say(path, f"not used: {', '.join(columns)}")
