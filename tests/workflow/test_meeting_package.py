"""`pkpipe package` of a finished run: sealed beside it, in the trail, refused where it does not verify."""

import hashlib
import io
import json

import pytest
from checkouts import TINY
from pypdf import PdfReader


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.workflow
def test_a_package_leaves_the_run_as_it_is_and_is_the_same_twice_and_refused_of_another_run(
    whole_checkout,
):
    checkout = whole_checkout
    run = checkout.results()
    package = run.parent / "packages" / run.name
    before = hashes(run)
    done = checkout.pkpipe("package", *TINY, "--as", "A. Statistician", "--reason", "meeting 1")
    assert done.returncode == 0, done.stderr
    assert hashes(run) == before
    first = hashes(package)
    assert json.loads((package / "MANIFEST.json").read_bytes())["files"] == {
        name: sha for name, sha in first.items() if name != "MANIFEST.json"
    }
    (page,) = PdfReader(io.BytesIO((package / "decision.pdf").read_bytes())).pages
    assert "Draft" in page.extract_text()

    lines = (run.parent / "AUDIT.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(lines[-1])
    assert (told["action"], told["as"], told["reason"]) == (
        "package",
        "A. Statistician",
        "meeting 1",
    )
    assert told["what"]["MANIFEST.json"] == first["MANIFEST.json"]
    assert checkout.pkpipe("audit", "verify", TINY[0]).returncode == 0

    assert checkout.pkpipe("package", *TINY).returncode == 0
    assert hashes(package) == first

    changed = run / "safety" / "ADAE.csv"
    changed.write_bytes(changed.read_bytes() + b"\n")
    refused = checkout.pkpipe("package", *TINY)
    assert refused.returncode == 3
    assert "safety/ADAE.csv: was changed" in refused.stderr
    assert hashes(package) == first
