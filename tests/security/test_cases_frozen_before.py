"""Of another run: the delivery before is believed as it was frozen, a folder as that of its cutoff."""

import json
import shutil

import polars as pl
import pytest
from stored_runs import CUTOFF, sha

from pkpipe.cli import main
from pkpipe.rooms import ROOMS
from pkpipe.store import audit_trail, finished_rooms
from pkpipe.store.frozen import NAME, seal

EARLIER = "2025-05-31"
STAGE = ("stage", "--study", "tiny", "--config", "config/config.yaml")


@pytest.fixture
def before(here, run, capsys):
    """The run of the later cutoff, and the folder of an earlier one that is frozen."""
    text = (here / "config" / "config.yaml").read_text(encoding="utf-8")
    both = text.replace(f"[{CUTOFF}]", f"[{EARLIER}, {CUTOFF}]")
    (here / "config" / "config.yaml").write_text(both, encoding="utf-8")
    folder = run.parent / EARLIER
    for room in ("snapshot", "validate"):
        assert main([*STAGE[:1], room, *STAGE[1:], "--cutoff", EARLIER]) == 0
    (folder / "manifest.json").write_text("{}\n", encoding="utf-8")
    content = seal(folder)
    (folder / NAME).write_text(content, encoding="utf-8")
    what = {NAME: sha(folder / NAME), "manifest.json": sha(folder / "manifest.json")}
    audit_trail.append(folder, audit_trail.Entry(audit_trail.FREEZE, what, "Li", "meeting"))
    capsys.readouterr()
    return folder


def stage(capsys, room, cutoff):
    capsys.readouterr()
    code = main([*STAGE[:1], room, *STAGE[1:], "--cutoff", cutoff])
    return code, capsys.readouterr().err


def other_value(table):
    frame = pl.read_parquet(table)
    number = pl.when(pl.col("PCSTRESN") == "20.0").then(pl.lit("25.0")).otherwise("PCSTRESN")
    frame.with_columns(PCSTRESN=number).write_parquet(table)


def test_frozen_reseal_a_sound_delivery_before_is_compared_with(before, capsys):
    assert stage(capsys, "validate", CUTOFF)[0] == 0


@pytest.mark.parametrize("how", ["edited", "gone"])
def test_frozen_reseal_an_edited_table_of_the_delivery_before_is_not_believed(before, capsys, how):
    table = before / "snapshot" / "PC.parquet"
    other_value(table) if how == "edited" else table.unlink()
    code, said = stage(capsys, "validate", CUTOFF)
    assert code == 3
    assert f"{EARLIER}/snapshot/PC.parquet: is not as it was frozen" in said
    assert f"pkpipe verify results/tiny/{EARLIER}" in said


@pytest.mark.parametrize("name", ["snapshot/PC.parquet", "validate/FINDINGS.parquet"])
def test_frozen_reseal_a_delivery_before_that_was_sealed_again_is_not_believed(
    before, capsys, name
):
    table = before / name
    other_value(table) if "PC" in name else pl.read_parquet(table).head(0).write_parquet(table)
    seal = json.loads((before / "FROZEN.json").read_text(encoding="utf-8"))
    seal["files"][name] = sha(table)
    (before / "FROZEN.json").write_text(json.dumps(seal), encoding="utf-8")
    code, said = stage(capsys, "validate", CUTOFF)
    assert code == 3
    assert "is not the one that was frozen; nothing is compared with it" in said
    assert "FROZEN.json: is not the one of AUDIT.jsonl line" in said


def test_frozen_reseal_without_a_whole_trail_nothing_is_compared_with_the_run_before(
    before, run, capsys
):
    trail = audit_trail.path_of(before.parent)
    whole = trail.read_text(encoding="utf-8").splitlines(keepends=True)
    trail.write_text("".join(whole[:-1]), encoding="utf-8")
    other_value(before / "snapshot" / "PC.parquet")
    assert stage(capsys, "validate", CUTOFF)[0] == 0
    findings = pl.read_parquet(run / "validate" / "FINDINGS.parquet")
    asked = findings.filter(pl.col("CHECK").str.starts_with("REDELIVERED"))["CHECK"].to_list()
    assert asked == ["REDELIVERED-UNPROVED"]
    status = pl.read_parquet(run / "validate" / "FINDSTAT.parquet")
    assert status["BASIS"].unique().to_list() == ["TODAY"]


def test_frozen_reseal_a_run_whose_seal_was_taken_away_is_not_made_anew(before, capsys):
    (before / "FROZEN.json").unlink()
    kept = (before / "snapshot" / "PC.parquet").read_bytes()
    code, said = stage(capsys, "snapshot", EARLIER)
    assert code == 3
    assert "froze this run, and its seal is gone; put the file back" in said
    assert (before / "snapshot" / "PC.parquet").read_bytes() == kept
    capsys.readouterr()
    assert main(["audit", "verify", "tiny"]) == 3
    assert "froze this run, and its seal is gone" in capsys.readouterr().err


def test_frozen_reseal_a_run_whose_folder_was_removed_is_made_anew_and_told_of(before, capsys):
    shutil.rmtree(before)
    assert stage(capsys, "snapshot", EARLIER)[0] == 0
    assert main(["audit", "verify", "tiny"]) == 3
    assert "freeze it again" in capsys.readouterr().err


def test_launder_edited_table_rooms_of_another_cutoff_are_none_of_this_one(before, run, capsys):
    for room in ("snapshot", "validate"):
        shutil.rmtree(run / room)
        shutil.copytree(before / room, run / room)
    assert finished_rooms.read(before, "validate") is not None
    assert finished_rooms.read(run, "validate") is None
    assert {"snapshot", "validate"} <= set(finished_rooms.doubts(run, ROOMS))
    code, said = stage(capsys, "subjects", CUTOFF)
    assert code == 3
    assert "run the rooms before it first (snapshot, validate)" in said


@pytest.mark.parametrize("words", [["verify"], ["diff"]])
def test_launder_edited_table_a_whole_run_in_the_folder_of_another_cutoff_is_told(
    here, run, capsys, words
):
    other = run.with_name("2025-06-30")
    run.rename(other)
    shutil.copytree(other, run)
    asked = ["tiny", "2025-06-30", CUTOFF] if words == ["diff"] else [str(other)]
    capsys.readouterr()
    assert main([*words, *asked]) == 3
    told = f"manifest.json: is of cutoff {CUTOFF}, and lies in the folder of 2025-06-30"
    assert told in capsys.readouterr().err
