"""Before the dose and at the end of the infusion are what the schedule says; a name decides nothing."""

import re
import sys
from datetime import date

import polars as pl
import pytest
from pk_drawings import SAMPLES, TINY, sample, trial, value
from pydantic import ValidationError
from support import ROOT, typed_domain

from pkpipe.clinical import sample_schedule
from pkpipe.protocol.schedule import END_WORDS, PREDOSE_WORDS, PlannedSample
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.linter import lint
from pkpipe.validate.checks.planned_samples import SCHEDULE

sys.path.append(str(ROOT / "tests" / "spec" / "simulation"))
from virtual_trials import drawn, results, study, variant, write

# --- a virtual trial under other names ---

ROOMS = ("subjects", "pk", "immunogenicity")
NAMED = ("ATPT", "TIMEPT")  # columns that show the name of a time point
KINDS = ("pk", "ada", "nab", "biomarker")
RENAMES = {
    "numbers": {"PREDOSE": ("0H", "0H"), "EOI": ("1H", "1H")},
    "chinese": {"PREDOSE": ("给药前", "给药前"), "EOI": ("输注结束", "输注结束")},
    "two names": {"PREDOSE": ("BASELINE", "Trough"), "EOI": ("END", "END")},
}


def renamed_study(names):
    """The study with other names of time points: one for the first cycle, one for the others."""

    def change(content):
        for kind in KINDS:
            split = []
            for planned in content["schedule"].get(kind, ()):
                first, later = names.get(planned["timepoint"], [planned["timepoint"]] * 2)
                for name, cycles in (
                    (first, [c for c in planned["cycles"] if c == 1 or first == later]),
                    (later, [c for c in planned["cycles"] if c > 1 and first != later]),
                ):
                    split += [planned | {"timepoint": name, "cycles": cycles}] if cycles else []
            content["schedule"][kind] = split

    return variant("bat6026", change)


def renamed_data(tables, names):
    out = dict(tables)
    for code in ("PC", "IS", "CP"):
        name, frame = f"{code}TPT", tables[code]
        first, later = (
            pl.col(name).replace({old: new[i] for old, new in names.items()}) for i in (0, 1)
        )
        out[code] = frame.with_columns(
            pl.when(pl.col("CYCLE").cast(pl.String) == "1").then(first).otherwise(later).alias(name)
        )
    return out


@pytest.fixture(scope="module")
def as_named(tmp_path_factory):
    folder = tmp_path_factory.mktemp("as_named")
    write(drawn("bat6026", 28), folder)
    return results(study("bat6026"), folder, ROOMS, date(2026, 3, 31))


@pytest.mark.parametrize("names", RENAMES.values(), ids=RENAMES)
def test_every_number_is_the_same_whatever_a_time_point_is_called(names, as_named, tmp_path):
    write(renamed_data(drawn("bat6026", 28), names), tmp_path)
    got = results(renamed_study(names), tmp_path, ROOMS, date(2026, 3, 31))
    assert set(got) == set(as_named)
    for name, frame in as_named.items():
        if name in {"SOURCES", "FINDINGS", "ARRIVAL", "PC", "IS", "CP", "CUTAWAY"}:
            continue
        left, right = (f.drop(c for c in NAMED if c in f.columns) for f in (frame, got[name]))
        order = [c for c, t in left.schema.items() if not t.is_nested()]
        assert right.sort(order).equals(left.sort(order)), name
    assert got["FINDINGS"]["CHECK"].to_list() == as_named["FINDINGS"]["CHECK"].to_list()


# --- the schedule of a small study ---


def with_samples(*samples, study=TINY, kind="pk"):
    planned = tuple(PlannedSample.model_validate(s) for s in samples)
    changed = study.schedule.model_copy(update={kind: planned})
    return study.model_copy(update={"schedule": changed})


def planned(timepoint, hours, cycles=(1,), *, early=0.0, late=0.0, **more):
    return {
        "timepoint": timepoint,
        "cycles": cycles,
        "hours": hours,
        "early_hours": early,
        "late_hours": late,
        **more,
    }


def marks(study, *names, kind="pk", code="MAB"):
    frame = pl.DataFrame(
        [(code, name, None) for name in names],
        schema={"C": pl.String, "T": pl.String, "H": pl.Float64},
        orient="row",
    )
    told = sample_schedule.marked(frame, study, kind, {"code": "C", "name": "T", "hours": "H"})
    return told.select("IS_PRE", "IS_EOI", "IS_PLANNED").rows()


def test_the_name_is_compared_without_case_blanks_hyphens_and_width():
    assert marks(TINY, "Pre-Dose", "ＰＲＥＤＯＳＥ", "pre dose", "eoi") == [
        (True, False, True),
        (True, False, True),
        (True, False, True),
        (False, True, True),
    ]


def test_a_name_that_no_schedule_plans_is_neither():
    assert marks(TINY, "C1D1 Pre-infusion", "End of infusion", None) == [(False, False, False)] * 3


def test_negative_hours_of_an_unplanned_name_are_before_the_dose():
    frame = pl.DataFrame({"T": ["-1 H", "0 H"], "H": [-1.0, 0.0]})
    told = sample_schedule.marked(frame, TINY, "pk", {"name": "T", "hours": "H"})
    assert told["IS_PRE"].to_list() == [True, False]


def test_a_sample_that_gives_only_its_hours_is_what_is_planned_there():
    frame = pl.DataFrame(
        {"C": ["MAB"] * 4, "T": [None] * 4, "H": [0.0, 1.0, 24.0, 5.0]},
        schema_overrides={"T": pl.String},
    )
    told = sample_schedule.marked(frame, TINY, "pk", {"code": "C", "name": "T", "hours": "H"})
    assert told.select("IS_PRE", "IS_EOI", "IS_PLANNED", "TPKEY").rows() == [
        (True, False, True, "PREDOSE"),
        (False, True, True, "EOI"),
        (False, False, True, "24H"),
        (False, False, False, None),
    ]


def test_troughs_are_found_in_a_file_that_has_nominal_hours_and_no_names():
    lines = [
        " | ".join([*(c.strip() for c in line.split("|")[:2]), "", *line.split("|")[3:], hours])
        for line, hours in zip(
            SAMPLES.strip().splitlines()[1:], ("0", "1", "24", "168", "336", "0", "1"), strict=True
        )
    ]
    head = SAMPLES.strip().splitlines()[0] + " | PCTPTNUM"
    named, bare = trial(), trial(samples="\n".join([head, *lines]))
    columns = [c for c in named["ADPP"].columns if named["ADPP"].schema[c] != pl.List]
    assert bare["ADPP"].select(columns).equals(named["ADPP"].select(columns))
    assert bare["ADPC"]["PREFL"].to_list() == named["ADPC"]["PREFL"].to_list()


def test_the_end_of_the_infusion_is_where_the_infusion_ends():
    infused = with_samples(
        planned("A", 1), planned("B", 2), planned("C", 2.5, end_of_infusion=True)
    )
    assert [m[1] for m in marks(infused, "A", "B", "C")] == [True, False, True]
    said = with_samples(planned("A", 1, end_of_infusion=False))
    assert marks(said, "A") == [(False, False, True)]


@pytest.mark.parametrize("route", ["extravascular", "iv_bolus"])
def test_what_is_not_infused_has_no_end_of_infusion(route):
    drug = TINY.drugs[0].model_copy(update={"route": route, "infusion_hours": 0})
    oral = with_samples(planned("0H", 0), planned("EOI", 1)).model_copy(update={"drugs": (drug,)})
    assert [m[1] for m in marks(oral, "0H", "EOI")] == [False, False]


def test_a_time_point_planned_for_another_analyte_is_what_it_is_there():
    study = with_samples(planned("T0", 0, predose=True, analytes=("OTHER",)))
    assert marks(study, "T0") == [(False, False, False)]  # nobody measures OTHER
    two = study.model_copy(
        update={"analytes": (*TINY.analytes, TINY.analytes[0].model_copy(update={"code": "OTHER"}))}
    )
    assert marks(two, "T0") == [(True, False, True)]


# --- the pk room ---

TWO = (
    planned("PRE2", -2, (1, 2), early=0.5, late=0.5, predose=True),
    planned("PRE1", 0, (1, 2), early=1, predose=True),
    planned("EOI", 1, (1, 2), late=0.25),
    *(planned(n, h, early=2, late=2) for n, h in (("24H", 24), ("D8", 168), ("D15", 336))),
)


def test_two_samples_planned_before_one_dose_are_two_times():
    samples = SAMPLES.replace("2     | PREDOSE", "2     | PRE1   ").replace(
        "1     | PREDOSE", "1     | PRE1   "
    )
    samples += "1 | 2 | PRE2 | 502.1 | 4.5\n"
    tables = trial(samples=samples, study=with_samples(*TWO))
    assert [sample(tables, n, 2)["NRRLT"] for n in ("PRE1", "PRE2")] == [0, -2]
    assert [sample(tables, n, 2)["PREFL"] for n in ("PRE1", "PRE2")] == ["Y", "Y"]
    assert sample(tables, "PRE2", 2)["WINFL"] == "IN"
    assert value(tables, "CTROUGH")["AVAL"] == 4  # the one nearest to the dose


def test_a_predose_sample_by_words_alone_is_taken_at_its_time():
    tables = trial(samples=SAMPLES.replace("2     | PREDOSE", "2     | Pre-infusion"))
    row = tables["ADPC"].filter(pl.col("ATPT") == "Pre-infusion").row(0, named=True)
    assert (row["PREFL"], row["DOSENO"], row["ARRLT"], row["SUMFL"]) == (None, 1, 503.5, "N")


# --- what is asked ---


def asked(code, names, study=TINY, **more):
    test = {"PC": "PCTESTCD", "IS": "ISTESTCD", "CP": "CPTESTCD"}[code]
    frame = pl.DataFrame(
        {
            "USUBJID": ["1"] * len(names),
            test: ["MAB"] * len(names),
            f"{code}TPT": names,
            **({"PCSPEC": ["SERUM"] * len(names)} if code == "PC" else {}),
        }
    )
    check = next(c for c in SCHEDULE if c.needs == (code,))
    found = pl.concat(check.find({code: typed_domain(code, frame)}, study))
    return dict(zip(found["VALUE"], found["MESSAGE"], strict=True))


@pytest.mark.parametrize("code", ["PC", "IS", "CP"])
def test_a_time_point_no_schedule_plans_is_asked_about_and_says_if_its_name_is_predose(code):
    study = TINY if code != "CP" else with_samples(planned("24H", 24), kind="biomarker")
    found = asked(code, ["Predose", "C1D1 Pre-infusion", "第1天给药前", "48H"], study)
    assert sorted(found) == sorted(["C1D1 Pre-infusion", "第1天给药前", "48H"])
    assert "its name says before the dose" in found["第1天给药前"]
    assert "its name" not in found["48H"]


def test_without_a_schedule_only_a_name_that_says_predose_is_asked_about():
    bare = with_samples()
    assert list(asked("PC", ["PREDOSE", "24H"], bare)) == ["PREDOSE"]


def linted(*samples):
    content = with_samples(*samples).model_dump(mode="json", exclude_none=True)
    return {f.id: f for f in lint(Study.model_validate(content)) if f.severity == "error"}


def test_a_study_file_whose_names_say_something_else_is_refused():
    assert "SAMPLE-PREDOSE" in linted(planned("Pre-infusion", 0))
    assert "SAMPLE-PREDOSE" in linted(planned("给药前", 0, cycles=(1, 2)))
    assert "SAMPLE-EOI" in linted(planned("End of infusion", 2))
    assert "SAMPLE-EOI" in linted(planned("输注结束", 2))
    told = linted(planned("EOI", 2))["SAMPLE-EOI"]
    assert "end_of_infusion: true or false" in told.allowed
    for fine in (
        planned("EOI", 2, end_of_infusion=True),
        planned("EOI+2H", 3),
        planned("0H", 0, predose=True),
    ):
        assert not {"SAMPLE-PREDOSE", "SAMPLE-EOI"} & set(linted(fine))


def test_one_name_is_predose_in_all_its_cycles_or_in_none():
    found = linted(planned("0H", 0, (1,), predose=True), planned("0H", 0, (2,)))
    assert "before the dose in one cycle and after it in another" in found["SAMPLE-PREDOSE"].message


def test_hours_below_zero_are_predose_and_nothing_is_both():
    for wrong in (planned("A", -1), planned("A", 0, predose=True, end_of_infusion=True)):
        with pytest.raises(ValidationError):
            PlannedSample.model_validate(wrong)


@pytest.mark.parametrize("name", ["Pre-dose", "C1D1 Pre-infusion", "30 min pre-dose", "基线"])
def test_words_before_the_dose(name):
    assert re.search(PREDOSE_WORDS, name)
    assert pl.select(sample_schedule.says_predose(pl.lit(name))).item()


@pytest.mark.parametrize("name", ["2H", "PRESSURE", "0H", "EOT", "2H post predose"])
def test_other_words(name):
    assert not re.search(PREDOSE_WORDS, name)
    assert not re.search(END_WORDS, name)
