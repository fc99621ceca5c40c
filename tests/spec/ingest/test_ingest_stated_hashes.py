"""What S3 says of an object's content is compared where it can be computed again, and nowhere else."""

import base64

import pytest

from pkpipe.ingest.storage import stated_by_s3, words_of

MD5 = "0cc175b9c0f1b6a831c399e269772661"
SHA = bytes(range(32))


@pytest.mark.parametrize(
    ("head", "hashes"),
    [
        ({"ETag": f'"{MD5}"'}, {"md5": MD5}),
        ({"ETag": f'"{MD5}"', "ServerSideEncryption": "AES256"}, {"md5": MD5}),
        # with the storage's own key an ETag only looks like an MD5
        ({"ETag": f'"{MD5}"', "ServerSideEncryption": "aws:kms"}, {}),
        ({"ETag": f'"{MD5}"', "SSECustomerAlgorithm": "AES256"}, {}),
        ({"ETag": f'"{MD5}-3"'}, {}),  # uploaded in parts
        (
            {"ETag": f'"{MD5}-3"', "ChecksumSHA256": base64.b64encode(SHA).decode()},
            {"sha256": SHA.hex()},
        ),
        (
            {
                "ETag": f'"{MD5}-3"',
                "ChecksumSHA256": base64.b64encode(SHA).decode(),
                "ChecksumType": "COMPOSITE",  # a hash of hashes of parts
            },
            {},
        ),
        ({"ETag": f'"{MD5}-3"', "ChecksumSHA256": "no base64"}, {}),
        ({}, {}),
    ],
)
def test_a_stated_hash_is_one_of_the_whole_content(head, hashes):
    assert dict(stated_by_s3(head).hashes) == hashes


def test_of_a_fault_only_its_kind_and_code_are_said():
    secret = "wJalrXUtnFEMI"
    inner = OSError(f"https://host/?X-Amz-Signature={secret}")
    inner.response = {"Error": {"Code": "SignatureDoesNotMatch", "Message": secret}}
    fault = PermissionError(f"denied for {secret}")
    fault.__cause__ = inner
    assert words_of(fault).startswith("no access: PermissionError, SignatureDoesNotMatch; ")
    assert words_of(RuntimeError(secret)) == "RuntimeError"
    inner.response = {"Error": {"Code": f"see https://host/?key={secret}"}}
    assert secret not in words_of(fault)
