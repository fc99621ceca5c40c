"""An address names a folder or a storage; one with a credential is refused, and shown without it."""

import pytest

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.ingest.addresses import address_of, masked

SECRET = "wJalrXUtnFEMI"
HOLD_CREDENTIALS = (
    f"s3://key:{SECRET}@bucket/june",
    f"s3://key:{SECRET}/half@bucket/june",  # a slash within the password
    f"s3://key:{SECRET}?half#@bucket/june",
    f"s3://key%3A{SECRET}%40bucket/june",
    f"S3://{SECRET}@bucket/june",
    f"s3://bucket/june?X-Amz-Signature={SECRET}",
    f"s3://bucket/june#token={SECRET}",
    f"https://host/june.csv?sig={SECRET}",
    f"https:/host/june.csv?sig={SECRET}",  # a slash is lacking: no address, and no folder either
    f"sftp://person:{SECRET}@host/june",
    f"person:{SECRET}@host:/june",
    f"abfs://box:{SECRET}@account/june",
    f"simplecache::s3://key:{SECRET}@bucket/june",
)


@pytest.mark.parametrize("source", HOLD_CREDENTIALS)
def test_an_address_with_credentials_is_refused_and_they_are_shown_nowhere(source, capsys):
    with pytest.raises(ConfigError) as refused:
        address_of(source)
    assert SECRET not in str(refused.value)
    assert SECRET not in masked(source)
    assert "***" in masked(source)
    assert "AWS_PROFILE" in str(refused.value)
    assert main(["ingest", source, "--study", "abc"]) == 2
    assert SECRET not in "".join(capsys.readouterr())


def test_a_second_address_that_argparse_does_not_know_is_shown_without_credentials(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "s3://bucket", HOLD_CREDENTIALS[0], "--study", "abc"])
    assert ended.value.code == 2
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("source", "text", "storage"),
    [
        ("deliveries/june", "deliveries/june", None),
        ("a?b", "a?b", None),
        ("s3://bucket/june/", "s3://bucket/june", "s3"),
        ("S3://bucket/june@v2", "s3://bucket/june@v2", "s3"),
        ("abfs://box@account/june", "abfs://box@account/june", "abfs"),
        ("memory://june", "memory://june", "memory"),
        ("file:///mnt/june", "/mnt/june", None),
    ],
)
def test_an_address_is_a_folder_or_a_storage(source, text, storage, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a?b").mkdir()
    address = address_of(source)
    assert (address.text, address.storage) == (text, storage)


@pytest.mark.parametrize(
    "source", ["ftp://host/june", "zip::s3://bucket/a.zip", "github://owner/x"]
)
def test_a_kind_of_address_that_is_not_read_is_refused_with_those_that_are(source):
    with pytest.raises(ConfigError, match=r"allowed: a folder, .*s3"):
        address_of(source)
