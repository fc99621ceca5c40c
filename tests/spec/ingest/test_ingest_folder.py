"""`pkpipe ingest DIR`: all of a delivery comes into the raw folder, or nothing, and no content is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ingest_places import sha
from support import ROOT

from pkpipe.cli import main
from pkpipe.ingest import copying
from pkpipe.store import audit_chain

PC, EX, NEW = b"A\n1\n", b"B\n2\n", b"A\n1\n9\n"


def test_a_delivery_is_in_the_raw_folder_and_each_content_in_the_archive(place):
    code, said = place.ingest("june", "--as", "Li Wei", "--reason", "June transfer")
    assert code == 0
    assert place.in_raw() == {"pc.csv": PC, "site/ex.csv": EX}
    assert place.kept() == {f"{sha(PC)}.csv": PC, f"{sha(EX)}.csv": EX}
    assert "2 files at june: 2 new, 0 changed, 0 as they lie" in said
    assert f"new: pc.csv, SHA-256 {sha(PC)}" in said
    [line] = place.trail()
    assert (line["action"], line["where"], line["as"]) == ("ingest", "june", "Li Wei")
    assert line["reason"] == "June transfer"
    assert line["what"] == {"raw/pc.csv": sha(PC), "raw/site/ex.csv": sha(EX)}
    assert line["before"] == {"raw/pc.csv": None, "raw/site/ex.csv": None}
    assert place.half_written() == []


def test_taken_in_again_nothing_is_new_and_the_trail_has_no_line_more(place):
    place.ingest("june")
    stamps = {p: p.stat().st_mtime_ns for p in place.raw.rglob("*.csv")}
    code, said = place.ingest("june")
    assert (code, len(place.trail())) == (0, 1)
    assert "0 new, 0 changed, 2 as they lie" in said
    assert {p: p.stat().st_mtime_ns for p in place.raw.rglob("*.csv")} == stamps


def test_a_known_file_is_not_copied_again_and_one_changed_within_its_size_is(place, monkeypatch):
    place.ingest("june")
    copied = []
    first = copying.copied
    monkeypatch.setattr(
        copying, "copied", lambda *words: copied.append(words[1].name) or first(*words)
    )
    Path("june/pc.csv").write_bytes(b"A\n7\n")
    assert place.ingest("june")[0] == 0
    assert copied == ["pc.csv"]
    assert place.in_raw()["pc.csv"] == b"A\n7\n"


def test_a_kept_content_that_was_damaged_in_the_archive_is_copied_again(place):
    place.ingest("june")
    (place.study / ".raw" / f"{sha(PC)}.csv").write_bytes(b"damaged")
    (place.raw / "pc.csv").unlink()
    assert place.ingest("june")[0] == 0
    assert place.in_raw()["pc.csv"] == PC
    assert place.kept()[f"{sha(PC)}.csv"] == PC


def test_a_changed_file_is_said_and_what_it_held_before_stays_in_the_archive(place):
    place.ingest("june")
    Path("june/pc.csv").write_bytes(NEW)
    code, said = place.ingest("june")
    assert code == 0
    assert place.in_raw()["pc.csv"] == NEW
    assert {f"{sha(PC)}.csv", f"{sha(NEW)}.csv"} <= place.kept().keys()
    assert f"changed: pc.csv, SHA-256 {sha(PC)[:12]}... -> {sha(NEW)}" in said
    assert f"is kept: results/abc101/.raw/{sha(PC)}.csv" in said
    last = place.trail()[-1]
    assert (last["before"], last["what"]) == ({"raw/pc.csv": sha(PC)}, {"raw/pc.csv": sha(NEW)})


def test_a_file_that_never_came_by_ingest_is_kept_before_it_is_replaced(place):
    place.raw.mkdir(parents=True)
    (place.raw / "pc.csv").write_bytes(b"by hand")
    (place.raw / "own.csv").write_bytes(b"stays")
    assert place.ingest("june")[0] == 0
    assert place.kept()[f"{sha(b'by hand')}.csv"] == b"by hand"
    assert place.trail()[-1]["before"]["raw/pc.csv"] == sha(b"by hand")
    assert place.in_raw()["own.csv"] == b"stays"


def test_a_file_that_vanished_at_the_source_is_named_and_stays(place):
    place.ingest("june")
    Path("june/pc.csv").unlink()
    code, said = place.ingest("june")
    assert code == 0
    assert "gone from the source, stays in raw/abc101: pc.csv" in said
    assert place.in_raw()["pc.csv"] == PC


def test_a_dry_run_says_the_same_and_writes_nothing(place):
    code, said = place.ingest("june", "--dry-run")
    assert code == 0
    assert f"new: pc.csv, SHA-256 {sha(PC)}" in said
    assert "nothing was written" in said
    assert not Path("raw").exists()
    assert not Path("results").exists()


def test_a_hidden_file_is_left_out_and_named(place):
    Path("june/.DS_Store").write_bytes(b"x")
    code, said = place.ingest("june")
    assert code == 0
    assert "left out, for it is hidden: .DS_Store" in said
    assert ".DS_Store" not in place.in_raw()


def test_all_names_that_are_refused_are_said_at_once_and_nothing_is_made(place):
    Path("june/link.csv").symlink_to("/etc/passwd")
    os.mkfifo("june/pipe.csv")
    Path("june/PC.csv").write_bytes(b"x")
    Path("june/b\\c.csv").write_bytes(b"x")
    code, said = place.ingest("june")
    assert code == 3
    for told in (
        "'link.csv': is a symbolic link",
        "'pipe.csv': is a named pipe",
        "U+005C",
        "in other letters",
    ):
        assert told in said
    assert not Path("raw").exists()
    assert not Path("results").exists()


def test_nothing_is_written_through_a_link_or_into_a_folder_of_the_raw_folder(place):
    outside = Path("outside")
    outside.mkdir()
    place.raw.mkdir(parents=True)
    (place.raw / "site").symlink_to(outside.resolve(), target_is_directory=True)
    (place.raw / "pc.csv").symlink_to(outside.resolve() / "pc.csv")
    code, said = place.ingest("june")
    assert code == 3
    assert "pc.csv is a link, and nothing is written through it" in said
    assert "site is a link" in said
    assert [*outside.iterdir()] == []


@pytest.mark.parametrize(
    ("sums", "told"),
    [
        (
            f"{sha(b'other')}  pc.csv\n",
            f"SHA256SUMS says SHA-256 {sha(b'other')}, what came has {sha(PC)}",
        ),
        (
            f"{sha(PC)}  gone.csv\n",
            "'gone.csv': SHA256SUMS names it (line 1) and it is not at the source",
        ),
        ("no hash\n", "line 1 is no hash and name"),
    ],
)
def test_a_delivery_that_is_not_what_its_own_sums_say_is_refused(place, sums, told):
    Path("june/SHA256SUMS").write_text(sums)
    code, said = place.ingest("june")
    assert code == 3
    assert told in said
    assert not Path("raw").exists()
    assert place.trail() == []


def test_a_delivery_that_is_what_its_sums_say_is_taken(place):
    Path("june/SHA256SUMS").write_text(f"{sha(PC)}  pc.csv\n{sha(EX)} *./site/ex.csv\n")
    Path("june/site/ex.csv.sha256").write_text(f"{sha(EX)}\n")
    assert place.ingest("june")[0] == 0


def test_a_file_that_changes_while_it_is_copied_is_named_and_nothing_is_placed(place, monkeypatch):
    piece = copying._piece

    def grows(file, source, listed):
        if listed.name == "pc.csv":
            Path("june/pc.csv").write_bytes(NEW)
        return piece(file, source, listed)

    monkeypatch.setattr(copying, "_piece", grows)
    code, said = place.ingest("june")
    assert code == 3
    assert "'pc.csv': was changed at the source while it was copied" in said
    assert not Path("raw").exists()
    assert f"{sha(NEW)}.csv" not in place.kept()


def test_a_file_that_goes_between_the_list_and_the_copy_is_named(place, monkeypatch):
    content = copying.copied

    def late(source, listed, study, tell):
        Path("june/site/ex.csv").unlink(missing_ok=True)
        return content(source, listed, study, tell)

    monkeypatch.setattr("pkpipe.ingest.copying.copied", late)
    code, said = place.ingest("june")
    assert code == 3
    assert "'site/ex.csv': cannot be read (No such file or directory)" in said
    assert not Path("raw").exists()


def test_the_trail_of_a_study_is_whole_with_lines_of_ingests_whatever_the_files_are_called(place):
    for name in ("manifest.json", "FROZEN.json"):
        Path("june", name).write_text("{}")
    place.ingest("june")
    assert len(audit_chain.verified(place.study)) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["june", "--study", "drawn"], 2, "its raw tables are drawn"),
        (["june", "--study", "abc110"], 2, "did you mean 'abc101'?"),
        (
            ["nowhere", "--study", "abc101"],
            3,
            "nowhere: cannot be read (No such file or directory)",
        ),
        (["june", "--study", "../x", "--raw", "raw/x"], 2, "is no name of a study"),
        (["raw/abc101", "--study", "abc101"], 2, "is written to"),
        (["raw", "--study", "abc101"], 2, "is written to"),
        (["empty", "--study", "abc101"], 3, "empty: no file is there"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_is_allowed(place, words, code, told, capsys):
    Path("empty").mkdir()
    assert main(["ingest", *words]) == code
    assert told in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_study_that_has_no_file_yet_is_taken_in_by_raw(place):
    assert place.ingest("june", "--raw", "raw/xyz", study="xyz")[0] == 0
    assert Path("raw/xyz/pc.csv").read_bytes() == PC
    assert Path("results/xyz/AUDIT.jsonl").is_file()


def test_without_the_package_for_a_storage_the_line_that_installs_it_is_said(place, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    code, said = place.ingest("s3://bucket/june")
    assert code == 2
    assert "pip install 'pkpipe[s3]'" in said


def test_a_folder_is_taken_in_without_fsspec():
    code = "import sys; sys.modules['fsspec'] = None; import pkpipe.ingest, pkpipe.cli.ingest; print('fine')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "fine\n"
