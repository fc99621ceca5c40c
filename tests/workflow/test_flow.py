"""The flow as people run it: everything once, nothing twice, and exactly what changed."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from checkouts import TINY, VIRTUAL, Checkout, rooms_in

from pkpipe.rooms import BY_NAME, ROOMS

pytestmark = pytest.mark.workflow
OLD = 946_684_800.0  # the year 2000: older than any result
AFTER_PK = {"pk", "immunogenicity", "cohorts", "displays", "report", "tlf", "manifest"}
AFTER_SURVIVAL = {"survival", "cohorts", "displays", "report", "tlf", "manifest"}
NOT_ASKED = {
    room.name for room in ROOMS if room.switch
}  # neither study of these checkouts asks for one
ALL = {room.name for room in ROOMS} - NOT_ASKED | {"manifest"}


def of(study, rooms):
    return {(study, room) for room in rooms}


def contents(folder, leave_out=()):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in leave_out
    }


def test_one_run_makes_every_table_and_report_of_every_study(finished):
    for run in (TINY, VIRTUAL):
        folder = finished.results(run)
        for room in ROOMS:
            for table in room.writes:
                assert (folder / room.name / f"{table}.parquet").is_file()
                assert (folder / room.name / f"{table}.csv").is_file()
        assert (folder / "report" / "index.html").stat().st_size > 10_000
        assert finished.pkpipe("verify", str(folder)).returncode == 0


@pytest.mark.slow
def test_a_finished_run_says_where_the_reports_are(checkout):
    (checkout.results() / "report" / ".done").unlink()
    done = checkout.snakemake()
    assert "results/tiny/2025-07-31/report/index.html" in done.stderr.splitlines()
    assert "results/bat6026/2025-02-28/report/index.html" in done.stderr.splitlines()


def test_a_second_run_does_nothing_and_says_so(checkout):
    before = contents(checkout.path / "results")
    done = checkout.snakemake()
    assert done.returncode == 0
    assert "Nothing to be done" in done.stderr + done.stdout
    assert contents(checkout.path / "results") == before


@pytest.mark.slow
def test_a_copy_of_the_tree_elsewhere_runs_nothing_even_with_new_file_times(few, tmp_path):
    for path, copy in (("plain", shutil.copy2), ("touched", shutil.copyfile)):
        shutil.copytree(few.path, tmp_path / path, copy_function=copy)
        assert Checkout(tmp_path / path).planned() == set()


@pytest.mark.slow
def test_a_value_of_the_nca_section_reruns_pk_and_what_follows_for_that_study_only(checkout):
    checkout.edit("config/tiny.yaml", "auc_method: linear_up_log_down", "auc_method: linear")
    assert checkout.planned() == of("tiny", AFTER_PK)
    assert checkout.snakemake().returncode == 0
    assert checkout.planned() == set()


def test_a_comment_in_a_study_file_reruns_nothing(checkout):
    checkout.edit("config/tiny.yaml", "nca:\n", "nca:   # how areas are computed\n")
    assert checkout.planned() == set()


def test_code_of_a_room_reruns_that_room_and_what_follows(checkout):
    checkout.edit("pkpipe/survival/__init__.py", '"""', '"""Changed. ')
    assert checkout.planned() == of("tiny", AFTER_SURVIVAL) | of("bat6026", AFTER_SURVIVAL)


def test_code_that_every_room_reads_with_reruns_every_room_but_draws_no_trial_anew(checkout):
    checkout.edit("pkpipe/store/run_tables.py", '"""', '"""Changed. ')
    assert checkout.planned() == of("tiny", ALL) | of("bat6026", ALL)


@pytest.mark.slow
def test_a_new_cutoff_of_the_command_line_leaves_the_others_alone(checkout):
    asked = ("--config", "study=tiny", "cutoff=20250315")
    assert checkout.planned(*asked) == of("tiny", ALL)
    assert checkout.snakemake(*asked).returncode == 0
    assert (checkout.path / "results" / "tiny" / "2025-03-15" / "manifest.json").is_file()
    assert checkout.planned() == set()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("study=tinny", "did you mean 'tiny'?"),
        ("cutof=2025-07-31", "did you mean 'cutoff'?"),
        ("cutoff=2025-02-30", "2025-02-30"),
        ("cutoff=soon", "allowed: a whole date such as 2026-06-30"),
    ],
)
def test_what_the_command_line_asks_wrongly_is_refused_by_name(few, asked, told):
    done = few.snakemake("--dry-run", "--config", asked)
    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_raw_file_with_new_content_and_an_older_time_is_noticed(checkout):
    checkout.edit("deliveries/tiny/tr.csv", ",22,mm,22,22,", ",21,mm,21,21,", modified=OLD)
    assert checkout.planned() == of("tiny", ALL)
    assert checkout.snakemake().returncode == 0
    tr = pl.read_parquet(checkout.results() / "validate" / "TR.parquet")
    assert 21.0 in tr["TRSTRESN"]
    assert checkout.planned() == set()


@pytest.mark.slow
def test_a_raw_file_of_a_virtual_trial_changed_by_hand_is_read_and_not_drawn_anew(checkout):
    path = checkout.path / "data" / "virtual" / "bat6026" / "dm.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    changed = path.read_bytes()
    assert checkout.planned() == of("bat6026", ALL)
    assert checkout.snakemake("results/bat6026/2025-02-28/snapshot/.done").returncode == 0
    assert path.read_bytes() == changed


@pytest.mark.slow
def test_the_seed_of_a_virtual_trial_draws_it_anew(checkout):
    checkout.edit("config/config.yaml", "virtual_seed: 7", "virtual_seed: 8")
    dry = checkout.snakemake("--dry-run")
    assert "drawing a virtual trial" in dry.stdout + dry.stderr
    assert checkout.planned() == of("bat6026", ALL)


@pytest.mark.slow
def test_a_raw_file_replaced_while_it_is_read_is_noticed(checkout):
    # The job itself replaces the file before it reads it: what a transfer in progress does.
    checkout.edit(
        "pkpipe/reading/delivery.py",
        "    path = folder / name\n",
        '    path = folder / name\n    if name == "tr.csv" and not (folder / "once").exists():\n'
        '        (folder / "once").touch()\n'
        '        path.write_text(path.read_text().replace(",22,mm,22,22,", ",23,mm,23,23,"))\n',
    )
    before = contents(checkout.results() / "snapshot", leave_out=(".done",))
    target = "results/tiny/2025-07-31/snapshot/.done"
    first = checkout.snakemake(target)
    assert first.returncode == 1
    assert "changed between planning this run and reading them" in first.stderr
    assert contents(checkout.results() / "snapshot") == before
    assert checkout.snakemake(target).returncode == 0
    tr = pl.read_parquet(checkout.results() / "snapshot" / "TR.parquet")
    assert "23" in tr["TRSTRESN"]


@pytest.mark.slow
def test_a_bad_study_stops_alone_and_its_earlier_results_stay(checkout):
    tiny = checkout.results()
    before = contents(tiny, leave_out=("logs",))
    checkout.edit("deliveries/tiny/pc.csv", ",EOI,1,", ",EOI,one,", modified=OLD)
    (checkout.path / "deliveries" / "tiny" / "rs.csv").unlink()
    checkout.edit("config/bat6026.yaml", "clinical_benefit_weeks: 24", "clinical_benefit_weeks: 25")

    done = checkout.snakemake()
    assert done.returncode == 1
    ran = rooms_in(done.stderr + done.stdout)
    assert of("tiny", {"snapshot", "validate"}) == {r for r in ran if r[0] == "tiny"}
    assert ("bat6026", "manifest") in ran
    assert "Traceback" not in done.stderr
    for told in (
        "pc.csv row 3, subject TINY-01-001: PCTPTNUM is 'one'",
        "rs.csv: the file is not there",
    ):
        assert told in done.stderr.split("What went wrong:")[1]

    after = contents(tiny, leave_out=("logs",))
    marks = {"snapshot/.done", "validate/.done"}
    assert {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)} <= marks
    verified = checkout.pkpipe("verify", str(tiny))
    assert verified.returncode == 0, verified.stderr
    assert "/pc.csv: was changed since; what the run read is kept in .raw/" in verified.stdout
    assert "/rs.csv: is missing since; what the run read is kept in .raw/" in verified.stdout
    elsewhere = checkout.pkpipe("verify", str(tiny), "--raw", "deliveries/tiny")
    assert elsewhere.returncode == 3
    assert "pc.csv: was changed (SHA-256" in elsewhere.stderr
    findings = pl.read_csv(tiny / "logs" / "findings.csv")
    wrong = findings.filter(pl.col("SEVERITY") == "error").select(
        "FILE", "ROW", "USUBJID", "COLUMN", "VALUE"
    )
    assert wrong.rows() == [
        ("pc.csv", 3, "TINY-01-001", "PCTPTNUM", "one"),
        ("rs.csv", None, None, None, None),
    ]
    # Once more, nothing repaired: it is not taken for good because files of the good run lie there.
    assert checkout.planned() >= of("tiny", {"validate", "subjects", "report", "manifest"})
    again = checkout.snakemake()
    assert again.returncode == 1
    assert rooms_in(again.stderr + again.stdout) == of("tiny", {"snapshot", "validate"})
    assert contents(tiny, leave_out=("logs",)) == after


def test_the_room_itself_ends_with_3_and_writes_nothing(checkout):
    checkout.edit("deliveries/tiny/ex.csv", ",mg/kg,", ",ug/kg,")
    at = ("--study", "tiny", "--cutoff", "2025-07-31")
    assert checkout.pkpipe("stage", "snapshot", *at).returncode == 0
    before = contents(checkout.results() / "validate")
    done = checkout.pkpipe("stage", "validate", *at)
    assert done.returncode == 3
    assert checkout.pkpipe("verify", str(checkout.results())).returncode == 0
    assert (
        "ex.csv row 2, subject TINY-01-001: EXDOSU is 'ug/kg': a dose in another unit"
        in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert contents(checkout.results() / "validate") == before


def test_a_room_without_its_tables_says_which(checkout):
    shutil.rmtree(checkout.results() / "subjects")
    done = checkout.pkpipe("stage", "survival", "--study", "tiny", "--cutoff", "2025-07-31")
    assert done.returncode == 3
    assert "subjects/ADSL.parquet" in done.stderr


def test_verify_names_every_file_that_was_changed(checkout):
    folder = checkout.results()
    (folder / "pk" / "ADPP.csv").write_text("changed\n", encoding="utf-8")
    (folder / "report" / "index.html").unlink()
    checkout.edit("deliveries/tiny/ae.csv", "Nausea", "Vomiting")
    done = checkout.pkpipe("verify", str(folder))
    assert done.returncode == 3
    for told in (
        "pk/ADPP.csv: was changed",
        "report/index.html: is missing",
        "ae.csv: was changed",
    ):
        assert told in done.stderr


def test_the_manifest_names_every_input_and_output_and_no_machine(finished):
    folder = finished.results()
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    content = json.loads(text)
    listed = {entry["path"] for entry in content["outputs"]}
    lying = {p for p in contents(folder, leave_out=("logs",)) if not Path(p).name.startswith(".")}
    assert listed == lying - {"manifest.json"}
    assert [Path(entry["path"]).name for entry in content["inputs"]] == sorted(
        path.name for path in (finished.path / "deliveries" / "tiny").iterdir()
    )
    assert set(content["code"]) == set(BY_NAME) - NOT_ASKED
    assert content["versions"]["polars"] == pl.__version__
    assert str(finished.path) not in text


def test_check_reads_config_and_raw_tables_and_writes_nothing(checkout):
    before = contents(checkout.path)
    good = checkout.pkpipe("check", "tiny")
    assert good.returncode == 0
    assert "error: 0" in good.stdout
    assert contents(checkout.path, leave_out=("pkpipe",)) == {
        k: v for k, v in before.items() if not k.startswith("pkpipe/")
    }
    assert checkout.pkpipe("check", "config/tiny.yaml").returncode == 0
    checkout.edit("deliveries/tiny/dm.csv", ",A,A,A,A,", ",Z,A,A,A,")
    bad = checkout.pkpipe("check", "tiny")
    assert bad.returncode == 3
    assert "dm.csv row 2, subject TINY-01-001: ARMCD is 'Z'" in bad.stderr
    shutil.rmtree(checkout.path / "deliveries")
    gone = checkout.pkpipe("check", "tiny")
    assert gone.returncode == 3
    assert "dm.csv: the file is not there" in gone.stderr
