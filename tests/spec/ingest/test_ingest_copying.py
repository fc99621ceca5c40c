"""A copy is whole and proved before it has a name in the archive; an ended one goes on where it can."""

import contextlib
import hashlib
import io
from pathlib import Path

import pytest
from ingest_places import sha

from pkpipe.cli import main
from pkpipe.errors import DataError
from pkpipe.ingest import Said, Target, copying, ingest
from pkpipe.ingest.folder import Folder
from pkpipe.ingest.source import Listed, Listing, SourceError, Stated, StorageError

CONTENT = hashlib.shake_256(b"pc").digest(5 << 19)  # two pieces and a half
PIECE = copying.PIECE


class Shelf:
    """A source of one file that states what it is told to, and notes which bytes were asked for."""

    shown = "shelf://june"

    def __init__(self, content=CONTENT, hashes=None, mark="tag", breaks_after=None):
        self.content, self.listed_size, self.breaks_after = content, len(content), breaks_after
        self.hashes = {"md5": hashlib.md5(CONTENT).hexdigest()} if hashes is None else hashes
        self.mark, self.now = mark, "as listed"
        self.asked_from = []

    def listing(self):
        return Listing((Listed("pc.csv", self.listed_size, "pc.csv", "as listed", self.mark),))

    def stated(self, listed):
        return Stated(self.hashes)

    @contextlib.contextmanager
    def opened(self, listed):
        yield Shelved(self)

    def state_now(self, listed):
        return self.now


class Shelved(io.BytesIO):
    def __init__(self, shelf):
        super().__init__(shelf.content)
        self.shelf = shelf

    def seek(self, place, *more):
        self.shelf.asked_from.append(place)
        return super().seek(place, *more)

    def read(self, count=-1):
        if self.shelf.breaks_after is not None and self.tell() >= self.shelf.breaks_after:
            raise TimeoutError("https://host/?X-Amz-Signature=secret")
        return super().read(count)


@pytest.fixture
def target(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Target(Path("results/abc"), Path("raw/abc"))


def take(source, target):
    return ingest(source, target, Said(), lambda *_: None)


def kept(target):
    return {p.name for p in (target.study / ".raw").glob("[!.]*")}


def half(target):
    return [*(target.study / ".raw").glob(".*partial")]


def test_a_copy_that_broke_off_goes_on_at_the_byte_where_it_stopped(target):
    with pytest.raises(StorageError) as told:
        take(Shelf(breaks_after=2 * PIECE), target)
    assert "cannot be read to its end (TimeoutError); the same command goes on" in str(told.value)
    assert "secret" not in str(told.value)
    assert [p.stat().st_size for p in half(target)] == [2 * PIECE]
    again = Shelf()
    take(again, target)
    assert again.asked_from == [2 * PIECE]
    assert (target.raw / "pc.csv").read_bytes() == CONTENT
    assert half(target) == []


def test_without_a_hash_that_proves_the_parts_a_copy_begins_anew(target):
    with pytest.raises(StorageError):
        take(Shelf(hashes={}, breaks_after=2 * PIECE), target)
    again = Shelf(hashes={})
    take(again, target)
    assert again.asked_from == [0]


def test_what_came_is_compared_with_what_is_stated_and_the_next_try_begins_anew(target):
    with pytest.raises(StorageError):
        take(Shelf(breaks_after=2 * PIECE), target)
    half(target)[0].write_bytes(b"damaged" + bytes(2 * PIECE - 7))
    with pytest.raises(DataError, match=r"'pc.csv': what came is not what the source states \(md5"):
        take(Shelf(), target)
    assert (kept(target), half(target)) == (set(), [])
    again = Shelf()
    take(again, target)
    assert again.asked_from == [0]
    assert kept(target) == {f"{sha(CONTENT)}.csv"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"now": "another"}, "was changed at the source while it was copied"),
        ({"now": None}, "is gone from the source since it was listed"),
        ({"listed_size": len(CONTENT) + 1}, f"{len(CONTENT)} bytes came, the source lists"),
        ({"listed_size": len(CONTENT) - 1}, f"the source lists {len(CONTENT) - 1}"),
        ({"hashes": {"sha256": "0" * 64}}, "stated " + "0" * 64),
    ],
)
def test_a_source_that_does_not_give_what_it_listed_is_not_taken_in(target, change, told):
    source = Shelf()
    vars(source).update(change)
    with pytest.raises(DataError, match=told):
        take(source, target)
    assert (kept(target), half(target)) == (set(), [])
    assert not target.raw.exists()


def test_a_known_mark_is_not_asked_for_again_unless_the_archive_lost_the_content(target):
    take(Shelf(), target)
    known = Shelf()
    take(known, target)
    assert known.asked_from == []
    other = Shelf(mark="another tag")
    take(other, target)
    assert other.asked_from == [0]
    (target.study / ".raw" / f"{sha(CONTENT)}.csv").write_bytes(b"damaged")
    lost = Shelf(mark="another tag")
    take(lost, target)
    assert lost.asked_from == [0]
    assert (target.study / ".raw" / f"{sha(CONTENT)}.csv").read_bytes() == CONTENT


def test_a_torn_or_foreign_line_of_what_was_taken_in_is_left_and_the_next_is_whole(target):
    take(Shelf(), target)
    path = target.study / ".raw" / ".ingest.jsonl"
    path.write_bytes(path.read_bytes() + b'[1]\n{"source": 3}\n{"name": "torn')
    take(Shelf(mark="another tag"), target)
    known = Shelf(mark="another tag")
    take(known, target)
    assert known.asked_from == []


def test_a_file_larger_than_any_that_is_read_is_refused_before_it_is_asked_for(target):
    source = Shelf()
    source.listed_size = (1 << 32) + 1
    with pytest.raises(
        DataError, match=r"'pc.csv': has 4294967297 bytes, at most 4294967296 are read"
    ):
        take(source, target)
    assert source.asked_from == []


def test_a_source_error_is_one_of_data_and_how_far_it_is_is_said(target, monkeypatch, capsys):
    assert issubclass(SourceError, DataError)
    monkeypatch.setattr("pkpipe.cli.ingest.EVERY_SECONDS", 0.0)
    Path("june").mkdir()
    Path("june/pc.csv").write_bytes(CONTENT)
    assert main(["ingest", "june", "--study", "abc", "--raw", "raw/abc"]) == 0
    assert "pkpipe ingest: 0 of 1 files, 2.5 MiB" in capsys.readouterr().err


def test_a_source_that_gives_more_than_it_listed_is_not_read_to_its_end(target):
    source = Shelf(content=bytes(20 * PIECE), hashes={})
    source.listed_size, reads = PIECE, []
    source.opened = lambda listed: contextlib.nullcontext(Counted(source.content, reads))
    with pytest.raises(DataError, match=f"the source lists {PIECE}"):
        take(source, target)
    assert len(reads) == 2


class Counted(io.BytesIO):
    def __init__(self, content, reads):
        super().__init__(content)
        self.reads = reads

    def read(self, count=-1):
        self.reads.append(count)
        return super().read(count)


def test_what_ended_copies_of_earlier_versions_left_is_taken_away(target):
    (target.study / ".raw").mkdir(parents=True)
    (target.study / ".raw" / f".{'0' * 32}{copying.PARTIAL}").write_bytes(b"of an earlier version")
    take(Shelf(), target)
    assert half(target) == []


def test_a_link_that_takes_the_place_of_a_listed_file_is_not_followed(target, monkeypatch):
    Path("june").mkdir()
    Path("june/pc.csv").write_bytes(CONTENT)
    first = Folder.opened

    def swapped(self, listed):
        Path("june/pc.csv").unlink()
        Path("june/pc.csv").symlink_to("/etc/passwd")
        return first(self, listed)

    monkeypatch.setattr(Folder, "opened", swapped)
    with pytest.raises(DataError, match=r"cannot be read \(Too many levels of symbolic links\)"):
        take(Folder(Path("june")), target)
    assert kept(target) == set()
