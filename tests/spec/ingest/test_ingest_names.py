"""Names that would leave the raw folder, or be one file in two spellings, are refused by name."""

import os
import re
import socket

import pytest

from pkpipe.ingest.file_names import clashes, is_hidden, wrong_of
from pkpipe.ingest.folder import Folder


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../pc.csv", "leads out of the folder"),
        ("site/../../pc.csv", "leads out of the folder"),
        ("..", "leads out of the folder"),
        ("/etc/passwd", "absolute"),
        ("site//pc.csv", "an empty part"),
        ("./pc.csv", "an empty part"),
        ("", "an empty part"),
        ("pc\0.csv", r"U\+0000"),
        ("pc\n.csv", r"U\+000A"),
        ("..\\pc.csv", r"U\+005C"),
        ("pc\u202evsc.csv", r"U\+202E"),  # turns the direction of writing
        ("pc\udcff.csv", r"U\+DCFF"),  # bytes that are no text
        ("p" * 177 + ".csv", "longer than 180 bytes"),
    ],
)
def test_a_hostile_name_is_refused_with_its_reason(name, why):
    assert re.search(why, wrong_of(name))


@pytest.mark.parametrize(
    "name", ["pc.csv", "site 1/pc (final).csv", "药代　浓度.xlsx", "a..b.csv", "pc{1}.csv"]
)
def test_a_plain_name_is_taken(name):
    assert wrong_of(name) is None
    assert not is_hidden(name)


def test_a_hidden_file_is_no_delivery_and_two_dots_are_no_hidden_file():
    assert is_hidden(".DS_Store")
    assert is_hidden(".git/config")
    assert not is_hidden("../pc.csv")


@pytest.mark.parametrize(
    ("given", "there"),
    [
        (["PC.csv", "pc.csv"], []),
        (["PC.csv"], ["pc.csv"]),
        (["Site/a.csv", "site/b.csv"], []),
        (["caf\u00e9.csv", "cafe\u0301.csv"], []),  # one name in two spellings of Unicode
        (["a", "a/b.csv"], []),
        (["a"], ["a/b.csv"]),
    ],
)
def test_one_name_in_two_spellings_or_as_file_and_folder_is_told(given, there):
    assert len([*clashes(given, there)]) >= 1


def test_names_that_differ_by_more_than_case_do_not_clash():
    assert [*clashes(["pc.csv", "site/pc.csv", "site/ex.csv"], ["pc.csv", "old.csv"])] == []


def test_links_pipes_and_sockets_of_a_folder_are_told_and_never_opened(tmp_path):
    (tmp_path / "pc.csv").write_text("A\n1\n")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    (tmp_path / "dead.csv").symlink_to("nowhere")
    (tmp_path / "outside").symlink_to("/etc", target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.fspath(tmp_path / "socket.csv"))
        listing = Folder(tmp_path).listing()
    assert [listed.name for listed in listing.files] == ["pc.csv"]
    assert [*listing.refused] == [
        "'dead.csv': is a symbolic link, not a regular file",
        "'link.csv': is a symbolic link, not a regular file",
        "'outside': is a symbolic link, not a regular file",
        "'pipe.csv': is a named pipe, not a regular file",
        "'socket.csv': is a socket, not a regular file",
    ]
