"""Which studies run, at which cutoffs, on which raw tables: `config/config.yaml` and the command line.

Snakemake hands values over as it pleases: `cutoff=20260630` is an int, an unquoted date in YAML a date,
`study=007` an int. They are read here, by our own rules, and an answer names what is allowed.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, field_validator

from pkpipe.errors import ConfigError
from pkpipe.protocol.base import Frozen
from pkpipe.protocol.file_reading.loader import load_document, place_of, validated
from pkpipe.protocol.file_reading.yaml12 import Section
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.linter import Also, load_sound_study, nothing_more

ALLOWED_DATE: Final = "allowed: a whole date such as 2026-06-30 or 20260630, 1990 to 2199"
DATE_FORM: Final = re.compile(r"^(?:19[9]\d|2[01]\d\d)(-?)[01]\d\1[0-3]\d$")

NO_NAME: Final = {"{", "}"}  # they mean a part of a file name to Snakemake

CommandValue = str | int | datetime.date


def read_cutoff(value: object) -> datetime.date:
    """The date a cutoff means, whether it arrives as text, number or date.

    Raises:
        ValueError: it is no whole date; the words say what is allowed.
    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    text = str(value).strip() if isinstance(value, str | int) else ""
    if isinstance(value, bool) or not DATE_FORM.match(text):
        raise ValueError(f"{value!r} is no cutoff ({ALLOWED_DATE})")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as problem:
        raise ValueError(f"{value!r}: {problem} ({ALLOWED_DATE})") from problem


Cutoff = Annotated[datetime.date, BeforeValidator(read_cutoff)]


class StudyEntry(Frozen):
    """One study of the run file."""

    protocol: str = Field(description="study file, seen from the folder of the run file")
    raw: str = Field(description="folder of the raw tables, seen from where the run starts")
    virtual_seed: Annotated[int, Field(ge=0)] | None = Field(
        description="raw tables are drawn from the protocol with this seed; null: real data"
    )
    cutoffs: Annotated[tuple[Cutoff, ...], Field(min_length=1)] = Field(
        description="data cutoffs of the run, each a whole date"
    )

    @field_validator("raw")
    @classmethod
    def _a_folder(cls, raw: str) -> str:
        if not raw.strip() or not raw.isprintable() or set(raw) & NO_NAME:
            raise ValueError("is no folder (allowed: any name without { } and line breaks)")
        return raw

    @field_validator("cutoffs")
    @classmethod
    def _each_once(cls, cutoffs: tuple[datetime.date, ...]) -> tuple[datetime.date, ...]:
        twice = sorted({d.isoformat() for d in cutoffs if cutoffs.count(d) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is given twice, each cutoff once")
        return tuple(sorted(cutoffs))


class RunPlan(Frozen):
    """The run file."""

    studies: Annotated[dict[str, StudyEntry], Field(min_length=1)] = Field(
        description="study id: where its file, its raw tables and its cutoffs are"
    )


@dataclass(frozen=True)
class StudyRun:
    """A study with everything a run of it needs."""

    study: Study
    protocol: Path
    raw: Path
    virtual_seed: int | None
    cutoffs: tuple[datetime.date, ...]
    listed: tuple[datetime.date, ...] = ()  # every cutoff of the run file, also where one is named


@dataclass(frozen=True)
class Runs:
    """The studies and cutoffs of one run, in the order of the run file."""

    path: Path
    studies: tuple[StudyRun, ...]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Study id and cutoff (ISO) of every run."""
        return tuple((r.study.study.id, d.isoformat()) for r in self.studies for d in r.cutoffs)

    def of(self, study: str) -> StudyRun:
        """The run of one study."""
        return next(r for r in self.studies if r.study.study.id == study)


def load_runs(
    path: Path,
    study: CommandValue | None = None,
    cutoff: CommandValue | None = None,
    also: Also = nothing_more,
) -> Runs:
    """What a run file asks for, narrowed to a study and a cutoff if the command line names them.

    A cutoff the file does not list is allowed when it is named. also: what a room asks of a study file.

    Raises:
        ConfigError: every mistake in the run file and its study files, or a name that is not allowed.
    """
    document = load_document(path)
    plan = validated(RunPlan, document, path)
    chosen = _chosen(plan, study)
    dates = None if cutoff is None else (_named_cutoff(cutoff),)
    runs, wrong = [], []
    for name, entry in chosen.items():
        try:
            runs.append(_study_run(path, document, name, entry, dates, also))
        except ConfigError as problem:
            wrong.append(str(problem))
    if wrong:
        raise ConfigError("\n  ".join(wrong))
    return Runs(path, tuple(runs))


def raw_folder(path: Path, study: str) -> Path:
    """Where the real raw tables of a study belong; its study file is not read, for it may be written later.

    Raises:
        ConfigError: the run file is wrong, does not name the study, or has its tables drawn.
    """
    [entry] = _chosen(validated(RunPlan, load_document(path), path), study).values()
    if entry.virtual_seed is not None:
        raise ConfigError(
            f"{path}: studies.{study}.virtual_seed is {entry.virtual_seed}: its raw tables are drawn, not "
            "delivered (allowed: virtual_seed: null, or --raw DIR)"
        )
    return Path(entry.raw)


def _chosen(plan: RunPlan, study: CommandValue | None) -> Mapping[str, StudyEntry]:
    if study is None:
        return plan.studies
    name = str(study).strip()
    meant_by_number = [
        n for n in plan.studies if n.isdecimal() and study == int(n)
    ]  # 007 came as 7
    for found in (name, *meant_by_number):
        if found in plan.studies:
            return {found: plan.studies[found]}
    close = difflib.get_close_matches(name, plan.studies, n=1)
    meant = f", did you mean '{close[0]}'?" if close else ""
    raise ConfigError(
        f"study: '{name}' is not in the run file{meant} (allowed: {', '.join(plan.studies)})"
    )


def _named_cutoff(cutoff: CommandValue) -> datetime.date:
    try:
        return read_cutoff(cutoff)
    except ValueError as problem:
        raise ConfigError(f"cutoff: {problem}") from problem


def _study_run(
    path: Path,
    document: Section,
    name: str,
    entry: StudyEntry,
    dates: tuple[datetime.date, ...] | None,
    also: Also,
) -> StudyRun:
    protocol = path.parent / entry.protocol
    if protocol.stem != name:
        line, column = place_of(document, ("studies", name, "protocol"))
        raise ConfigError(
            f"{path}:{line}:{column}: studies.{name}.protocol: is '{entry.protocol}' "
            f"(allowed: a file named {name}.yaml)"
        )
    return StudyRun(
        study=load_sound_study(protocol, also).model_copy(
            update={"virtual": entry.virtual_seed is not None}
        ),
        protocol=protocol,
        raw=Path(entry.raw),
        virtual_seed=entry.virtual_seed,
        cutoffs=dates or entry.cutoffs,
        listed=entry.cutoffs,
    )
