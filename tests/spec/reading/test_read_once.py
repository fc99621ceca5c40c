"""A file that a verb looks at twice is read once, and read again when it is another."""

from pkpipe.reading import verb_files
from pkpipe.reading.verb_files import read_given


def test_a_file_is_read_once_until_it_changes(tmp_path, monkeypatch):
    read = []
    table = verb_files.read_table
    monkeypatch.setattr(verb_files, "read_table", lambda path: read.append(path) or table(path))
    path = tmp_path / "given.csv"
    path.write_text("A,B\n1,2\n")
    first = read_given(path)
    assert read_given(path).equals(first)
    assert len(read) == 1
    path.write_text("A,B\n1,23\n")
    assert read_given(path)["B"].to_list() == ["23"]
    assert len(read) == 2
    assert first["B"].to_list() == ["2"]
