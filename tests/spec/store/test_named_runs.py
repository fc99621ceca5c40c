"""What makes the room of checks run again: what the trail says of the runs that a log of decisions names."""

import polars as pl
import pytest

from pkpipe.provenance import sha256
from pkpipe.store import audit_chain, audit_trail
from pkpipe.store.named_runs import manifest_of, mark
from pkpipe.validate.decision_basis import Asked, looked_up

OWN = "2026-06-30"
PACKAGE = "e" * 64  # SHA-256 of the manifest of a package


@pytest.fixture
def study(tmp_path):
    """A study with one run, by its line of the trail."""
    run = tmp_path / "results" / "2026-03-31"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{}", encoding="utf-8")
    made(run)
    return run.parent


def made(run, content=None):
    what = {"manifest.json": content or sha256(run / "manifest.json")}
    audit_trail.append(run, audit_trail.Entry(audit_trail.RUN, what))


def signed(run):
    what = {"manifest.json": sha256(run / "manifest.json")}
    entry = audit_trail.Entry(audit_trail.SIGNATURE, what, "Jane Roe", meaning="approval")
    audit_trail.append(run, entry)


def log(study, name, content):
    path = study.parent / name
    path.write_bytes(content)
    return [path]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_log_of_text_is_asked_again_when_the_run_it_names_is_signed(study, encoding):
    run = study / "2026-03-31"
    named = log(study, "log.csv", sha256(run / "manifest.json").encode(encoding))
    before = mark(study, named, OWN)
    signed(run)
    assert mark(study, named, OWN) != before


@pytest.mark.parametrize("name", ["log.xlsx", "log.csv.gz", "log.parquet", "log.sas7bdat"])
def test_a_packed_log_is_asked_again_when_a_run_is_signed_and_not_for_its_own_run(study, name):
    packed = log(study, name, b"PK")
    before = mark(study, packed, OWN)
    made(study / OWN, "f" * 64)
    assert mark(study, packed, OWN) == before
    signed(study / "2026-03-31")
    assert mark(study, packed, OWN) != before


def packed(run):
    what = {"manifest.json": sha256(run / "manifest.json"), "MANIFEST.json": PACKAGE}
    audit_trail.append(run, audit_trail.Entry(audit_trail.PACKAGE, what))


def test_a_log_may_name_the_package_that_was_read_and_its_signature_is_one_of_the_run(study):
    run = study / "2026-03-31"
    packed(run)
    content = sha256(run / "manifest.json")
    assert manifest_of(audit_chain.lines(study), PACKAGE) == content
    named = log(study, "log.csv", PACKAGE.encode())
    before = mark(study, named, OWN)
    entry = audit_trail.Entry(
        "signature", {"MANIFEST.json": PACKAGE}, "Jane Roe", meaning="approval"
    )
    audit_trail.append(run, entry)
    assert mark(study, named, OWN) != before
    asked = pl.DataFrame({"manifest": [PACKAGE, content]})
    (run / "manifest.json").write_text("made anew since", encoding="utf-8")
    rows = looked_up(asked, Asked(study, OWN)).approval
    assert rows["APPRBY"].to_list() == ["Jane Roe", "Jane Roe"]


def test_a_decision_is_approved_when_as_many_persons_signed_as_the_study_asks_for(study):
    run = study / "2026-03-31"
    content = sha256(run / "manifest.json")
    asked = pl.DataFrame({"manifest": [content]})
    (run / "manifest.json").write_text("made anew since", encoding="utf-8")
    for person in ("Jane Roe", "jane  roe", "Li Wei"):
        entry = audit_trail.Entry(
            "signature", {"manifest.json": content}, person, meaning="approval"
        )
        audit_trail.append(run, entry)
        signed = looked_up(asked, Asked(study, OWN, approvals=2)).approval["APPRBY"].to_list()
        assert signed == (["Jane Roe; Li Wei"] if person == "Li Wei" else [None])


def test_a_log_of_text_that_names_no_run_asks_nothing(study):
    assert mark(study, log(study, "log.csv", b"ESCALATE"), OWN) == "none"
