"""A storage of fsspec without hashes of its own: the same rules, and our SHA-256 alone."""

import pytest
from ingest_places import sha

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed (make s3-test)")


@pytest.fixture
def june():
    """A folder of fsspec's memory, as a function that writes a file into it."""
    files = fsspec.filesystem("memory")
    files.store.clear()

    def put(name, content):
        files.pipe_file(f"/june/{name}", content)

    put("pc.csv", b"A\n1\n")
    put("site/ex.csv", b"B\n2\n")
    yield put
    files.store.clear()


def test_a_storage_is_taken_in_as_a_folder_is(place, june):
    code, said = place.ingest("memory://june")
    assert code == 0, said
    assert place.in_raw() == {"pc.csv": b"A\n1\n", "site/ex.csv": b"B\n2\n"}
    [line] = place.trail()
    assert (line["where"], line["what"]["raw/pc.csv"]) == ("memory://june", sha(b"A\n1\n"))
    june("pc.csv", b"A\n2\n")
    code, said = place.ingest("memory://june")
    assert "0 new, 1 changed, 1 as they lie" in said
    assert f"{sha(b'A' + bytes([10]) + b'1' + bytes([10]))}.csv" in place.kept()


def test_a_dry_run_cannot_know_what_is_in_a_storage_without_hashes_and_says_so(place, june):
    code, said = place.ingest("memory://june", "--dry-run")
    assert code == 0, said
    assert "copied and compared when it is not a dry run: pc.csv" in said
    assert place.trail() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/abs.csv", "'/abs.csv': is an absolute name"),
        ("a\0b.csv", "U+0000"),
        ("PC.csv", "in other letters"),
        ("pc.csv/more.csv", "a folder of that name is needed"),
    ],
)
def test_a_hostile_name_of_a_storage_is_refused_by_name(place, june, name, told):
    june("fine.csv", b"x")
    fsspec.filesystem("memory").store[f"/june/{name}"] = fsspec.filesystem("memory").store[
        "/june/fine.csv"
    ]
    code, said = place.ingest("memory://june")
    assert code == 3
    assert told in said
    assert place.in_raw() == {}


def test_nothing_at_an_address_is_said(place, june):
    code, said = place.ingest("memory://july")
    assert code == 3
    assert "memory://july: " in said
