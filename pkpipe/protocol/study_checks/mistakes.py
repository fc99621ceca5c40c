"""Checks on a study file that no decision can excuse: names that lead nowhere, times that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pkpipe.finding.check import Check
from pkpipe.protocol.schedule import PlannedSample
from pkpipe.protocol.study import Study

Key = int | str
HOURS_A_DAY: Final = 24
STUDY_FILE: Final = "study file"  # where a check of the linter looks


@dataclass(frozen=True)
class Found:
    """A place where a check fails."""

    keys: tuple[Key, ...]
    message: str
    allowed: str


@dataclass(frozen=True)
class StudyCheck:
    """A check of a study file and where it fails."""

    check: Check
    find: Callable[[Study], Iterable[Found]]
    decided_by: str | None = None  # assumption that may decide it; null: always an error


def study_check(
    name: str,
    says: tuple[str, str],
    source: str,
    find: Callable[[Study], Iterable[Found]],
    decided_by: str | None = None,
) -> StudyCheck:
    """says: what is wrong, and what a study file without the mistake has."""
    words, allowed = says
    check = Check(name, "error", words, source, allowed=allowed, table=STUDY_FILE)
    return StudyCheck(check, find, decided_by)


def planned(study: Study) -> Iterator[tuple[str, int, PlannedSample]]:
    """Every planned sample with the list it stands in and its position there."""
    for kind in ("pk", "ada", "nab", "biomarker"):
        for position, sample in enumerate(getattr(study.schedule, kind)):
            yield kind, position, sample


def drugs_of(study: Study, sample: PlannedSample) -> tuple[str, ...]:
    """Codes of the drugs whose doses a sample is counted from."""
    return (sample.drug,) if sample.drug else tuple(d.code for d in study.drugs)


def unknown(
    keys: tuple[Key, ...], code: str | None, known: Iterable[str], what: str
) -> list[Found]:
    names = tuple(known)
    if code is None or code in names:
        return []
    return [Found(keys, f"'{code}' is no {what} of this study", ", ".join(names) or "none")]


def _analyte_drug(study: Study) -> Iterable[Found]:
    drugs = [d.code for d in study.drugs]
    for i, analyte in enumerate(study.analytes):
        yield from unknown(("analytes", i, "drug"), analyte.drug, drugs, "drug")
    for i, marker in enumerate(study.biomarkers):
        yield from unknown(("biomarkers", i, "drug"), marker.drug, drugs, "drug")


def _cohort_level(study: Study) -> Iterable[Found]:
    levels = study.escalation.codes if study.escalation else ()
    for i, cohort in enumerate(study.cohorts):
        yield from unknown(("cohorts", i, "level"), cohort.level, levels, "dose level")


def _level_doses(study: Study) -> Iterable[Found]:
    drugs = [d.code for d in study.drugs if d.role == "study"]
    for i, level in enumerate(study.escalation.levels if study.escalation else ()):
        for code in level.doses:
            where = ("escalation", "levels", i, "doses", code)
            yield from unknown(where, code, drugs, "drug of role study")
        for drug in drugs:
            if drug not in level.doses:
                yield Found(
                    ("escalation", "levels", i),
                    f"level {level.code} has no dose of {drug}",
                    f"a dose of {', '.join(drugs)}",
                )


def _sample_names(study: Study) -> Iterable[Found]:
    drugs = [d.code for d in study.drugs]
    for kind, i, sample in planned(study):
        where = ("schedule", kind, i)
        yield from unknown((*where, "drug"), sample.drug, drugs, "drug")
        measured = study.biomarkers if kind == "biomarker" else study.analytes
        codes = [m.code for m in measured if sample.drug in {None, m.drug}]
        noun = "biomarker" if kind == "biomarker" else "analyte"
        for j, code in enumerate(sample.analytes):
            yield from unknown((*where, "analytes", j), code, codes, noun)
        if kind in {"pk", "biomarker"} and not sample.analytes and not codes:
            yield Found(where, f"nothing to measure: the study has no {noun}", f"a list of {noun}s")


def _ada_plan(study: Study) -> Iterable[Found]:
    if study.immunogenicity is None:
        for kind in ("ada", "nab"):
            if getattr(study.schedule, kind):
                yield Found(
                    ("schedule", kind), "samples without an assay", "an immunogenicity section"
                )
        return
    drugs, codes = [d.code for d in study.drugs], [a.code for a in study.analytes]
    for i, assay in enumerate(study.immunogenicity.assays):
        where = ("immunogenicity", "assays", i)
        yield from unknown((*where, "drug"), assay.drug, drugs, "drug")
        yield from unknown((*where, "tolerance_analyte"), assay.tolerance_analyte, codes, "analyte")
        if assay.drug_tolerance is not None and assay.tolerance_analyte is None:
            yield Found(
                where, "drug tolerance of which analyte?", "tolerance_analyte: " + ", ".join(codes)
            )
        if study.schedule.nab and assay.nab is None:
            yield Found(
                where, "NAb samples are planned, the assay has no NAb test", "an ISTESTCD in nab"
            )


def _tumour_plan(study: Study) -> Iterable[Found]:
    if study.schedule.tumour and study.response is None:
        yield Found(("schedule", "tumour"), "scans without a response plan", "a response section")
    if study.response and study.schedule.tumour is None:
        yield Found(("response",), "responses without planned scans", "schedule.tumour")
    needs = [e for e in (study.survival.endpoints if study.survival else ()) if e != "OS"]
    if needs and study.response is None:
        yield Found(
            ("survival", "endpoints"), f"{needs[0]} needs responses", "OS, or a response section"
        )


def _objectives(study: Study) -> Iterable[Found]:
    plans = {
        "DLT": study.escalation,
        "PK": study.nca,
        "ADA": study.immunogenicity,
        "RESPONSE": study.response,
        "SURVIVAL": study.survival,
        "BIOMARKER": study.biomarkers or None,
    }
    for i, objective in enumerate(study.objectives):
        if objective.topic in plans and plans[objective.topic] is None:
            yield Found(
                ("objectives", i),
                f"'{objective.measure}' is an objective and the study has no plan for it",
                "the section of that topic",
            )


def _twice(study: Study) -> Iterable[Found]:
    for name in ("drugs", "analytes", "biomarkers", "cohorts"):
        codes = [item.code for item in getattr(study, name)]
        for i, code in enumerate(codes):
            if code in codes[:i]:
                yield Found((name, i, "code"), f"'{code}' is given twice", "each code once")
    ids = [a.id for a in study.assumptions]
    for i, code in enumerate(ids):
        if code in ids[:i]:
            yield Found(("assumptions", i, "id"), f"'{code}' is decided twice", "one decision")


def _visits(study: Study) -> Iterable[Found]:
    plan = study.schedule.follow_up
    if plan is None:
        return
    if len(plan.safety_days) != len(plan.safety_window_days):
        yield Found(
            ("schedule", "follow_up", "safety_window_days"),
            f"{len(plan.safety_window_days)} windows for {len(plan.safety_days)} safety visits",
            "one window a visit",
        )
    if (plan.survival_every_weeks is None) != (plan.survival_window_days is None):
        yield Found(
            ("schedule", "follow_up", "survival_every_weeks"),
            "survival interval and window belong together",
            "both or neither",
        )


def _conjugates(study: Study) -> Iterable[Found]:
    """Molar ratios need what they are made of: assay, weights, the ratio as made, and the choices."""
    for drug in study.drugs:
        own = [(i, a) for i, a in enumerate(study.analytes) if a.drug == drug.code]
        parts = [(i, a) for i, a in own if a.role in {"adc", "payload", "total_antibody"}]
        if len(parts) < 2 or "adc" not in {a.role for _, a in parts}:
            continue
        for i, a in parts:
            if a.molecular_weight is None:
                yield Found(
                    ("analytes", i, "molecular_weight"),
                    f"the molar ratios of {drug.code} need the weight of {a.code}",
                    "g/mol",
                )
            if a.role == "adc" and a.assay is None:
                yield Found(
                    ("analytes", i, "assay"),
                    f"what of {drug.code} the assay of {a.code} measures is not said",
                    "conjugated_antibody or conjugated_payload",
                )
            if a.assay == "conjugated_payload" and drug.drug_antibody_ratio is None:
                yield Found(
                    ("analytes", i, "assay"),
                    f"the fraction of the initial ratio needs drug_antibody_ratio of {drug.code}",
                    "payloads on one antibody as made",
                )
        if study.nca is not None and study.nca.conjugate is None:
            yield Found(("nca", "conjugate"), f"{drug.code} has parts to compare", "nca.conjugate")


def _sources(study: Study) -> Iterable[Found]:
    for domain in ("DM", "EX"):
        if domain not in study.sources:
            yield Found(("sources",), f"no source for {domain}", "files for DM and EX at least")


def _threshold(study: Study) -> Iterable[Found]:
    """One concentration cannot be the threshold of analytes in different units."""
    units = sorted({a.unit for a in study.analytes})
    if study.nca is not None and study.nca.time_above is not None and len(units) > 1:
        yield Found(
            ("nca", "time_above"),
            f"{study.nca.time_above:g} in which unit? the analytes have {', '.join(units)}",
            "one unit for all analytes, or no time_above",
        )


HOUSE: Final = "names in a study file lead somewhere"
MISTAKES: Final = (
    study_check(
        "ANALYTE-DRUG",
        (
            "an analyte or biomarker of no drug of the study",
            "an analyte belongs to a drug of the study",
        ),
        HOUSE,
        _analyte_drug,
    ),
    study_check(
        "COHORT-LEVEL",
        ("a cohort whose level is none", "a cohort's level is a dose level"),
        HOUSE,
        _cohort_level,
    ),
    study_check(
        "LEVEL-DOSE",
        ("a level without a dose of every drug", "a level gives a dose of every drug"),
        HOUSE,
        _level_doses,
    ),
    study_check(
        "SAMPLE-NAME",
        (
            "a planned sample of no known drug or analyte",
            "a planned sample names known drugs and analytes",
        ),
        HOUSE,
        _sample_names,
    ),
    study_check(
        "ADA-PLAN",
        ("ADA or NAb samples without an assay", "ADA samples have an assay"),
        "methods 7",
        _ada_plan,
    ),
    study_check(
        "TUMOUR-PLAN",
        ("scans without a response plan, or responses without scans", "scans have a response plan"),
        "methods 8",
        _tumour_plan,
    ),
    study_check(
        "OBJECTIVE-PLAN",
        ("an objective without its plan", "every objective has its plan"),
        HOUSE,
        _objectives,
    ),
    study_check(
        "CODE-TWICE", ("a code that names two things", "a code names one thing"), HOUSE, _twice
    ),
    study_check(
        "VISIT-WINDOW",
        ("a follow-up visit without its window", "every follow-up visit has its window"),
        HOUSE,
        _visits,
    ),
    study_check(
        "CONJUGATE",
        ("molar ratios without what they are made of", "molar ratios have what they need"),
        "methods 6.3",
        _conjugates,
    ),
    study_check(
        "THRESHOLD-UNIT",
        ("one threshold for analytes in different units", "a threshold has one unit"),
        "methods 5.4",
        _threshold,
    ),
    study_check(
        "SOURCE",
        ("no source of subjects or doses", "subjects and doses have a source"),
        HOUSE,
        _sources,
    ),
)
