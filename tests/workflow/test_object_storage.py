"""`pkpipe ingest s3://...` against a real S3 server on loopback: moto's, which `make s3-test` installs."""

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ingest_places import RUN_FILE, Place, sha
from support import ROOT

pytest.importorskip("s3fs", reason="s3fs is not installed (make s3-test)")
pytest.importorskip("moto.server", reason="moto's S3 server is not installed (make s3-test)")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed (make s3-test)")

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYSECRET"
KEY = "AKIAIOSFODNN7DISTINCT"
PC, EX = b"A\n1\n", b"B\n2\n"
BIG = hashlib.shake_256(b"big").digest(12 << 20)  # twelve pieces
MIB = 1 << 20
PART = 5 * MIB  # the least that S3 takes


@pytest.fixture(scope="module")
def server():
    """Its address on loopback."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


class Bucket:
    """A bucket of its own for each test."""

    def __init__(self, server, name):
        self.name, self.url = name, f"s3://{name}/june"
        self.client = boto3.client(
            *("s3", "us-east-1"),
            endpoint_url=server,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        self.client.create_bucket(Bucket=name)

    def put(self, name, content, **more):
        self.client.put_object(Bucket=self.name, Key=f"june/{name}", Body=content, **more)

    def put_in_parts(self, name, content):
        to = {"Bucket": self.name, "Key": f"june/{name}"}
        upload = to | {"UploadId": self.client.create_multipart_upload(**to)["UploadId"]}
        parts = []
        for number, start in enumerate(range(0, len(content), PART), start=1):
            body = content[start : start + PART]
            tag = self.client.upload_part(**upload, PartNumber=number, Body=body)["ETag"]
            parts.append({"PartNumber": number, "ETag": tag})
        self.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    def delete(self, name):
        self.client.delete_object(Bucket=self.name, Key=f"june/{name}")


class Told(Place):
    """The verb in a process of its own, as a person starts it."""

    def __init__(self, server):
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {
            "PYTHONPATH": str(ROOT),
            "AWS_ENDPOINT_URL": server,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
        self.said = []

    def ingest(self, *words, before="", **env):
        code = f"import sys\n{before}\nfrom pkpipe.cli import main\nsys.exit(main(sys.argv[1:]))"
        command = [sys.executable, "-c", code, "ingest", *words, "--study", "abc101"]
        done = subprocess.run(
            command, env=self.env | env, capture_output=True, text=True, check=False, timeout=120
        )
        self.said.append(done.stdout + done.stderr)
        return done.returncode, self.said[-1]


@pytest.fixture
def there(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    Path("config/config.yaml").write_text(RUN_FILE)
    told = Told(server)
    yield told
    # Whatever happened: no secret in any file, in the trail, in what was said.
    written = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
    for secret in (SECRET, KEY):
        assert not [content for content in written if secret.encode() in content]
        assert not [said for said in told.said if secret in said]


@pytest.fixture
def bucket(server, request):
    name = f"b{hashlib.sha256(request.node.name.encode()).hexdigest()[:20]}"
    made = Bucket(server, name)
    made.put("pc.csv", PC)
    made.put("site/ex.csv", EX)
    return made


# Kills the process, as `kill -9` does, once so many pieces of files came.
KILLED = """
import os, signal
from pkpipe.ingest import copying
piece, came = copying._piece, []
def killed(*words):
    if len(came) == {pieces}:
        os.kill(os.getpid(), signal.SIGKILL)
    came.append(1)
    return piece(*words)
copying._piece = killed
"""
# Says from which byte on each file came.
FROM = """
from pkpipe.ingest import copying
filled = copying._filled
def told(source, listed, stated, partial, tell):
    first = []
    def noted(count):
        first or (first.append(count), print(f"{listed.name} from {count}"))
        tell(count)
    return filled(source, listed, stated, partial, noted)
copying._filled = told
"""
# Does something to the bucket after the first piece of a file came.
MEANWHILE = """
import os, boto3
from pkpipe.ingest import copying
client, piece = boto3.client("s3"), copying._piece
def meanwhile(file, source, listed):
    found = piece(file, source, listed)
    if listed.name == "pc.csv":
        client.{what}
    return found
copying._piece = meanwhile
"""


def test_a_delivery_comes_whole_and_known_objects_are_not_asked_for_again(there, bucket):
    code, said = there.ingest(bucket.url, before=FROM)
    assert code == 0, said
    assert there.in_raw() == {"pc.csv": PC, "site/ex.csv": EX}
    assert there.kept() == {f"{sha(PC)}.csv": PC, f"{sha(EX)}.csv": EX}
    [line] = there.trail()
    assert line["where"] == bucket.url
    assert line["what"] == {"raw/pc.csv": sha(PC), "raw/site/ex.csv": sha(EX)}
    bucket.put("pc.csv", b"A\n1\n9\n")
    code, said = there.ingest(bucket.url, "--dry-run")
    assert "copied and compared when it is not a dry run: pc.csv" in said
    assert "1 as they lie" in said
    code, said = there.ingest(bucket.url, before=FROM)
    assert code == 0, said
    assert "pc.csv from 0" in said
    assert "ex.csv from" not in said
    assert f"changed: pc.csv, SHA-256 {sha(PC)[:12]}" in said
    assert f"{sha(PC)}.csv" in there.kept()
    bucket.delete("site/ex.csv")
    code, said = there.ingest(bucket.url)
    assert (code, len(there.trail())) == (0, 2)
    assert "gone from the source, stays in raw/abc101: site/ex.csv" in said


def test_after_kill_9_within_an_object_it_goes_on_where_it_stopped(there, bucket):
    bucket.put("big.csv", BIG)
    code, said = there.ingest(bucket.url, before=KILLED.format(pieces=7))
    assert code == -9
    assert there.in_raw() == {}
    assert there.trail() == []
    [partial] = there.half_written()
    assert (partial.stat().st_size, partial.name[0]) == (7 * MIB, ".")
    code, said = there.ingest(bucket.url, before=FROM)
    assert code == 0, said
    assert f"big.csv from {7 * MIB}" in said
    assert there.in_raw() == {"big.csv": BIG, "pc.csv": PC, "site/ex.csv": EX}
    assert there.half_written() == []


def test_a_partial_copy_that_was_damaged_is_told_and_not_taken(there, bucket):
    bucket.put("big.csv", BIG)
    there.ingest(bucket.url, before=KILLED.format(pieces=7))
    [partial] = there.half_written()
    with partial.open("r+b") as file:
        file.write(b"damaged")
    code, said = there.ingest(bucket.url)
    assert code == 3
    assert "'big.csv': what came is not what the source states (md5 " in said
    assert there.in_raw() == {}
    assert there.ingest(bucket.url)[0] == 0
    assert there.in_raw()["big.csv"] == BIG


def test_an_object_uploaded_in_parts_states_no_hash_and_an_ended_copy_begins_anew(there, bucket):
    bucket.put_in_parts("big.csv", BIG)
    assert there.ingest(bucket.url, before=KILLED.format(pieces=7))[0] == -9
    code, said = there.ingest(bucket.url, before=FROM)
    assert code == 0, said
    assert "big.csv from 0" in said
    assert there.in_raw()["big.csv"] == BIG


def test_an_object_uploaded_with_its_sha256_is_compared_with_it(there, bucket):
    bucket.put("big.csv", BIG, ChecksumAlgorithm="SHA256")
    there.ingest(bucket.url, before=KILLED.format(pieces=7))
    [partial] = there.half_written()
    with partial.open("r+b") as file:
        file.write(b"damaged")
    code, said = there.ingest(bucket.url)
    assert code == 3
    assert f"stated {sha(BIG)}" in said


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (
            "put_object(Bucket={bucket!r}, Key='june/pc.csv', Body=b'other')",
            "was changed at the source",
        ),
        ("delete_object(Bucket={bucket!r}, Key='june/pc.csv')", "is gone from the source"),
    ],
)
def test_an_object_that_changes_or_goes_meanwhile_is_named_and_nothing_is_placed(
    there, bucket, what, told
):
    change = MEANWHILE.format(what=what.format(bucket=bucket.name))
    code, said = there.ingest(bucket.url, before=change)
    assert code == 3, said
    assert f"'pc.csv': {told}" in said
    assert there.in_raw() == {}
    assert f"{sha(EX)}.csv" in there.kept()


def test_hostile_keys_are_refused_by_name_all_at_once(there, bucket):
    for key in ("../../evil.csv", "/abs.csv", "PC.csv", "site", "a\\b.csv"):
        bucket.put(key, b"x")
    code, said = there.ingest(bucket.url)
    assert code == 3
    for told in (
        "'../../evil.csv': leads out of the folder",
        "'/abs.csv': is an absolute name",
        "'pc.csv' is 'PC.csv' at the source in other letters",
        "'site': is a file, and a folder of that name is needed",
        "U+005C",
    ):
        assert told in said
    assert not Path("raw").exists()
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("source", "env", "told"),
    [
        ("s3://no-such-bucket-here/june", {}, "s3://no-such-bucket-here/june: cannot be read"),
        ("{url}x", {}, "no file is there"),
        (
            "{url}",
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            "no access: NoCredentialsError",
        ),
        (
            "{url}",
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"},
            "EndpointConnectionError",
        ),
    ],
)
def test_a_storage_that_cannot_be_read_is_said_in_a_sentence(there, bucket, source, env, told):
    code, said = there.ingest(source.format(url=bucket.url), **env)
    assert code == 3, said
    assert told in said
    assert "Traceback" not in said
    assert not Path("results").exists()
