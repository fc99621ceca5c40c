"""The qualification is sharp: a program that computes another thing fails, and its room is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Room, file, what stands there, what it becomes, where its checks are.
CHANGES = (
    (
        "nca",
        "nca/arithmetic/area.py",
        "steep = quotient < 0.5",
        "steep = quotient < 2",
        "peers_of_nca",
        "checks",
    ),
    (
        "survival",
        "survival/curves/km.py",
        "step.cum_prod()",
        "step.cum_min()",
        "r_survival",
        "checks",
    ),
    (
        *("survival", "survival/competing_events/incidence.py"),
        *('C("BEFORE") * C("OF_KIND")', 'C("SURV") * C("OF_KIND")'),
        *("declared_survival", "checks"),
    ),
    (
        *("escalation", "escalation/engine/design.py", "mtd_subjects: int = 6"),
        *("mtd_subjects: int = 5", "dose_decisions", "checks"),
    ),
    (
        *("tumor", "tumor/criteria.py", "10 * _SLD <= PR_TENTHS", "10 * _SLD < PR_TENTHS"),
        *("truth_tables", "checks_of_response"),
    ),
    (
        *(
            "immunogenicity",
            "immunogenicity/subjects/subject_status.py",
            "now * above[0] >= before",
        ),
        *("now * above[0] > before", "truth_tables", "checks_of_antibodies"),
    ),
    (
        *("safety", "safety/ctcae.py", "(4, {_SI: 2.5})", "(4, {_SI: 2.4})"),
        *("truth_tables", "checks_of_grades"),
    ),
    (
        *("pk", "statistics.py", '"GMEAN": logs.mean().exp()', '"GMEAN": logs.median().exp()'),
        *("truth_tables", "checks_of_statistics"),
    ),
    (
        *(
            "subjects",
            "clinical/dose_units.py",
            "(weight if is_per_kg(one) else",
            "(2 * weight if is_per_kg(one) else",
        ),
        *("what_was_given", "checks_of_administrations"),
    ),
)
ASK = """
from pkpipe.qualify.areas import Area, checks_of
wrong = checks_of(Area("OQ", "{0}", "{1}", "{2}")).filter(verdict="FAIL")
assert "the program answers" not in wrong["item"], wrong["got"].to_list()
print(*sorted(set(wrong["area"])))
"""


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The package as it would be installed, the flow and the list of differences beside it."""
    folder = tmp_path_factory.mktemp("copy")
    left = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "pkpipe", folder / "pkpipe", ignore=left)
    for name in ("config", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=left)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[0])
def test_a_changed_rule_fails_and_names_its_room(change, copied):
    room, file, before, after, module, function = change
    path = copied / "pkpipe" / file
    sound = path.read_text(encoding="utf-8")
    assert sound.count(before) >= 1
    path.write_text(sound.replace(before, after), encoding="utf-8")
    try:
        told = subprocess.run(
            [sys.executable, "-c", ASK.format(room, module, function)],
            cwd=copied,
            env={**os.environ, "PYTHONPATH": str(copied)},
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        path.write_text(sound, encoding="utf-8")
    assert room in told.stdout.split()
