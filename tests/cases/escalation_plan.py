"""A plan of two levels without titration, for files of the verb escalate."""

from pkpipe.cli import main

PLAN = """escalation:
  levels: [{code: A}, {code: B}]
  titration_levels: []
  dlt_window_days: 21
  dlt_last_day: 22
"""


def escalated(folder, table):
    """The exit code of the verb on dated records with this plan, and the file of its answers."""
    (folder / "p.yaml").write_text(PLAN)
    (folder / "s.csv").write_text(table, encoding="utf-8")
    out = folder / "d.csv"
    words = ["--protocol", str(folder / "p.yaml"), "--as-of", "2026-03-15", "-o", str(out)]
    code = main(["escalate", str(folder / "s.csv"), *words])
    assert out.exists() == (code == 0)
    return code, out
