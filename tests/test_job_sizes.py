"""What a cluster is asked for: every rule says memory and time, and more after a job was killed."""

import re
from pathlib import Path

import pytest
import yaml

from pkpipe.job_sizes import MEASURED, mem_mb, runtime

ROOT = Path(__file__).resolve().parent.parent
RULES = sorted((ROOT / "rules").glob("*.smk"))
PROFILES = ("slurm", "cluster-generic")
# What is drawn is of no cutoff; the parts of a population are jobs of their own.
NOT_OF_A_CUTOFF = ("simulate", "population", "population_part")


def names() -> list[str]:
    """The names of all rules but the last, `all`."""
    return re.findall(
        r"^ *rule (\w+):", "\n".join(p.read_text(encoding="utf-8") for p in RULES), re.M
    )


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_asks_for_memory_and_minutes_under_its_own_name(path):
    text = path.read_text(encoding="utf-8")
    rules = len(re.findall(r"^ *rule \w+:", text, re.M))
    assert re.findall(r'mem_mb=mem_mb\("(\w+)"\)', text) == [path.stem] * rules
    assert re.findall(r'runtime=runtime\("(\w+)"\)', text) == [path.stem] * rules


def test_nothing_is_measured_that_no_rule_asks_for():
    assert sorted(MEASURED) == [path.stem for path in RULES]


@pytest.mark.parametrize("rule", MEASURED)
def test_more_memory_than_measured_and_twice_as_much_at_each_attempt(rule):
    asked = [mem_mb(rule)(None, attempt) for attempt in (1, 2, 3)]
    assert asked[0] >= 2 * MEASURED[rule][0]
    assert asked == [asked[0], 2 * asked[0], 4 * asked[0]]
    minutes = [runtime(rule)(None, attempt) for attempt in (1, 2)]
    assert minutes[0] >= 10
    assert minutes[1] == 2 * minutes[0]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_cluster_profile_puts_every_rule_of_a_cutoff_into_one_job(profile):
    said = yaml.safe_load((ROOT / "profiles" / profile / "config.yaml").read_text(encoding="utf-8"))
    assert said["executor"] == profile
    grouped = [name for name in names() if name not in NOT_OF_A_CUTOFF]
    assert sorted(said["groups"]) == sorted(f"{name}=run" for name in grouped)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_cluster_profile_keeps_what_the_usual_profile_says(profile):
    usual, said = (
        yaml.safe_load((ROOT / "profiles" / name / "config.yaml").read_text(encoding="utf-8"))
        for name in ("default", profile)
    )
    assert usual.items() <= said.items()


def test_the_name_of_an_extra_installs_the_plugin_of_its_profile():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for profile in PROFILES:
        assert f'{profile} = ["snakemake-executor-plugin-{profile}>=' in text
