"""What `pkpipe check` accepts the run accepts: what the study file alone shows is refused at once."""

import pytest
import yaml
from support import ROOT

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study_checks import needed
from pkpipe.simulation import simulate

CONFIG = ROOT / "config" / "bat6026.yaml"


def checked(tmp_path, change, capsys, *arguments):
    """Exit code and words of `pkpipe check` on the changed study file."""
    content = load_study(CONFIG).model_dump(mode="json", exclude_none=True, exclude={"virtual"})
    change(content)
    path = tmp_path / "bat6026.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    code = main(["check", str(path), *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_cases_check_passes_run_refuses(tmp_path, capsys):
    code, said = checked(tmp_path, lambda s: s["escalation"].pop("min_dose_fraction"), capsys)
    assert code == 2
    assert "escalation.min_dose_fraction: this key is missing and has no default" in said


def _other_criteria(content):
    content["response"]["criteria"] = ["iRECIST"]


def _cohorts_of_two(content):
    content["escalation"]["cohort_size"] = 2


def _no_parameter(content):
    content["nca"]["dose_proportionality"]["parameters"] = ["CMAXX"]


def _no_column(content):
    content["sources"]["PC"]["columns"] = {"PCSTRESNN": "CONC"}


def _two_readings(content):
    content["sources"]["CP"] |= {"files": content["sources"]["PC"]["files"], "encoding": "gb18030"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_other_criteria, "response.criteria: time to event needs RECIST 1.1 among them"),
        (_cohorts_of_two, "escalation.cohort_size: is 2"),
        (_no_parameter, "nca.dose_proportionality.parameters: 'CMAXX' is no parameter"),
        (_no_column, "sources.PC.columns: PC has no column 'PCSTRESNN'"),
        (_two_readings, "is read in another way by another domain"),
    ],
)
def test_cases_check_passes_run_refuses_whatever_room_would(tmp_path, capsys, change, key):
    code, said = checked(tmp_path, change, capsys)
    assert (code, key in said) == (2, True), said


def _at(*path, value):
    def change(content):
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    return change


DOSE = ("escalation", "levels", 0, "doses", "BAT6026")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("escalation", "dlt_window_days"), True, "escalation.dlt_window_days: true or false"),
        (("escalation", "min_dose_fraction"), True, "escalation.min_dose_fraction: true or false"),
        (("analytes", 0, "lloq"), True, "analytes.0.lloq: true or false"),
        (("drugs", 0, "cycle_days"), True, "drugs.0.cycle_days: true or false"),
        (("schedule", "pk", 0, "cycles"), [True], "schedule.pk.0.cycles: true or false"),
        (DOSE, True, "escalation.levels.0.doses: true or false"),
        (DOSE, -0.01, "escalation.levels.0.doses.BAT6026: "),
        (DOSE, float("nan"), "escalation.levels.0.doses.BAT6026: "),
        (DOSE, float("inf"), "escalation.levels.0.doses.BAT6026: "),
        (("schedule", "tumour", "every_weeks"), float("inf"), "schedule.tumour.every_weeks"),
        (("drugs", 0, "name"), "", "drugs.0.name: the text is empty"),
        (("study", "studyid"), " ", "study.studyid: the text is empty"),
        (("schedule", "pk", 0, "timepoint"), "", "schedule.pk.0.timepoint: the text is empty"),
    ],
)
def test_a_yes_is_no_number_and_a_blank_no_name(tmp_path, capsys, path, value, says):
    code, said = checked(tmp_path, _at(*path, value=value), capsys)
    assert (code, says in said) == (2, True), said


def test_a_virtual_trial_of_an_oral_drug_is_refused_for_the_simulator_draws_no_absorption():
    study = load_study(CONFIG)
    oral = study.drugs[0].model_copy(update={"route": "extravascular"})
    with pytest.raises(ConfigError, match="the simulator draws no absorption"):
        simulate(study.model_copy(update={"drugs": (oral,)}), 1)
    lost = study.model_copy(update={"simulation": None})
    assert "needs the sections simulation" in needed.lines(needed.DRAWN, lost)[0]
