"""The package of a meeting is not believed either: every hand that changes it is found and named."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stored_runs import CUTOFF, RUN, sha
from support import ROOT

from pkpipe.cli import main
from pkpipe.store import audit_trail

PACKAGE = f"results/tiny/packages/{CUTOFF}"
CONFIG = ("--config", "config/config.yaml")


def pack(*words):
    return main(["package", "tiny", CUTOFF, *CONFIG, *words])


def sign(path=RUN, person="Jane Roe, MD", meaning="approval"):
    return main(["sign", path, "--as", person, "--meaning", meaning])


@pytest.fixture(scope="module")
def packed(sound, tmp_path_factory):
    """The finished run with its package."""
    folder = tmp_path_factory.mktemp("packed") / "checkout"
    shutil.copytree(sound, folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert pack("--as", "Chen Li", "--reason", "meeting 1") == 0
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def here(packed, tmp_path, monkeypatch):
    shutil.copytree(packed, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def package(here):
    return here / PACKAGE


def asked(capsys, *words):
    capsys.readouterr()
    code = main(list(words))
    return code, "".join(capsys.readouterr())


def audit_verify(capsys):
    return asked(capsys, "audit", "verify", "tiny")


def resealed(package):
    """As the forger does: the manifest beside the files is made to name what lies there."""
    path = package / "MANIFEST.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    lying = [p for p in sorted(package.rglob("*")) if p.is_file() and p != path]
    content["files"] = {p.relative_to(package).as_posix(): sha(p) for p in lying}
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def changed(package):
    text = (package / "decision.html").read_text(encoding="utf-8")
    (package / "decision.html").write_text(text.replace("Draft", "Final"), encoding="utf-8")


def dropped(package):
    (package / "details.pdf").unlink()


def put_in(package):
    (package / "minutes.pdf").write_bytes(b"%PDF-1.7")


def swapped(package):
    one, other = package / "decision.pdf", package / "signoff.pdf"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


HANDS = {
    "changed": (changed, "decision.html: was changed"),
    "dropped": (dropped, "details.pdf: is missing"),
    "put in": (put_in, "minutes.pdf: lies in the package and is not named"),
    "swapped": (swapped, "signoff.pdf: was changed"),
}


def test_a_package_that_was_made_is_proved(package, capsys):
    assert audit_verify(capsys)[0] == 0
    code, said = asked(capsys, "verify", PACKAGE)
    assert (code, "files are those of MANIFEST.json" in said) == (0, True)
    line = json.loads((package.parents[1] / audit_trail.NAME).read_text().splitlines()[-1])
    assert (line["action"], line["as"], line["reason"]) == ("package", "Chen Li", "meeting 1")
    assert line["where"] == f"packages/{CUTOFF}"
    assert line["what"]["MANIFEST.json"] == sha(package / "MANIFEST.json")


@pytest.mark.parametrize("what", HANDS)
def test_a_file_of_a_package_that_was_changed_dropped_put_in_or_swapped_is_named(
    package, capsys, what
):
    hand, told = HANDS[what]
    hand(package)
    for words in (("audit", "verify", "tiny"), ("verify", PACKAGE)):
        code, said = asked(capsys, *words)
        assert code == 3
        assert told in said
    assert sign(PACKAGE) == 3


@pytest.mark.parametrize("what", HANDS)
def test_a_package_changed_together_with_its_manifest_is_told_by_the_trail(package, capsys, what):
    HANDS[what][0](package)
    resealed(package)
    code, said = audit_verify(capsys)
    assert code == 3
    assert f"{PACKAGE}/MANIFEST.json: is not the one of AUDIT.jsonl line 2" in said
    code, said = asked(capsys, "verify", PACKAGE)
    assert code == 3
    assert "MANIFEST.json: no line package of AUDIT.jsonl is about it" in said
    assert sign(PACKAGE) == 3


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"files": {}}', '{"files": {"../../x": "a"}}']
)
def test_an_emptied_manifest_of_a_package_proves_nothing(package, capsys, content):
    (package / "MANIFEST.json").write_text(content, encoding="utf-8")
    for words in (("audit", "verify", "tiny"), ("verify", PACKAGE)):
        code, said = asked(capsys, *words)
        assert (code, "MANIFEST.json" in said, "Traceback" in said) == (3, True, False)


def test_a_package_that_no_line_is_about_is_found(package, capsys):
    shutil.copytree(package, package.with_name("2025-08-31"))
    code, said = audit_verify(capsys)
    assert code == 3
    assert "packages/2025-08-31/MANIFEST.json: no line package of AUDIT.jsonl is about it" in said


def test_a_draft_that_was_taken_away_is_noted_and_a_signed_package_is_missed(package, capsys):
    kept = package.with_name("kept")
    package.rename(kept)
    shutil.move(kept, package.parents[3] / "elsewhere")
    code, said = audit_verify(capsys)
    assert (code, f"package of {CUTOFF} (line 2): lies there no longer" in said) == (0, True)
    shutil.move(package.parents[3] / "elsewhere", package)
    assert sign(PACKAGE) == 0
    shutil.rmtree(package)
    code, said = audit_verify(capsys)
    assert code == 3
    assert f"{PACKAGE}/MANIFEST.json: is missing; the package of line 2 was signed" in said


def test_a_signature_cut_out_together_with_the_head_is_missed(here, capsys):
    assert sign() == 0
    study = here / "results" / "tiny"
    lines = (study / audit_trail.NAME).read_text(encoding="utf-8").splitlines(keepends=True)[:-1]
    (study / audit_trail.NAME).write_text("".join(lines), encoding="utf-8")
    head = {"seq": len(lines), "sha256": json.loads(lines[-1])["sha256"]}
    (study / audit_trail.HEAD).write_text(json.dumps(head), encoding="utf-8")
    code, said = audit_verify(capsys)
    assert code == 3
    assert f"{sha(here / RUN / 'manifest.json')}.json: was signed, and the trail has no" in said


def test_a_package_signed_for_approval_makes_the_next_one_approved(here, package, capsys):
    assert sign(PACKAGE, meaning="review") == 0
    assert "draft" in asked(capsys, "package", "tiny", CUTOFF, *CONFIG)[1]
    assert sign(PACKAGE) == 0
    assert "(approved)" in asked(capsys, "package", "tiny", CUTOFF, *CONFIG)[1]
    assert "Draft" not in (package / "decision.html").read_text(encoding="utf-8")


def test_papers_of_a_run_that_was_made_anew_are_no_longer_of_these_files(here, package, capsys):
    assert sign() == 0
    path = here / RUN / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    entry = audit_trail.Entry("run", {"manifest.json": sha(path)})
    audit_trail.append(here / RUN, entry)
    code, said = asked(capsys, "verify", PACKAGE)
    assert (code, "which is no longer of these files" in said) == (0, True)
    assert sign(PACKAGE) == 3
    assert "no longer of these files" in asked(capsys, "verify", RUN, *CONFIG)[1]
    assert pack() == 0
    page = (package / "decision.html").read_text(encoding="utf-8")
    assert "Approval by Jane Roe, MD" in page
    assert "no longer of these files" in page
    assert "Draft" in page


@pytest.mark.parametrize("where", [".", RUN, f"{RUN}/meeting", "deliveries", "config/config.yaml"])
def test_a_folder_of_something_else_is_not_written_over(here, where, capsys):
    before = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    assert pack("-o", where) == 2
    assert f"-o {where}:" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in here.rglob("*") if p.is_file()} == before


def test_a_package_in_another_folder_is_proved_there(here, capsys):
    assert pack("-o", "meeting") == 0
    assert audit_verify(capsys)[0] == 0
    (here / "meeting" / "slides.pptx").write_bytes(b"PK")
    code, said = audit_verify(capsys)
    assert (code, "meeting: slides.pptx: was changed" in said) == (3, True)
    assert pack("-o", "meeting") == 0
    assert audit_verify(capsys)[0] == 0


def in_a_process(folder, *words, most=None, **environment):
    """A verb as a process of its own; most: bytes that a file may have."""
    command = [sys.executable, "-m", "pkpipe", *words]
    limit = (
        None if most is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    )
    # Python does not notice that a file of bytecode was written in part (importlib, FileIO.write)
    kept = {} if most is None else {"PYTHONDONTWRITEBYTECODE": "1"}
    told = {**os.environ, "PYTHONPATH": str(ROOT), **kept, **environment}
    return subprocess.run(
        command, cwd=folder, env=told, preexec_fn=limit, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("most", [200, 20_000])
def test_a_full_disk_leaves_the_earlier_package_and_no_line(here, package, capsys, most):
    """200 bytes: not one file; 20 000: some of them, and not the trail."""
    before = {p: p.read_bytes() for p in (here / "results").rglob("*") if p.is_file()}
    done = in_a_process(here, "package", "tiny", CUTOFF, *CONFIG, most=most)
    assert done.returncode == 74
    assert "cannot be written (File too large)" in done.stderr
    assert "Traceback" not in done.stderr
    assert {p: p.read_bytes() for p in (here / "results").rglob("*") if p.is_file()} == before
    assert audit_verify(capsys)[0] == 0


def test_a_full_disk_keeps_no_half_signature(here, capsys):
    before = {p: p.read_bytes() for p in (here / "results").rglob("*") if p.is_file()}
    words = ("sign", RUN, "--as", "Jane Roe, MD", "--meaning", "approval")
    trail = (here / "results" / "tiny" / audit_trail.NAME).stat().st_size
    for most in (100, trail + 100):
        assert in_a_process(here, *words, most=most).returncode == 74
        assert {p: p.read_bytes() for p in (here / "results").rglob("*") if p.is_file()} == before
    assert audit_verify(capsys)[0] == 0


@pytest.mark.slow
def test_the_same_run_gives_the_same_package_in_another_time_zone_and_folder(here, tmp_path):
    other = tmp_path / "another folder" / "checkout"
    shutil.copytree(here, other)
    done = in_a_process(other, "package", "tiny", CUTOFF, *CONFIG, "-o", "中文", TZ="Asia/Shanghai")
    assert done.returncode == 0, done.stderr
    first, second = here / PACKAGE, other / "中文"
    names = sorted(p.relative_to(first).as_posix() for p in first.rglob("*") if p.is_file())
    assert len(names) > 8
    assert [n for n in names if (first / n).read_bytes() != (second / n).read_bytes()] == []
