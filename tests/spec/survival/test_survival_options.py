"""What `pkpipe tte` and `pkpipe km` can say, `survival:` can say, and the room answers as the verbs do."""

from datetime import date, timedelta

import polars as pl
import pytest
import yaml
from support import ROOT

from pkpipe.cli import main
from pkpipe.cli.tte import TteFile
from pkpipe.errors import ConfigError
from pkpipe.protocol.efficacy import ResponsePlan, SurvivalPlan
from pkpipe.protocol.file_reading.loader import load_document, load_study, validated
from pkpipe.protocol.survival_options import CurveRules, TteChoices
from pkpipe.survival import run
from pkpipe.survival.options import PlannedScans

FILE = ROOT / "config" / "bat6026.yaml"
STUDY = load_study(FILE)
SECTION = yaml.safe_load(FILE.read_text("utf-8"))["survival"]
START = date(2024, 1, 1)
# S0 to S3 progress, S2 after two missed scans, S3 after one; S4 responds; S5 goes on.
COURSE = {
    "S0": {42: "SD", 84: "PD"},
    "S1": {42: "SD", 84: "SD", 126: "PD"},
    "S2": {42: "SD", 168: "PD"},
    "S3": {42: "SD", 126: "PD"},
    "S4": {42: "PR", 84: "PR", 126: "PR", 168: "PD"},
    "S5": {42: "SD", 84: "SD", 126: "SD"},
}


def day(n):
    return START + timedelta(days=n)


def reference():
    return pl.DataFrame(
        {"USUBJID": list(COURSE), "TRTSDT": [START] * 6, "LSTALVDT": [day(300)] * 6}
    )


def assessed():
    return [(who, day(n), answer) for who, course in COURSE.items() for n, answer in course.items()]


def by_the_room(**said):
    study = STUDY.model_copy(update={"survival": SurvivalPlan.model_validate(SECTION | said)})
    kept = {"CRIT": "RECIST 1.1", "EVAL": "INVESTIGATOR", "SRC": "derived", "BASE": 50.0}
    rows = [
        {"USUBJID": w, "PARAMCD": "OVR", "ADT": d, "AVALC": a, **kept} for w, d, a in assessed()
    ]
    rows.append({"USUBJID": "S4", "PARAMCD": "CRSP", "ADT": day(42), "AVALC": "Y", **kept})
    people = reference().with_columns(
        **{c: pl.lit("C") for c in ("COHORT", "LEVEL", "PART", "TUMTYPE")}, SAFFL=pl.lit("Y")
    )
    return run({"ADSL": people, "ADRS": pl.DataFrame(rows)}, study)


def by_the_verb(tmp_path, **said):
    rs = [(w, "OVRLRESP", a, d, "INVESTIGATOR") for w, d, a in assessed()]
    names = ["USUBJID", "RSTESTCD", "RSSTRESC", "RSDTC", "RSEVAL"]
    pl.DataFrame(rs, schema=names, orient="row").write_csv(tmp_path / "rs.csv")
    reference().write_csv(tmp_path / "ref.csv")
    own = {k: v for k, v in SECTION.items() if k in TteChoices.model_fields}
    scans = {} if "gap" in said else {"schedule": STUDY.schedule.tumour.model_dump(mode="json")}
    given = own | scans | said
    (tmp_path / "o.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    files = [f"--{n}={tmp_path / n}.csv" for n in ("rs", "ref")]
    out = tmp_path / "tte.csv"
    assert main(["tte", *files, f"--options={tmp_path / 'o.yaml'}", f"-o{out}"]) == 0
    return pl.read_csv(out)


def times(table):
    rows = table.select("USUBJID", "PARAMCD", "SCHEME", "AVAL", "CNSR", "CNSRRSN")
    return rows.cast({"AVAL": pl.Float64, "CNSR": pl.Int64, "CNSRRSN": pl.Int64}).sort(
        "USUBJID", "PARAMCD", "SCHEME"
    )


def test_the_section_has_every_option_of_both_verbs_under_its_name_with_its_meaning():
    for verb in (TteChoices, CurveRules):
        for name, field in verb.model_fields.items():
            ours = SurvivalPlan.model_fields[name]
            assert (ours.annotation, ours.description) == (field.annotation, field.description)
            assert ours.get_default() == field.get_default(), name
    own = (
        set(SurvivalPlan.model_fields) - set(TteChoices.model_fields) - set(CurveRules.model_fields)
    )
    assert own == {"landmarks_months", "month_days", "comparisons"}


def test_what_the_file_of_tte_has_beyond_it_a_study_says_in_other_sections():
    beyond = set(TteFile.model_fields) - set(TteChoices.model_fields)
    assert beyond - set(ResponsePlan.model_fields) == {"schedule"}
    planned = set(PlannedScans.model_fields)
    assert planned == set(type(STUDY.schedule.tumour).model_fields)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"missed": 1},
        {"missed": 3},
        {"gap": {"interval_days": 42, "window_days": 7}, "sensitivity": ["C", "E"]},
        {"response": "unconfirmed"},
        {"scheme": "last_assessment", "sensitivity": ["A"]},
    ],
)
def test_the_same_choices_give_the_same_times_under_every_scheme(tmp_path, said):
    room, verb = times(by_the_room(**said)["ADTTE"]), times(by_the_verb(tmp_path, **said))
    if said.get("response") != "unconfirmed":  # the room takes unconfirmed responders from ADRS
        assert room.equals(verb)
    both = pl.col("PARAMCD").is_in(["PFS", "OS"])
    assert room.filter(both).equals(verb.filter(both))


def test_how_many_missed_assessments_censor_matters():
    reasons = {
        missed: by_the_room(missed=missed)["ADTTE"].filter(ANL01FL="Y", PARAMCD="PFS")
        for missed in (1, 2, 3)
    }
    censored = {m: set(t.filter(CNSRRSN=3)["USUBJID"]) for m, t in reasons.items()}
    assert censored == {1: {"S2", "S3"}, 2: {"S2"}, 3: set()}


def test_the_verb_counts_a_small_group_and_estimates_nothing_as_a_study_does(tmp_path):
    times_of = pl.DataFrame(
        {"time": [10, 20, 30, 40, 50], "event": [1, 1, 0, 1, 0], "g": ["A"] * 4 + ["B"]}
    )
    times_of.write_csv(tmp_path / "t.csv")
    out, curve = tmp_path / "km.csv", tmp_path / "curve.csv"
    given = ["km", str(tmp_path / "t.csv"), "--by", "g", "--min-n-curve", "3", "-o", str(out)]
    assert main([*given, "--curve", str(curve)]) == 0
    table = pl.read_csv(out, schema_overrides={"NOTE": pl.String})
    small = table.filter(GROUP="B", STAT="MEDIAN").row(0, named=True)
    assert small["ESTIMATE"] is None
    assert small["NOTE"] == "fewer than 3 subjects: listed, not estimated"
    assert table.filter(GROUP="B", STAT="N")["ESTIMATE"].to_list() == [1]
    assert table.filter(GROUP="A", STAT="MEDIAN")["ESTIMATE"].is_not_null().all()
    assert set(pl.read_csv(curve)["GROUP"]) == {"ALL", "A"}


def test_ties_of_a_cox_model_are_the_study_s_choice():
    group = {"group": "COHORT", "reference": "C", "against": ["D"], "endpoints": ["PFS"]}
    ratio = {}
    for ties in ("efron", "breslow"):
        plan = SurvivalPlan.model_validate(SECTION | {"comparisons": [group], "ties": ties})
        study = STUDY.model_copy(update={"survival": plan})
        rows = [
            {"USUBJID": f"S{i}", "PARAMCD": "OVR", "ADT": day(n), "AVALC": "PD", "BASE": 50.0}
            | {"CRIT": "RECIST 1.1", "EVAL": "INVESTIGATOR", "SRC": "derived"}
            for i, n in enumerate((42, 42, 84, 42, 84, 84))
        ]
        people = reference().with_columns(
            COHORT=pl.Series(["C", "D"] * 3), LEVEL=pl.lit("C"), PART=pl.lit("C"), SAFFL=pl.lit("Y")
        )
        tests = run({"ADSL": people, "ADRS": pl.DataFrame(rows)}, study)["KMTEST"]
        ratio[ties] = tests.filter(STAT="HR", GROUPVAL="D")["ESTIMATE"].item()
    assert ratio["efron"] != ratio["breslow"]


def test_a_gap_goes_with_no_scheme_that_dates_by_the_plan(tmp_path):
    path = tmp_path / "o.yaml"
    path.write_text("gap: {interval_days: 42, window_days: 7}\nscheme: B\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="it goes with no gap"):
        validated(TteFile, load_document(path), path)
    with pytest.raises(ValueError, match="it goes with no gap"):
        SurvivalPlan.model_validate(SECTION | {"gap": {"interval_days": 42, "window_days": 7}})
