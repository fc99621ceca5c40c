"""Why a table is what it is: inputs, settings, code, and what had changed when its room ran last."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import polars as pl
import pytest
from checkouts import TINY

from pkpipe.cli import main
from pkpipe.history.record import flat
from pkpipe.provenance import sha256
from pkpipe.rooms import ROOMS
from pkpipe.store import audit_trail, finished_rooms
from pkpipe.store.frozen import FINDINGS, NAME

pytestmark = pytest.mark.workflow
AT = ("--study", TINY[0], "--cutoff", TINY[1])
PC = "deliveries/tiny/pc.csv"
FIRST = "first run: there was no result before it"
UNCHANGED = "nothing it rests on has changed"


@pytest.fixture
def why(checkout, monkeypatch, capsys):
    """Lines of the answer about a table; the code of the checkout is the code of this tree."""
    monkeypatch.chdir(checkout.path)

    def asked(table, cutoff=TINY[1]):
        capsys.readouterr()
        assert main(["why", TINY[0], cutoff, table]) == 0
        return [line.strip() for line in capsys.readouterr().out.splitlines()]

    return asked


def stage(*rooms):
    for room in rooms:
        assert main(["stage", room, *AT]) == 0


def manifest_of(checkout):
    return json.loads((checkout.results() / "manifest.json").read_text(encoding="utf-8"))


def test_a_table_names_its_inputs_raw_files_settings_and_code_as_the_manifest_has_them(
    why, checkout
):
    manifest = manifest_of(checkout)
    hashes = {e["path"]: e["sha256"] for e in manifest["outputs"] + manifest["inputs"]}
    lines = why("ADPP")
    text = "\n".join(lines)
    assert lines[0] == "pk/ADPP of tiny at 2025-07-31"
    assert f"SHA-256  {hashes['pk/ADPP.parquet']}" in text
    for name in next(r.reads for r in ROOMS if r.name == "pk"):
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert line.split()[1] == hashes[f"{name}.parquet"]
    raw = f"{manifest['raw']}/pc.csv"
    assert f"pc.csv  {hashes[raw]}" in lines
    assert next(line for line in lines if line.startswith("validate/PC ")).endswith("  pc.csv")
    assert f"Code: fingerprint {manifest['code']['pk']}, " in text
    assert "Configuration: config/tiny.yaml, fingerprint " in text
    assert f"polars {pl.__version__}" in text
    assert FIRST in lines
    assert lines[-1] == UNCHANGED


@pytest.mark.slow
def test_every_table_of_every_room_has_a_history(why):
    for room in ROOMS:
        for table in room.writes:
            assert why(f"{room.name}/{table}")[0] == f"{room.name}/{table} of tiny at 2025-07-31"
    assert why("report")[0] == "report/index.html of tiny at 2025-07-31"
    assert why("tlf")[0] == "tlf/all.pdf of tiny at 2025-07-31"


@pytest.mark.slow
def test_a_changed_setting_and_a_changed_raw_file_are_named_before_and_after_the_run(why, checkout):
    checkout.edit("config/tiny.yaml", "auc_method: linear_up_log_down", "auc_method: linear")
    checkout.edit(PC, ",20,ug/mL,20,20.0", ",21,ug/mL,21,21.0")
    setting = "configuration nca.auc_method was linear_up_log_down, is linear (room pk)"
    before = why("ADPP")
    assert FIRST in before
    told = before[before.index("Since then:") :]
    assert "these changed, and the next run makes it anew:" in told
    assert setting in told
    assert any(line.startswith("raw file pc.csv has other content: was ") for line in told)

    stage("snapshot", "validate", "subjects", "pk", "safety")
    stage(
        "immunogenicity", "escalation", "cohorts", "displays", "report", "tlf", "manifest"
    )  # what rests on them
    after = why("ADPP")
    start = after.index("these differ from the run before:")
    assert after[start + 1] == setting
    kinds = [line.split(" has other content")[0] for line in after[start + 2 : start + 5]]
    assert kinds == ["table validate/PC", "table snapshot/PC", "raw file pc.csv"]
    assert after[start + 5] == "the table itself is another than before"
    assert after[-1] == UNCHANGED

    dm = why("validate/DM")
    assert "the table itself is byte for byte what it was before" in dm
    (safety,) = (line for line in why("ADAE") if line.startswith("nothing it rests on differed"))
    assert safety.endswith(
        "rooms snapshot, validate, subjects ran again before it and gave the same tables"
    )
    tumor = why("ADTR")
    assert FIRST in tumor
    assert any(
        line.startswith("not rebuilt since ") and line.endswith("the last run left it alone")
        for line in tumor
    )


@pytest.mark.slow
def test_an_earlier_cutoff_that_was_frozen_meanwhile_is_named(why, checkout):
    earlier = checkout.results().with_name("2025-03-31")
    (earlier / "validate").mkdir(parents=True)
    shutil.copy(checkout.results() / "validate" / "FINDINGS.parquet", earlier / "validate")
    content = sha256(earlier / FINDINGS)
    (earlier / NAME).write_text(json.dumps({"files": {FINDINGS: content}}))
    sealed = audit_trail.Entry(audit_trail.FREEZE, {NAME: sha256(earlier / NAME)}, "Li", "meeting")
    audit_trail.append(earlier, sealed)
    changed = f"findings compared with cutoff was none, is 2025-03-31 {content}"
    assert f"configuration {changed} (room validate)" in why("FINDSTAT")
    stage("validate")
    lines = why("FINDSTAT")
    assert f"configuration {changed} (room validate)" in lines
    assert "the table itself is another than before" in lines
    assert lines[-1] == UNCHANGED
    status = pl.read_parquet(checkout.results() / "validate" / "FINDSTAT.parquet")
    assert set(status["STATUS"]) == {"OPEN"}
    assert set(status["BASIS"]) == {"FROZEN"}


def test_changed_code_is_named_by_its_file(why, checkout):
    record = checkout.results() / "logs" / "made" / "survival.json"
    content = json.loads(record.read_text(encoding="utf-8"))
    content["facts"]["code"]["survival/__init__.py"] = "0" * 64
    content["facts"]["packages"]["polars"] = "1.0"
    record.write_text(json.dumps(content), encoding="utf-8")
    stage("survival")
    lines = why("ADTTE")
    assert any(
        line.startswith("code survival/__init__.py has other content: was 000000000000, is ")
        for line in lines
    )
    assert f"package polars was 1.0, is {pl.__version__} (room survival)" in lines
    assert "the table itself is byte for byte what it was before" in lines


@pytest.mark.slow
def test_a_room_asked_for_by_hand_says_that_nothing_differed(why):
    stage("tumor")
    (line,) = (line for line in why("ADTR") if line.startswith("nothing it rests on differed"))
    assert line.endswith("it was asked for by hand, or a file of it was missing")


def test_a_table_changed_by_hand_is_told_of(why, checkout):
    path = checkout.results() / "subjects" / "ADSL.parquet"
    pl.read_parquet(path).head(1).write_parquet(path)
    assert any(
        line.startswith("the file was changed by hand (SHA-256 now ") for line in why("ADSL")
    )
    assert any(line.startswith("table subjects/ADSL has other content") for line in why("ADPP"))
    path.unlink()
    assert any(line.startswith("the file is gone: pkpipe verify ") for line in why("ADSL"))


@pytest.mark.slow
def test_a_room_that_failed_leaves_the_history_of_the_last_good_run(why, checkout):
    before, raw_before = why("validate/DM"), why("snapshot/DM")
    checkout.edit("deliveries/tiny/dm.csv", ",50,F,A,A,", ",50,F,Z,Z,")
    stage("snapshot")
    assert main(["stage", "validate", *AT]) == 3
    after = why("validate/DM")
    assert after[: after.index("Since then:")] == before[: before.index("Since then:")]
    assert any(line.startswith("raw file dm.csv has other content") for line in after)
    told = raw_before.index("Since then:")
    assert why("snapshot/DM")[:told] == raw_before[:told]


def without(path, column):
    """A table as another program would have written it, with its mark."""
    pl.read_parquet(path).drop(column).write_parquet(path)
    run = path.parent.parent
    mark = finished_rooms.read(run, path.parent.name)
    name = path.relative_to(run).as_posix()
    finished_rooms.leave(run, replace(mark, written={**mark.written, name: sha256(path)}))


def test_a_room_that_misses_a_column_says_which_room_to_run_again(why, checkout, capsys):
    without(checkout.results() / "subjects" / "ADSL.parquet", "USUBJID")
    assert main(["stage", "safety", *AT]) == 3
    told = capsys.readouterr().err
    assert "room safety: no column USUBJID in subjects/ADSL" in told
    assert "room subjects wrote other tables than lie here now: subjects/ADSL.parquet" in told
    assert (
        "snakemake --cores 2 --forcerun subjects safety --config study=tiny cutoff=2025-07-31"
        in told
    )
    record = checkout.results() / "logs" / "made" / "subjects.json"
    content = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps(content | {"code": "0" * 16}), encoding="utf-8")
    assert main(["stage", "safety", *AT]) == 3
    assert "room subjects wrote its tables with another version" in capsys.readouterr().err
    record.unlink()
    assert main(["stage", "safety", *AT]) == 3
    assert "room subjects left no record of what it wrote" in capsys.readouterr().err


def test_a_defect_of_a_room_whose_tables_are_right_keeps_its_traceback(why, monkeypatch):
    def wrong(tables, study):
        return tables["ADRS"].select("NO SUCH COLUMN")

    monkeypatch.setattr("pkpipe.survival.run", wrong)
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        main(["stage", "survival", *AT])


def test_a_domain_that_two_rooms_have_is_the_checked_one_and_the_other_is_named(why):
    lines = why("pc.csv")
    assert lines[0].startswith("validate/PC of ")
    assert lines[-1].startswith("snapshot/PC is another table")
    assert why("snapshot/pc", "20250731")[0].startswith("snapshot/PC of ")


def test_a_reader_that_has_seen_enough_ends_the_verb_quietly(checkout):
    reads, writes = os.pipe()
    os.close(reads)
    words = [sys.executable, "-m", "pkpipe", "why", *TINY, "ADPP"]
    done = subprocess.run(
        words, cwd=checkout.path, stdout=writes, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writes)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tinny", TINY[1], "ADPP"), "'tinny' is not in the run file, did you mean 'tiny'?"),
        (("tiny", "2025-07-30", "ADPP"), "'2025-07-30', did you mean '2025-07-31'? (there are: "),
        (("tiny", TINY[1], "ADP"), "no table 'ADP', did you mean 'AD"),
        (("tiny", TINY[1], "pk/ADSL"), "no table 'pk/ADSL', did you mean 'pk/AD"),
        (("tiny", TINY[1], "rapport"), "no table 'rapport' (there are:"),
    ],
)
def test_a_wrong_name_is_refused_with_what_is_meant(checkout, monkeypatch, capsys, words, told):
    monkeypatch.chdir(checkout.path)
    assert main(["why", *words]) == 2
    assert told in capsys.readouterr().err


def test_a_result_without_a_record_says_how_to_get_one(checkout, monkeypatch, capsys):
    monkeypatch.chdir(checkout.path)
    record = checkout.results() / "logs" / "made" / "pk.json"
    record.write_text("{", encoding="utf-8")
    assert main(["why", *TINY, "ADPP"]) == 3
    assert "is no record of pkpipe" in capsys.readouterr().err
    record.unlink()
    assert main(["why", *TINY, "ADPP"]) == 3
    told = "snakemake --cores 2 --forcerun pk --config study=tiny cutoff=2025-07-31"
    assert told in capsys.readouterr().err


def test_settings_are_named_by_code_and_key():
    assert flat({"a": [{"code": "X", "n": 1}, {"code": "Y", "n": None}], "b": [1, 2], "c": {}}) == {
        "a.X.n": 1,
        "a.Y.n": None,
        "b": [1, 2],
    }
