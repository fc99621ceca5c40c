"""What makes the room of checks run again: what the trail says of the runs that a log of decisions names."""

import pytest

from pkpipe.provenance import sha256
from pkpipe.store import audit_trail
from pkpipe.store.named_runs import mark

OWN = "2026-06-30"


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


def test_a_log_of_text_that_names_no_run_asks_nothing(study):
    assert mark(study, log(study, "log.csv", b"ESCALATE"), OWN) == "none"
