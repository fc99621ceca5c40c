"""A manifest, seal or record that was edited by hand proves nothing, and is told."""

import copy
import json
import os
import random

import pytest
from stored_runs import AT, CUTOFF, changed_manifest, sha, tampered, verify

from pkpipe.cli import main
from pkpipe.store import audit_trail


def test_verify_emptied_manifest_is_code_3_with_and_without_a_trail(run, capsys):
    changed_manifest(run, lambda m: m.update(inputs=[], outputs=[]))
    code, said = verify(capsys)
    assert code == 3
    assert "pk/ADPP.parquet: lies in the run and is not named in the manifest" in said
    assert "pc.csv: a raw file of PC that the manifest does not name" in said
    (run.parent / audit_trail.NAME).unlink()
    assert verify(capsys)[0] == 3


def test_verify_emptied_manifest_each_single_file_left_out_or_added_is_said(run, capsys):
    (run.parent / audit_trail.NAME).unlink()  # what the manifest alone proves
    whole = (run / "manifest.json").read_bytes()
    content = json.loads(whole)
    rng = random.Random(3)
    for entry in rng.sample(content["outputs"], 10):
        changed_manifest(run, lambda m, e=entry: m["outputs"].remove(e))
        code, said = verify(capsys)
        assert code == 3
        assert f"{entry['path']}: lies in the run and is not named" in said
        (run / "manifest.json").write_bytes(whole)
    for entry in content["inputs"]:
        changed_manifest(run, lambda m, e=entry: m["inputs"].remove(e))
        code, said = verify(capsys)
        assert (code, "that the manifest does not name" in said) == (3, True)
        (run / "manifest.json").write_bytes(whole)
    (run / "report" / "extra.html").write_text("<p>forged</p>")
    code, said = verify(capsys)
    assert code == 3
    assert "report/extra.html: lies in the run and is not named in the manifest" in said


def test_verify_emptied_manifest_tables_gone_with_their_entries_are_missed(run, capsys):
    (run.parent / audit_trail.NAME).unlink()
    gone = ("pk/ADPP.parquet", "pk/ADPP.csv")
    changed_manifest(
        run, lambda m: m.update(outputs=[e for e in m["outputs"] if e["path"] not in gone])
    )
    for name in gone:
        (run / name).unlink()
    code, said = verify(capsys)
    assert code == 3
    assert "pk/ADPP.parquet: the manifest does not name it" in said


def test_a_table_and_its_hash_in_the_manifest_changed_together_do_not_follow_from_the_raw_files(
    run, capsys
):
    (run.parent / audit_trail.NAME).unlink()
    path = run / "validate" / "AE.parquet"
    old = sha(path)
    tampered(path)

    def forged(content):
        for entry in content["outputs"]:
            if entry["sha256"] == old:
                entry["sha256"] = sha(path)

    changed_manifest(run, forged)
    code, said = verify(capsys)
    assert code == 3
    assert "validate/AE: room subjects read another table than the manifest names" in said


JSON = (
    None,
    5,
    -1,
    1.5,
    True,
    "",
    "x",
    "../../etc/passwd",
    "/etc/passwd",
    "\0",
    [],
    {},
    [{}],
    {"a": {}},
)
JSON += ([None], "\ud800", 10**400, ["a"], {"path": 5}, [[[]]], "a" * 70_000, "2026-02-31")


def places(value, at=()):
    """Every place of a JSON document."""
    yield at
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value[:2])
        if isinstance(value, list)
        else ()
    )
    for key, below in inner:
        yield from places(below, (*at, key))


def put(content, at, value):
    if not at:
        return value
    inner = content
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return content


@pytest.mark.slow
@pytest.mark.parametrize("trail", [True, False], ids=["with a trail", "without"])
def test_verify_malformed_manifest_any_json_value_anywhere_is_code_3_or_no_difference(
    run, capsys, trail
):
    if not trail:
        (run.parent / audit_trail.NAME).unlink()
    whole = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    whole["config"] = {"sources": whole["config"]["sources"]}  # the rest of it is tried by the seal
    rng = random.Random(11)
    everywhere = [at for at in places(whole) if at[:1] != ("config",) or len(at) <= 4]
    tried = [(at, value) for at in everywhere for value in JSON]
    for at, value in rng.sample(tried, 100):
        content = put(copy.deepcopy(whole), at, value)
        (run / "manifest.json").write_text(json.dumps(content), encoding="utf-8", errors="replace")
        code, said = verify(capsys)
        assert code == 3 if trail else code in {0, 3}, (at, value)
        assert "Traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "{",
            "[]",
            "5",
            "null",
            "NaN",
            '"x"',
            "[" * 50_000,
            "\ufeff{}",
            "{" * 5,
            '{"a":' * 20_000,
        ),
        '{"inputs":[{}],"outputs":{},"raw":1,"study":"x"}',
    ],
)
def test_verify_malformed_manifest_is_no_manifest_of_pkpipe(run, capsys, text):
    (run / "manifest.json").write_text(text, encoding="utf-8")
    code, said = verify(capsys)
    assert code == 3
    assert "manifest.json: is no manifest of pkpipe" in said


def test_verify_malformed_manifest_that_is_a_pipe_or_binary_is_a_sentence(run, capsys):
    (run / "manifest.json").write_bytes(b"\xff\xfe\x00")
    assert verify(capsys)[0] == 3
    (run / "manifest.json").unlink()
    os.mkfifo(run / "manifest.json")
    code, said = verify(capsys)
    assert (code, "not a regular file" in said) == (3, True)


@pytest.mark.parametrize("value", [5, None, [], {"files": 5}, {"files": {"a": 1}}, {"files": None}])
def test_a_malformed_seal_is_code_3(run, capsys, value):
    (run / "FROZEN.json").write_text(json.dumps(value), encoding="utf-8")
    asked = ["cutoff", "tiny", "--date", CUTOFF, "--verify", "--config", "config/config.yaml"]
    assert main(asked) == 3
    assert "no readable FROZEN.json" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("key", ["facts", "written", "raw", "made", "room", "changes", "rewritten"])
def test_a_malformed_record_stops_no_room(run, key):
    path = run / "logs" / "made" / "subjects.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    for value in (None, 5, "x", [], [1], {"a": 1}):
        path.write_text(json.dumps({**whole, key: value}), encoding="utf-8")
        assert main(["stage", "subjects", *AT, "--config", "config/config.yaml"]) == 0
