"""Two cutoffs compared: every changed record, and every displayed number with the factor that moved it."""

import hashlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from pkpipe import provenance
from pkpipe.cli import main
from pkpipe.differences import compare
from pkpipe.differences.differences_page import by_cause, lines
from pkpipe.differences.displays import ABOUT_RUN
from pkpipe.differences.stored import read_run
from pkpipe.rooms import ROOMS, rooms_in, roots_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
CONFIG = """\
studies:
  tiny: {protocol: tiny.yaml, raw: deliveries/tiny, virtual_seed: null, cutoffs: [2025-07-31]}
"""


class Study:
    """The tiny study in a folder of its own; every run is made in this process."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "config").mkdir(parents=True)
        (folder / "config" / "config.yaml").write_text(CONFIG, encoding="utf-8")
        shutil.copy2(ROOT / "tests" / "studies" / "tiny.yaml", folder / "config")
        shutil.copytree(ROOT / "tests" / "workflow" / "tiny_raw", folder / "deliveries" / "tiny")

    def run(self, cutoff, results="results"):
        """Every room; the folder of the run."""
        for room in [*(room.name for room in ROOMS), "manifest"]:
            words = ["stage", room, "--study", "tiny", "--cutoff", cutoff, "--results", results]
            assert main(words) == 0, room
        return self.folder / results / "tiny" / cutoff

    def edit(self, name, old, new):
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first") / "study"
    study = Study(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        study.run("2025-07-31")
        study.run("2025-03-15")
    return study


@pytest.fixture
def study(first, tmp_path, monkeypatch):
    """A copy in which both cutoffs are done; `again` is the folder of another run of the late one."""
    shutil.copytree(first.folder, tmp_path / "study")
    copy = Study.__new__(Study)
    copy.folder = tmp_path / "study"
    monkeypatch.chdir(copy.folder)
    return copy


RESTS_ON_PK = {"pk", "immunogenicity", "cohorts"}
LATE = Path("results/tiny/2025-07-31")


def differences(before, after):
    return compare(read_run(Path(before)), read_run(Path(after)))


def test_a_run_and_its_copy_do_not_differ(study):
    shutil.copytree(LATE, "copy")
    found = differences(LATE, "copy")
    assert found.data.is_empty()
    assert found.numbers.is_empty()
    assert found.shown.is_empty()


def test_what_only_the_later_date_shows_is_caused_by_the_cut_date(study):
    found = differences("results/tiny/2025-03-15", LATE)
    assert set(found.data["CAUSE"]) == {"cut date"}
    assert set(found.numbers["CAUSE"]) == {"cut date"}
    assert set(found.shown["CAUSE"]) == {"cut date", ABOUT_RUN}
    enrolled = found.shown.filter(pl.col("ID") == "T14.1.1.1|ENROLLED|ALL|share").row(0, named=True)
    assert (enrolled["CHANGE"], enrolled["CAUSE"]) == ("changed", "cut date")
    death = found.data.filter(pl.col("FIELD") == "DTHDTC").row(0, named=True)
    assert (death["TABLE"], death["RECORD"], death["OLD"], death["NEW"]) == (
        "DM",
        "TINY-01-003",
        None,
        "2025-06-20",
    )
    assert death["FILE"] == "dm.csv"


def test_a_corrected_value_is_shown_old_to_new_and_causes_only_what_rests_on_it(study):
    study.edit("deliveries/tiny/pc.csv", "20,ug/mL,20,20.0", "22,ug/mL,22,22.0")
    found = differences(LATE, study.run("2025-07-31", "again"))
    changed = found.data.filter(pl.col("FIELD") == "PCSTRESN").row(0, named=True)
    assert (changed["OLD"], changed["NEW"], changed["CHANGE"]) == ("20.0", "22.0", "changed")
    assert changed["RECORD"] == "TINY-01-001 / MAB / SERUM / 2025-01-06T10:02"
    assert set(found.data["CAUSE"]) == set(found.numbers["CAUSE"]) == {"data corrected"}
    summary = found.numbers.filter(pl.col("TABLE") == "cohorts/SUMMARY")
    assert set(summary["TOPIC"]) == {"PK"}
    assert set(summary["COHORT"]) == {"A"}
    shown = found.shown.filter(pl.col("CAUSE") == "data corrected")
    assert "T14.4.1.1" in shown["DISPLAY"].to_list()
    assert set(found.shown["CAUSE"]) <= {"data corrected", ABOUT_RUN}
    assert set(found.numbers["TABLE"].str.split("/").list.first()) <= RESTS_ON_PK


def test_a_sample_under_another_time_is_one_record_re_keyed(study):
    study.edit("deliveries/tiny/pc.csv", "2025-01-06T10:02", "2025-01-06T10:05")
    found = differences(LATE, study.run("2025-07-31", "again"))
    assert found.data.select("CHANGE", "FIELD", "OLD", "NEW", "CAUSE").rows() == [
        ("re-keyed", "PCDTC", "2025-01-06T10:02", "2025-01-06T10:05", "data corrected")
    ]


def test_a_new_record_and_a_deleted_one_are_told_apart(study):
    study.edit(
        "deliveries/tiny/ae.csv",
        "TINY-01,AE,TINY-01-001,1,Nausea",
        "TINY-01,AE,TINY-01-001,2,Headache,Headache,Nervous system disorders,3,N,N,N,N,RELATED,"
        "DOSE NOT CHANGED,RECOVERED/RESOLVED,2025-01-10,2025-01-12\nTINY-01,AE,TINY-01-001,1,Nausea",
    )
    path = study.folder / "deliveries" / "tiny" / "ae.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if "TINY-01-004" not in x), encoding="utf-8")
    found = differences(LATE, study.run("2025-07-31", "again"))
    assert found.data.select("RECORD", "CHANGE", "CAUSE").rows() == [
        ("TINY-01-001 / 2", "added", "data new"),
        ("TINY-01-004 / 1", "removed", "data deleted"),
    ]
    causes = dict(found.numbers.group_by("COHORT").agg(pl.col("CAUSE").unique().sort()).iter_rows())
    assert causes["A"] == ["data new"]
    assert causes["X"] == ["data deleted"]
    assert found.unexplained.is_empty()


def test_another_setting_is_the_cause_of_what_it_moves(study):
    study.edit("config/tiny.yaml", "auc_method: linear_up_log_down", "auc_method: linear")
    found = differences(LATE, study.run("2025-07-31", "again"))
    assert found.data.is_empty()
    assert set(found.numbers["CAUSE"]) == {"configuration"}
    summary = found.numbers.filter(pl.col("TABLE") == "cohorts/SUMMARY")
    assert set(summary["TOPIC"]) == {"PK"}
    assert set(found.numbers["TABLE"].str.split("/").list.first()) <= RESTS_ON_PK


LEDGER = """\
ENTRY,ACTION,TARGET,USUBJID,PARCAT1,ADTM,AVAL,AVALC,REASON,RECBY,RECDT,APPRBY
E1,EXCLUDE,CONCENTRATION,TINY-01-001,MAB,2025-01-07T09:30,18.9,,haemolysed,A. Wu,2025-02-01,B. Li
"""


def test_an_entry_of_the_exclusion_ledger_is_the_cause_of_what_it_moves(study):
    source = "  AE: {files: [ae.csv]}\n"
    study.edit("config/tiny.yaml", source, f"{source}  LEDGER: {{files: [ledger.csv]}}\n")
    (study.folder / "deliveries" / "tiny" / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    found = differences(LATE, study.run("2025-07-31", "again"))
    assert found.data.select("TABLE", "CHANGE", "CAUSE").rows() == [
        ("LEDGER", "added", "exclusion")
    ]
    assert set(found.numbers["CAUSE"]) == {"exclusion"}
    assert set(found.numbers["TABLE"]) >= {"cohorts/SUMMARY", "pk/PKCONC", "pk/PKSTAT"}
    assert set(found.numbers["COHORT"]) == {"A", "ALL"}


def test_several_causes_are_told_apart_and_the_rare_ones_come_first(study):
    study.edit("deliveries/tiny/pc.csv", "20,ug/mL,20,20.0", "22,ug/mL,22,22.0")
    study.edit("config/tiny.yaml", "auc_method: linear_up_log_down", "auc_method: linear")
    found = differences("results/tiny/2025-03-15", study.run("2025-07-31", "again"))
    causes = dict(by_cause(found.numbers).iter_rows())
    assert causes["data corrected"] < causes["cut date"]
    assert any(set(c.split("; ")) == {"configuration", "data corrected"} for c in causes)
    assert found.unexplained.is_empty()
    told = [line for line in lines(found, most=1) if line.endswith(")")]
    assert all("(cut date)" not in line for line in told)
    assert len(told) == 3  # a record, a number of a display, a number of a table


def edit_stored(folder, change):
    """Another program made this run: its summary and manifest say so, and agree with each other."""
    for suffix in ("parquet", "csv"):
        path = folder / "cohorts" / f"SUMMARY.{suffix}"
        frame = (
            pl.read_parquet(folder / "cohorts" / "SUMMARY.parquet") if suffix == "parquet" else None
        )
        if frame is not None:
            wanted = (pl.col("TOPIC") == "PK") & (pl.col("STAT") == "GMEAN")
            frame.with_columns(
                VALUE=pl.when(wanted).then(pl.col("VALUE") * 2).otherwise("VALUE")
            ).write_parquet(path)
    hashes_of_now(folder, change)


def hashes_of_now(folder, change):
    """The manifest agrees with the files, and says what `change` makes of it."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["outputs"]:
        entry["sha256"] = hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest()
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_run_made_before_a_column_was_known_is_compared_all_the_same(study):
    shutil.copytree(LATE, "results/tiny/2025-07-31.r2")
    for room in ("snapshot", "validate"):
        path = Path("results/tiny/2025-07-31.r2") / room / "AE.parquet"
        pl.read_parquet(path).drop("AESOC").write_parquet(path)
    hashes_of_now(Path("results/tiny/2025-07-31.r2"), other_code)
    found = differences("results/tiny/2025-07-31.r2", LATE)
    assert set(found.data["FIELD"]) == {"AESOC"}
    assert found.unexplained.is_empty()


def other_code(manifest):
    manifest["code"] = dict.fromkeys(manifest["code"], "0" * 16)


def other_packages(manifest):
    manifest["versions"]["numpy"] = "1.0"
    manifest["code"] = {
        room.name: provenance.fingerprint(*roots_of(room), versions=manifest["versions"])
        for room in rooms_in(manifest)
    }


@pytest.mark.parametrize(
    ("change", "cause"),
    [(other_code, "code"), (other_packages, "environment"), (lambda manifest: None, "unexplained")],
    ids=["code", "environment", "neither"],
)
def test_a_number_that_no_replay_gives_is_told_by_what_else_differs(study, change, cause, capsys):
    shutil.copytree(LATE, "results/tiny/2025-07-31.r2")
    edit_stored(Path("results/tiny/2025-07-31.r2"), change)
    found = differences(LATE, "results/tiny/2025-07-31.r2")
    assert found.numbers.height > 0
    assert set(found.numbers["CAUSE"]) == {cause}
    code = main(["diff", "tiny", "2025-07-31", "2025-07-31.r2"])
    assert code == (4 if cause == "unexplained" else 0)
    told = capsys.readouterr().err
    assert ("no factor explains them" in told) == (cause == "unexplained")
    assert "another version of pkpipe" not in told


def test_what_another_version_made_and_this_one_cannot_explain_says_so(study, capsys):
    shutil.copytree(LATE, "results/tiny/2025-07-31.r2")
    edit_stored(Path("results/tiny/2025-07-31.r2"), other_code)
    hashes_of_now(LATE, other_code)
    assert main(["diff", "tiny", "2025-07-31", "2025-07-31.r2"]) == 4
    assert "both runs were made by another version of pkpipe" in capsys.readouterr().err


def test_the_verb_writes_tables_and_a_page_in_which_text_stays_text(study, capsys):
    study.edit("deliveries/tiny/ae.csv", "Nausea,Nausea", "<script>alert(1)</script>,Nausea")
    study.run("2025-07-31", "again")
    shutil.copytree("again/tiny/2025-07-31", "results/tiny/2025-07-31.r2")
    assert main(["diff", "tiny", "2025-07-31", "2025-07-31.r2", "-o", "out"]) == 0
    assert "AETERM: Nausea -> <script>" in capsys.readouterr().out
    page = Path("out/index.html").read_text(encoding="utf-8")
    assert 'href="../results/tiny/2025-07-31.r2/report/index.html"' in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    for name in ("data", "numbers", "shown"):
        assert (
            pl.read_csv(f"out/{name}.csv", infer_schema=False).height
            == pl.read_parquet(f"out/{name}.parquet").height
        )


def test_a_run_whose_files_were_touched_is_not_compared(study, capsys):
    (LATE / "pk" / "ADPP.csv").write_text("changed\n", encoding="utf-8")
    assert main(["diff", "tiny", "2025-03-15", "2025-07-31"]) == 3
    assert "pk/ADPP.csv: was changed" in capsys.readouterr().err
    assert main(["diff", "tiny", "2025-03-15", "2024-01-01"]) == 3
