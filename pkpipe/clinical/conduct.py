"""A rule of conduct that failed, as a check: escalation judges the rules, the report lists the failures."""

from __future__ import annotations

from pkpipe.finding.check import Check


def conduct_check(rule: str, asks: str) -> Check:
    """The check behind a finding on a rule of conduct; rule: C01 and so on, asks: the rule in words."""
    return Check(
        f"CONDUCT-{rule}",
        "query",
        "the trial was conducted otherwise than this rule asks",
        f"protocol; ESC-5, {rule}",
        allowed=asks,
        table="CONFORM",
    )
