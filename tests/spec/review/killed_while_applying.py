"""Applies a decision and is killed at one step of it: argv is a folder and the step."""

import os
import signal
import sys
from pathlib import Path

from review_runs import Browser, act, drawn_run

from pkpipe import disk
from pkpipe.store import audit_trail


def killed(*_, **__):
    """What kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


folder, step = Path(sys.argv[1]), sys.argv[2]
desk = drawn_run(folder)
desk.place.path.write_text(
    "ENTRY,ACTION,TARGET,USUBJID,PARCAT1,ADTM,AVAL,REASON,RECBY,RECDT,APPRBY\n", encoding="utf-8"
)
browser = Browser(desk).enter()
asked = {"acts": [act("profile")], "name": "A. Wu", "seen": desk.ledger().sha256}
if step == "write":
    disk._filled = lambda path, _: (path.write_bytes(b"ENTRY,ACT"), killed())
elif step == "sync":
    disk.os.fsync = killed
elif step == "replace":
    Path.replace = killed
else:
    audit_trail.append_all = killed
browser.post("/review/apply", asked)
