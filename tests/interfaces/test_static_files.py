"""Static files: sent packed to whoever can unpack them, the same bytes either way, and never again while they are known."""

from __future__ import annotations

import gzip

import pytest

from justenough.interfaces.web.static_files import static_files


@pytest.mark.parametrize("name", sorted(static_files()))
def test_packed_and_plain_are_the_same_file(local, name):
    plain = local.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    packed = local.get(f"/static/{name}", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # the client unpacks it
    assert gzip.decompress(static_files()[name].packed) == plain.content
    assert {plain.headers["vary"], packed.headers["vary"]} == {"Accept-Encoding"}
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["content-type"].split(";")[0] in ("text/css", "text/javascript", "image/svg+xml")


def test_packing_pays():
    """Styles and scripts, which every first page waits for, in a third of their bytes."""
    heavy = [one for name, one in static_files().items() if name.endswith((".css", ".js"))]
    assert sum(len(one.packed) for one in heavy) < 0.45 * sum(len(one.plain) for one in heavy)


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br, gzip; q=0.0"])
def test_who_cannot_unpack_is_sent_it_plain(local, accepted):
    assert "content-encoding" not in local.get("/static/app.css", headers={"Accept-Encoding": accepted}).headers


def test_what_is_known_is_not_sent_again(local):
    tag = local.get("/static/app.js").headers["etag"]
    again = local.get("/static/app.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/static/none.css", "/static/..%2Fclient.py", "/static/%2e%2e/client.py", "/static/"])
def test_nothing_else_is_sent(local, path):
    assert local.get(path).status_code == 404


def test_pages_with_a_token_are_not_packed(local):
    """Words their readers type beside a token that stays the same: packed, their length would tell it, sign by sign."""
    assert "content-encoding" not in local.get("/items?q=token", headers={"Accept-Encoding": "gzip"}).headers
