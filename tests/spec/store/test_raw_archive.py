"""What a run keeps: raw files by content, and the earlier snapshot while new data are judged."""

import hashlib

import polars as pl
import pytest

from pkpipe.store import raw_archive


@pytest.fixture
def run(tmp_path):
    """A finished run whose snapshot read one file."""
    folder = tmp_path / "results" / "s" / "2026-03-31"
    (folder / "snapshot").mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    write(folder, "first")
    return folder


def write(run, content):
    """The snapshot of a delivery, each file replaced as a whole."""
    for name in ("PC.parquet", "PC.csv", ".done"):
        path = run / "snapshot" / name
        path.with_suffix(".new").write_text(content, encoding="utf-8")
        path.with_suffix(".new").replace(path)


def files_of(run):
    return [run / "snapshot" / name for name in ("PC.parquet", "PC.csv", "GONE.csv")]


def said(run):
    return {p.name: p.read_text(encoding="utf-8") for p in (run / "snapshot").iterdir()}


def test_refused_data_bring_the_earlier_snapshot_back_without_its_mark(run):
    raw_archive.put_aside(run, files_of(run))
    write(run, "second")
    raw_archive.put_back(run)
    assert said(run) == {"PC.parquet": "first", "PC.csv": "first"}
    assert not (run / raw_archive.ASIDE).exists()
    raw_archive.put_back(run)  # nothing is kept any more: nothing happens
    assert said(run) == {"PC.parquet": "first", "PC.csv": "first"}


def test_a_run_killed_before_it_judged_leaves_the_snapshot_of_the_results_to_the_next(run):
    raw_archive.put_aside(run, files_of(run))
    write(run, "second")
    raw_archive.put_aside(run, files_of(run))
    write(run, "third")
    raw_archive.put_back(run)
    assert said(run) == {"PC.parquet": "first", "PC.csv": "first"}


def test_a_run_killed_while_it_put_back_is_finished_by_the_next(run, monkeypatch):
    raw_archive.put_aside(run, files_of(run))
    write(run, "second")
    held, done = raw_archive._held, []

    def killed(path, target):
        if done:
            raise KeyboardInterrupt
        done.append(path)
        held(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(raw_archive, "_held", killed)
        with pytest.raises(KeyboardInterrupt):
            raw_archive.put_back(run)
    assert ".done" not in said(run)
    assert set(said(run).values()) == {"first", "second"}
    raw_archive.put_aside(run, files_of(run))
    write(run, "third")
    raw_archive.put_back(run)
    assert said(run) == {"PC.parquet": "first", "PC.csv": "first"}


def test_accepted_data_need_the_earlier_snapshot_no_longer(run):
    raw_archive.put_aside(run, files_of(run))
    write(run, "second")
    raw_archive.accept(run)
    raw_archive.put_back(run)
    assert set(said(run).values()) == {"second"}


def test_without_finished_results_there_is_nothing_to_go_back_to(run):
    (run / "manifest.json").unlink()
    raw_archive.put_aside(run, files_of(run))
    assert not (run / raw_archive.ASIDE).exists()


@pytest.fixture
def read(run, tmp_path):
    """Two raw files, as the snapshot says it read them; the folder they lie in."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "pc.csv").write_text("A\n1\n", encoding="utf-8")
    (raw / "lb.csv.gz").write_bytes(b"packed")
    hashes = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(raw.iterdir())}
    pl.DataFrame({"FILE": [*hashes, "gone.csv"], "SHA256": [*hashes.values(), None]}).write_parquet(
        run / "snapshot" / "SOURCES.parquet"
    )
    return raw, hashes


def entries(hashes):
    return [{"path": f"../../raw/{name}", "sha256": content} for name, content in hashes.items()]


def test_raw_files_are_kept_once_by_content_and_outlive_their_replacement(run, read):
    raw, hashes = read
    raw_archive.keep_raw(run, raw)
    names = {p.name for p in (run.parent / raw_archive.FOLDER).iterdir()}
    assert names == {f"{hashes['pc.csv']}.csv", f"{hashes['lb.csv.gz']}.csv.gz"}
    (raw / "pc.csv").write_text("A\n2\n", encoding="utf-8")
    raw_archive.keep_raw(run, raw)
    assert all(raw_archive.is_kept(run, entry) for entry in entries(hashes))
    assert not raw_archive.is_kept(run, {"path": "gone.csv", "sha256": None})


def test_a_file_replaced_since_it_was_read_is_not_taken_for_it(run, read):
    raw, hashes = read
    (raw / "pc.csv").write_text("A\n2\n", encoding="utf-8")
    (raw / "lb.csv.gz").unlink()
    raw_archive.keep_raw(run, raw)
    assert not any((run.parent / raw_archive.FOLDER).glob("*"))
    assert not any(raw_archive.is_kept(run, entry) for entry in entries(hashes))


def test_a_damaged_copy_is_no_proof_and_is_made_anew(run, read):
    raw, hashes = read
    raw_archive.keep_raw(run, raw)
    copy = raw_archive.kept_path(run, "pc.csv", hashes["pc.csv"])
    copy.write_text("A\n3\n", encoding="utf-8")
    assert not raw_archive.is_kept(run, entries(hashes)[1])
    raw_archive.keep_raw(run, raw)
    assert all(raw_archive.is_kept(run, entry) for entry in entries(hashes))
