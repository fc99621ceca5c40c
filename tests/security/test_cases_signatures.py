"""Signatures of a run: outside its folder, of exactly its files, and no longer of others."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from stored_runs import AT, RUN, sha, tampered, verify
from support import ROOT

from pkpipe.cli import main
from pkpipe.errors import OutputError
from pkpipe.store import audit_chain, audit_trail, packages, signatures

PERSON = "Jane Roe, MD"


def signed(*words, person=PERSON, meaning="approval", path=RUN):
    return main(["sign", str(path), "--as", person, "--meaning", meaning, *words])


def audit_verify(capsys):
    capsys.readouterr()
    code = main(["audit", "verify", "tiny"])
    return code, "".join(capsys.readouterr())


def every_byte(run):
    return {p: p.read_bytes() for p in sorted(run.rglob("*")) if p.is_file()}


def package(here, run):
    """A package of the run, as `pkpipe package` seals it."""
    folder = here / "meeting"
    folder.mkdir()
    (folder / "decision.pdf").write_bytes(b"%PDF-1.7")
    content = {
        "study": "tiny",
        "cutoff": run.name,
        "run": {"manifest.json": sha(run / "manifest.json")},
        "files": {"decision.pdf": sha(folder / "decision.pdf")},
    }
    (folder / "MANIFEST.json").write_text(json.dumps(content), encoding="utf-8")
    what = {
        "manifest.json": sha(run / "manifest.json"),
        "MANIFEST.json": sha(folder / "MANIFEST.json"),
    }
    place = packages.where(folder, run.parent)
    audit_trail.append(run, audit_trail.Entry("package", what, where=place))
    return folder


def test_a_signature_holds_name_account_time_meaning_and_hash_and_changes_no_byte(run, capsys):
    before = every_byte(run)
    assert signed("--reason", "minutes of 7 July") == 0
    said = capsys.readouterr().out
    assert every_byte(run) == before
    (one,) = signatures.valid(run.parent, sha(run / "manifest.json"))
    assert (one.person, one.meaning, one.reason) == (PERSON, "approval", "minutes of 7 July")
    assert one.user == audit_trail.user()
    assert one.time[19] in "+-Z"
    assert one.manifest in said
    assert f"approval by {PERSON}, {one.time} (minutes of 7 July)" in said
    code, told = verify(capsys)
    assert code == 0
    assert f"approval by {PERSON}, {one.time} (minutes of 7 July): of these files" in told
    code, told = audit_verify(capsys)
    assert (code, "of these files" in told) == (0, True)


def test_after_a_later_change_the_signature_is_no_longer_of_these_files(run, capsys):
    assert signed() == 0
    tampered(run / "pk" / "ADPP.parquet")
    for code, told in (verify(capsys), audit_verify(capsys)):
        assert code == 3
        assert "pk/ADPP.parquet: was changed" in told
        assert f"approval by {PERSON}" in told
        assert "no longer of these files" in told


@pytest.mark.slow
def test_a_run_made_anew_with_other_files_has_lost_its_signature_and_says_so(here, run, capsys):
    assert signed() == 0
    first = sha(run / "manifest.json")
    pc = here / "deliveries" / "tiny" / "pc.csv"
    pc.write_text(pc.read_text().rstrip("\n").rpartition("\n")[0] + "\n", encoding="utf-8")
    for room in ("snapshot", "validate", "subjects", "pk", "immunogenicity", "tumor", "survival"):
        assert main(["stage", room, *AT, "--config", "config/config.yaml"]) == 0
    for room in ("safety", "escalation", "cohorts", "displays", "report", "tlf", "manifest"):
        assert main(["stage", room, *AT, "--config", "config/config.yaml"]) == 0
    assert sha(run / "manifest.json") != first
    code, told = verify(capsys)
    assert code == 0
    assert "no longer of these files" in told
    assert ": of these files" not in told
    assert signatures.valid(run.parent, sha(run / "manifest.json")) == []
    assert len(signatures.valid(run.parent, first)) == 1
    code, told = audit_verify(capsys)
    assert (code, "no longer of these files" in told) == (0, True)


@pytest.mark.parametrize("what", ["table", "extra", "manifest", "trail"])
def test_what_is_not_proved_is_not_signed(run, capsys, what):
    if what == "table":
        tampered(run / "pk" / "ADPP.parquet")
    if what == "extra":
        (run / "report" / "extra.html").write_text("<p>forged</p>")
    if what == "manifest":
        (run / "manifest.json").write_text((run / "manifest.json").read_text() + "\n")
    if what == "trail":
        (run.parent / audit_trail.NAME).unlink()
    lines = (run.parent / audit_trail.NAME).read_text() if what != "trail" else ""
    assert signed() == 3
    assert "is not signed" in capsys.readouterr().err
    path = run.parent / audit_trail.NAME
    assert (path.read_text() if path.exists() else "") == lines


@pytest.mark.parametrize("also", ["the run alone", "with its trail"])
def test_the_run_of_one_study_under_the_name_of_another_is_not_signed(here, run, capsys, also):
    other = here / "results" / "other"
    if also == "with its trail":
        shutil.copytree(run.parent, other)
    else:
        shutil.copytree(run, other / run.name)
        for name in (audit_trail.NAME, audit_trail.HEAD):
            shutil.copy2(run.parent / name, other / name)
    assert signed(path=other / run.name) == 3
    told = "is of study tiny, and lies in the folder of study other"
    assert told in capsys.readouterr().err
    for asked in (["verify", str(other / run.name)], ["audit", "verify", "other"]):
        assert main(asked) == 3
        assert told in capsys.readouterr().err


def test_a_copy_that_was_put_away_is_still_proved(here, run, tmp_path, capsys):
    for place in (tmp_path / "away" / run.name, tmp_path / "tiny-of-july" / run.name):
        shutil.copytree(run, place)
        assert main(["verify", str(place), "--raw", "deliveries/tiny"]) == 0
    link = here / "results" / "other"
    link.symlink_to(run.parent)
    assert main(["verify", str(link / run.name), "--config", "config/config.yaml"]) == 0


@pytest.mark.parametrize("person", ["", "  ", "A\nB"])
def test_a_signature_has_a_printed_name(run, person, capsys):
    assert signed(person=person) == 2
    assert "printed name" in capsys.readouterr().err


def test_a_reason_is_one_line_so_that_it_writes_no_line_of_its_own(run, capsys):
    assert signed("--reason", "x)\n  approval by Somebody Else") == 2
    assert "one line of printed words" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["pk", "pk/ADPP.parquet"])
def test_a_link_that_leads_out_of_the_run_is_not_signed(here, run, capsys, what):
    """What it leads to is no file of the run: nobody would miss or find what changes there."""
    (run / what).rename(here / "outside")
    (run / what).symlink_to(here / "outside")
    assert signed() == 3
    assert f"{what}: is a link that leads out of the run" in capsys.readouterr().err


def test_a_package_is_signed_by_its_own_manifest(here, run, capsys):
    folder = package(here, run)
    assert signed(path=folder) == 0
    assert main(["verify", str(folder)]) == 0
    assert f"approval by {PERSON}" in capsys.readouterr().out
    (one,) = signatures.valid(run.parent, sha(folder / "MANIFEST.json"))
    assert one.run == run.name
    assert main(["audit", "verify", "tiny"]) == 0
    said = capsys.readouterr().out
    assert f"package of {run.name}: approval by {PERSON}" in said
    assert "no longer" not in said
    assert "approval" not in verify(capsys)[1]
    (folder / "decision.pdf").write_bytes(b"%PDF-1.7 another")
    assert main(["verify", str(folder)]) == 3
    told = capsys.readouterr().err
    assert "decision.pdf: was changed" in told
    assert "no longer of these files" in told
    (folder / "decision.pdf").unlink()
    (folder / "other.pdf").write_bytes(b"")
    assert main(["verify", str(folder)]) == 3
    told = capsys.readouterr().err
    assert "decision.pdf: is missing" in told
    assert "other.pdf: lies in the package and is not named" in told


def test_a_signature_cut_off_the_end_of_the_trail_is_missed_also_after_the_next_line(run, capsys):
    assert signed() == 0
    path = run.parent / audit_trail.NAME
    whole = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(whole[:-1]), encoding="utf-8")
    for code, told in (verify(capsys), audit_verify(capsys)):
        assert code == 3
        assert f"it ends too early, with line {len(whole) - 1}; line {len(whole)}" in told
    entry = audit_trail.Entry("run", {"manifest.json": sha(run / "manifest.json")})
    audit_trail.append(run, entry)
    code, told = audit_verify(capsys)
    assert code == 3
    assert f"line {len(whole)}: before it, lines up to {len(whole)} were written" in told


def test_a_trail_whose_head_was_taken_away_is_not_believed(run, capsys):
    (run.parent / audit_trail.HEAD).unlink()
    code, told = audit_verify(capsys)
    assert (code, f"{audit_trail.HEAD} beside it is gone" in told) == (3, True)


def test_a_line_left_half_written_is_taken_away_and_said(run, capsys):
    with (run.parent / audit_trail.NAME).open("a") as file:
        file.write('{"seq": 2, "ti')
    audit_trail.append(run, audit_trail.Entry("run", {"manifest.json": sha(run / "manifest.json")}))
    assert len(audit_chain.verified(run.parent)) == 2
    code, told = audit_verify(capsys)
    assert code == 0
    assert "line 2: took away 14 bytes of a half written line, left by a killed process" in told


@pytest.mark.slow
def test_recompute_proves_that_every_file_follows_from_the_raw_files_that_were_kept(run, capsys):
    capsys.readouterr()
    words = ["verify", RUN, "--config", "config/config.yaml", "--recompute"]
    assert main(words) == 0
    assert "made anew from the raw files it kept, every file is the same" in capsys.readouterr().out


@pytest.mark.slow
def test_recompute_finds_a_forged_run_whose_hashes_all_agree(run, capsys):
    """The last table of the chain, its hash in the manifest and a new trail: only the raw files tell."""
    path = run / "cohorts" / "SUMMARY.csv"
    old = sha(path)
    path.write_text(path.read_text(encoding="utf-8").replace("1.0", "9.0"), encoding="utf-8")
    text = (run / "manifest.json").read_text(encoding="utf-8").replace(old, sha(path))
    (run / "manifest.json").write_text(text, encoding="utf-8")
    for name in (audit_trail.NAME, audit_trail.HEAD):
        (run.parent / name).unlink()
    audit_trail.append(run, audit_trail.Entry("run", {"manifest.json": sha(run / "manifest.json")}))
    assert verify(capsys)[0] == 0
    assert main(["verify", RUN, "--config", "config/config.yaml", "--recompute"]) == 3
    told = capsys.readouterr().err
    assert "cohorts/SUMMARY.csv: does not follow from the raw files" in told
    assert told.count("does not follow") == 1


def test_recompute_says_which_raw_file_is_no_longer_kept(run, capsys):
    kept = sorted((run.parent / ".raw").iterdir())[0]
    kept.unlink()
    assert main(["verify", RUN, "--config", "config/config.yaml", "--recompute"]) == 3
    assert kept.name in capsys.readouterr().err


def test_a_process_killed_while_it_appends_leaves_a_chain_that_goes_on(run):
    endless = (
        "import sys; from pathlib import Path; from pkpipe.store import audit_trail\n"
        "entry = audit_trail.Entry('run', {'manifest.json': sys.argv[2]})\n"
        "while True: audit_trail.append(Path(sys.argv[1]), entry); print('.', flush=True)"
    )
    content = sha(run / "manifest.json")
    for lines in (1, 5, 9):
        with subprocess.Popen(
            [sys.executable, "-c", endless, str(run), content],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            for _ in range(lines):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        audit_trail.append(run, audit_trail.Entry("run", {"manifest.json": content}))
        found = audit_chain.verified(run.parent)
        assert [line.lost for line in found] == [0] * len(found)
    assert len(found) > 1 + 1 + 5 + 9


def test_a_disk_that_is_full_when_the_head_is_written_leaves_neither_line_nor_head(
    run, monkeypatch
):
    before = (run.parent / audit_trail.NAME).read_bytes()

    def no_space(_, __):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audit_trail.disk, "write_text", no_space)
    with pytest.raises(OutputError, match="No space left"):
        audit_trail.append(run, audit_trail.Entry("run", {}))
    assert (run.parent / audit_trail.NAME).read_bytes() == before
    assert len(audit_chain.verified(run.parent)) == 1


def test_a_disk_that_takes_only_half_of_a_line_leaves_the_trail_as_it_was_and_says_so(run):
    trail = run.parent / audit_trail.NAME
    before = trail.read_bytes()
    limited = (
        "import resource, sys; from pathlib import Path; from pkpipe.store import audit_trail\n"
        "from pkpipe.errors import OutputError\n"
        "most = int(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
        "try: audit_trail.append(Path(sys.argv[2]), audit_trail.Entry('run', {}))\n"
        "except OutputError as problem: sys.exit(f'{problem.exit_code} {problem}')\n"
    )
    words = [sys.executable, "-c", limited, str(len(before) + 60), RUN]
    done = subprocess.run(
        words,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith("74 ")
    assert "cannot be written (File too large)" in done.stderr
    assert trail.read_bytes() == before
    assert len(audit_chain.verified(run.parent)) == 1
