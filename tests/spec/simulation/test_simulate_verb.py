"""`pkpipe simulate`: usage mistakes end with exit code 2, no traceback, and nothing written."""

import pytest
from support import ROOT
from virtual_trials import study

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.simulation import simulate


def ran(capsys, *words):
    code = main(["simulate", *words])
    return code, capsys.readouterr().err


def test_a_study_of_the_run_file_is_drawn_with_its_truth(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, said = ran(
        capsys, "bat6026", "-o", str(tmp_path / "x"), "--seed", "4", "--subjects", "12"
    )
    assert (code, "12 virtual subjects" in said) == (0, True)
    assert {p.stem for p in (tmp_path / "x" / "truth").iterdir()} == {
        "subjects",
        "pk",
        "ada",
        "decisions",
    }
    assert (tmp_path / "x" / "dm.csv").read_text().count("\n") == 13


def test_a_run_without_mess_leaves_no_log_of_an_earlier_mess(tmp_path, capsys):
    path = str(ROOT / "config" / "bat6026.yaml")
    for more in (["--mess"], []):
        assert ran(capsys, path, "-o", str(tmp_path), "--seed", "4", *more)[0] == 0
    assert not (tmp_path / "truth" / "mess.csv").exists()


def test_an_unknown_study_is_refused_with_those_there_are(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, said = ran(capsys, "bat6062", "-o", str(tmp_path / "x"), "--seed", "4")
    assert (code, "did you mean 'bat6026'?" in said) == (2, True)
    assert not (tmp_path / "x").exists()


def test_without_a_run_file_the_path_of_a_study_file_is_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = ran(capsys, "bat6026", "-o", "x", "--seed", "4")
    assert (code, "allowed: the path of a study file" in said) == (2, True)


def test_a_study_without_assumed_truths_is_refused(tmp_path, capsys):
    tiny = str(ROOT / "tests" / "studies" / "tiny.yaml")
    code, said = ran(capsys, tiny, "-o", str(tmp_path / "x"), "--seed", "4")
    assert (code, "needs the sections simulation and escalation" in said) == (2, True)


@pytest.mark.parametrize(
    "words", [["--seed", "-1"], ["--seed", "x"], ["--seed", "1", "--subjects", "0"]]
)
def test_a_seed_is_a_whole_number_and_asked_for(tmp_path, capsys, words):
    with pytest.raises(SystemExit) as end:
        main(["simulate", "bat6026", "-o", str(tmp_path), *words])
    assert end.value.code == 2


def test_a_seed_that_is_not_given_is_asked_for(tmp_path, capsys):
    code, said = ran(capsys, "bat6026", "-o", str(tmp_path / "x"))
    assert (code, "--seed: is missing" in said) == (2, True)


def test_kinetics_of_every_drug_are_asked_for(tmp_path):

    plan = study("bat8008_bat1308")
    short = plan.simulation.model_copy(update={"kinetics": plan.simulation.kinetics[:1]})
    with pytest.raises(ConfigError, match="kinetics: nothing on BAT1308"):
        simulate(plan.model_copy(update={"simulation": short}), 1)


def test_raw_files_of_a_trial_are_not_written_over(tmp_path, capsys):
    raw = tmp_path / "deliveries"
    raw.mkdir()
    (raw / "pc.csv").write_text("USUBJID,PCSTRESN\n1,59.9\n", encoding="utf-8")
    code = main(["simulate", str(ROOT / "config" / "bat6026.yaml"), "-o", str(raw), "--seed", "7"])
    said = capsys.readouterr().err
    assert code == 2
    assert "has raw files that no draw wrote" in said
    assert "pc.csv" in said
    assert "virtual_seed: null" in said
    assert [p.name for p in raw.iterdir()] == ["pc.csv"]
    assert (raw / "pc.csv").read_text(encoding="utf-8") == "USUBJID,PCSTRESN\n1,59.9\n"
