"""Address: what names a folder in an object store, and what may not be said in a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from justenough.domain.address import Address, AddressError, folder_at, said


@pytest.mark.parametrize(
    "text",
    ["s3://bucket", "s3://bucket/plant/north", "az://container/plant", "gs://bucket/p", "abfss://box@account.dfs.core.windows.net/plant"],
)
def test_addresses_of_the_known_stores(text):
    assert str(folder_at(text)) == text
    assert str(Address(text + "/") / "demand") == f"{text}/demand"


@pytest.mark.parametrize(
    "text",
    [
        "s3://AKIAKEY:topsecret@bucket/plant",
        "s3://topsecret@bucket/plant",
        "abfss://box:topsecret@account.dfs.core.windows.net/plant",
        "az://container/plant?sig=topsecret",
        "https://account.blob.core.windows.net/plant?sv=1&sig=topsecret",
        "http://bucket/plant",
        "s3://",
        "s3:///plant",
        "s3://bucket/plant#topsecret",
    ],
)
def test_what_could_hide_a_key_is_refused_and_not_repeated(text):
    with pytest.raises(AddressError, match="Keys and signatures belong into the environment") as refused:
        folder_at(text)
    assert "topsecret" not in str(refused.value)


def test_a_folder_here_stays_a_path():
    assert folder_at("exports/north") == Path("exports/north")
    assert folder_at(Path("exports")) == Path("exports")


def test_what_a_library_said_is_one_plain_line():
    assert said(OSError("Generic S3 error\n   \x1b[31m↳\x1b[0m not there")) == "Generic S3 error not there"


@pytest.mark.parametrize("text", ["s3://AKIAEXAMPLE:wJalr/XUtn+FEMI@bucket/plant", "s3://AKIA/sec@bucket/p", "gs://store/a@b"])
def test_a_key_with_slashes_is_refused_and_not_repeated(text):
    with pytest.raises(AddressError) as refused:
        Address(text)
    assert "XUtn" not in str(refused.value)
    assert "sec" not in str(refused.value)
