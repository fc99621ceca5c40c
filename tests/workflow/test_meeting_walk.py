"""The walk of docs/meetings.md through its own commands, from a cutoff to the papers of the next one."""

import datetime as dt
import hashlib
import re
import shlex
import shutil
from contextlib import chdir

import polars as pl
import pytest
from checkouts import FEW, ROOT, Checkout, new_checkout, only_displays
from shown_in_package import pages_of, squeezed
from stored_runs import RUN_FILE

from pkpipe.cli import main
from pkpipe.store import audit_trail

pytestmark = pytest.mark.slow

DOC = (ROOT / "docs" / "meetings.md").read_text(encoding="utf-8")
FIRST, SECOND, DECIDED = "2025-01-31", "2025-07-31", "2025-02-07"
# The page speaks of the virtual trial; here it is walked with the small one, which is no virtual trial.
NAMES = {"bat6026": "tiny", "2025-02-28": FIRST, "2025-05-31": SECOND, "2025-03-07": DECIDED}
SIGNED = dt.datetime(2025, 2, 7, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SHOWN = (*FEW, "T14.1.4.3", "T14.9.3")
LOG = "deliveries/tiny/decisions.csv"


def here(text):
    for told, name in NAMES.items():
        text = text.replace(told, name)
    return text


def section(number):
    """What the page says under a heading, with the names of the small trial."""
    _, found, text = DOC.partition(f"\n## {number}. ")
    assert found, number
    return here(text.partition("\n## ")[0])


def commands(number):
    return re.findall(r"^    (pkpipe .+)$", section(number), re.MULTILINE)


def walk(checkout, number):
    """Every command of a section, as it stands on the page; what each printed last stays on the screen."""
    asked = commands(number)
    assert asked, number
    with chdir(checkout.path):
        for line in asked:
            assert main(shlex.split(line)[1:]) == 0, line


def text_of(checkout, cutoff, name):
    package = checkout.results(("tiny", cutoff)).parent / "packages" / cutoff
    return squeezed("".join(pages_of((package / name).read_bytes())))


@pytest.fixture(scope="module")
def met(tmp_path_factory):
    """After the meeting: the first cutoff closed, its papers made, signed and made again."""
    checkout = new_checkout(tmp_path_factory.mktemp("walk") / "checkout")
    (checkout.path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    (checkout.path / "config" / "bat6026.yaml").unlink()
    only_displays(checkout, SHOWN)
    log = "sources:\n  DECISIONS: {files: [decisions.csv]}"
    checkout.edit("config/tiny.yaml", "sources:", log)
    heads = next(line for line in section(3).splitlines() if "date,cutoff,level" in line)
    (checkout.path / LOG).write_text(f"{heads.strip()}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_trail, "now", lambda: SIGNED)
        walk(checkout, 1)
        walk(checkout, 2)
    return checkout


@pytest.fixture
def decided(met, tmp_path):
    """A copy of it with the decision recorded, as section 3 writes it."""
    shutil.copytree(met.path, tmp_path / "copy", symlinks=True)
    checkout = Checkout(tmp_path / "copy")
    manifest = checkout.results(("tiny", FIRST)) / "manifest.json"
    row = next(line for line in section(3).splitlines() if f"    {DECIDED}," in line).strip()
    row = row.replace("4f1c...", hashlib.sha256(manifest.read_bytes()).hexdigest())
    with (checkout.path / LOG).open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    return checkout


def conduct(checkout, check):
    rows = pl.read_parquet(checkout.results(("tiny", SECOND)) / "escalation" / "CONFORM.parquet")
    return rows.filter(pl.col("CHECK") == check).select("RESULT", "DETAIL").rows()


@pytest.mark.workflow
def test_the_papers_are_a_draft_until_the_run_is_signed_and_then_say_who_approved_it(met):
    text = text_of(met, FIRST, "decision.pdf")
    assert squeezed("Approval by Jane Roe, MD, 2025-02-07T15:00:00+08:00") in text
    assert squeezed("Review by Wang Fang") in text
    assert "Approved" in text
    assert "Draft" not in text


@pytest.mark.workflow
def test_the_next_cohort_dosed_after_the_signed_decision_is_conforming_and_the_papers_say_so(
    decided, capsys
):
    walk(decided, 4)
    dates = "B dosed on 2025-02-10, decision"
    assert conduct(decided, "C10") == [("PASS", f"{dates} on 2025-02-07")]
    assert conduct(decided, "C17") == [("PASS", f"{dates} of 2025-02-07 approved on 2025-02-07")]
    page = text_of(decided, SECOND, "decision.pdf")
    kept = "unchanged Jane Roe, MD 2025-02-07 2025-02-10 Yes"
    assert squeezed(kept) in page
    assert "Draft" in page  # of the new cutoff nobody signed anything
    assert "FAIL" not in text_of(decided, SECOND, "details.pdf")
    capsys.readouterr()
    walk(decided, 5)
    said = capsys.readouterr().out
    for told in (
        "approved by Jane Roe, MD on 2025-02-07; first dose 2025-02-10",
        "every table it rests on comes out as it was",
        "made anew from the raw files it kept, every file is the same",
        "follow from each other",
    ):
        assert told in said


@pytest.mark.workflow
def test_a_first_dose_one_day_before_the_decision_fails_and_the_papers_say_both_dates(decided):
    decided.edit("deliveries/tiny/dm.csv", "2025-01-27,2025-02-10", "2025-01-27,2025-02-06")
    ex = decided.path / "deliveries" / "tiny" / "ex.csv"
    text = ex.read_text(encoding="utf-8")
    ex.write_text(text.replace("2025-02-10T", "2025-02-06T"), encoding="utf-8")
    walk(decided, 4)
    dates = "B dosed on 2025-02-06, decision"
    failed = {
        "C10": f"{dates} on 2025-02-07",
        "C17": f"{dates} of 2025-02-07 approved on 2025-02-07",
    }
    details = text_of(decided, SECOND, "details.pdf")
    for check, told in failed.items():
        assert conduct(decided, check) == [("FAIL", told)]
        assert squeezed(told) in details
    page = text_of(decided, SECOND, "decision.pdf")
    assert squeezed("unchanged Jane Roe, MD 2025-02-07 2025-02-06 No") in page
