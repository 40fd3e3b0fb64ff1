"""Single sign-on: whom another house vouches for, with a provider that really runs and signs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from justenough.archive.audit_log import Doer
from justenough.domain.errors import JustenoughError
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving
from justenough.interfaces.web.single_sign_on import SignOn, SignOnError, SingleSignOn, single_sign_on

SECRET = "a secret of ours"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
in_sqlite = pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # what the two databases do alike is tested elsewhere


class Provider(ThreadingHTTPServer):
    """A small OpenID provider: authorization code with PKCE, tokens signed with RS256."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.key = KEY
        self.who = {"sub": "s-1", "email": "rosa@plant.example", "groups": ["planners"]}
        self.change: dict[str, object] = {}  # what it says wrongly
        self.signs_with = None  # how it signs instead
        self.codes: dict[str, dict[str, str]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": "stock", "iat": now, "exp": now + 300, "nonce": nonce, **self.who, **self.change}
        if self.signs_with:
            return self.signs_with(claims)
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key, algorithms=["RS256"])


class _Desk(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            here = self.server.address
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self._say(200, {"issuer": here, **{name: here + path for name, path in ends.items()}})
        elif parts.path == "/keys":
            self._say(200, {"keys": [self.server.key.as_dict(private=False)]})
        elif parts.path == "/authorize":  # the person agrees at once
            assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "stock", "S256")
            code = secrets.token_urlsafe(16)
            self.server.codes[code] = asked
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
            self.end_headers()
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        given = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        asked = self.server.codes.pop(given["code"], None)
        client = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        right = asked is not None and client == f"stock:{SECRET}" and proof == asked["code_challenge"]
        if not right or given["redirect_uri"] != asked["redirect_uri"]:
            self._say(400, {"error": "invalid_grant"})
            return
        self._say(200, {"access_token": "a", "token_type": "Bearer", "id_token": self.server.token(asked["nonce"])})

    def _say(self, status: int, told: dict) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        pass


@pytest.fixture
def provider():
    with Provider() as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture
def visitor(house, provider):
    from fastapi.testclient import TestClient

    roles = {"planners": "planner", "bosses": "approver"}
    declared = SignOn(provider.address, "stock", SECRET, "http://localhost", "Plant SSO", roles=roles)
    with_sso = House(house.workspace, Serving(), SingleSignOn(declared))
    return TestClient(application(with_sso), base_url="http://localhost", follow_redirects=False)


def _walk(visitor, there: str = "/items"):
    """The browser's way: to the other house, and back with its code."""
    import httpx2

    begun = visitor.get("/sign-in/elsewhere", params={"next": there})
    assert begun.status_code == 303, begun.text
    back = httpx2.get(begun.headers["location"]).headers["location"]
    return visitor.get(back.removeprefix("http://localhost"))


@in_sqlite
def test_a_person_comes_in_and_is_known_again(visitor, house, provider):
    assert "Sign in with Plant SSO" in visitor.get("/sign-in").text
    answer = _walk(visitor, "/items?q=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/items?q=a")
    assert visitor.get("/account.json").json() | {"keys": []} == {
        "name": "rosa@plant.example", "role": "planner", "has_password": False, "keys": [], "fresh": "", "done": "",
    }  # fmt: skip
    visitor.cookies.clear()
    provider.who["groups"] = ["planners", "bosses"]
    _walk(visitor)
    assert visitor.get("/account.json").json()["role"] == "approver", "the highest of their groups, as it is today"
    assert [one.name for one in house.people.users()].count("rosa@plant.example") == 1


@in_sqlite
def test_who_is_in_none_of_the_groups_stays_out(visitor, house, provider):
    provider.who["groups"] = ["visitors"]
    assert _walk(visitor).status_code == 422
    assert visitor.get("/account.json").status_code == 401
    assert len(house.people.users()) == 3


@in_sqlite
def test_who_was_kept_out_stays_out(visitor, house):
    _walk(visitor)
    house.people.change("rosa@plant.example", Doer("anna"), disabled=True)
    assert "is kept out" in _walk(visitor).text


@in_sqlite
def test_a_name_that_somebody_has_is_not_taken_over(visitor, house, provider):
    """Else whoever may choose their name in the other house would become our admin."""
    provider.who["email"] = "anna"
    assert _walk(visitor).status_code == 422
    assert house.people.known_elsewhere(provider.address, "s-1") is None


@in_sqlite
@pytest.mark.parametrize(
    "change",
    [{"iss": "http://evil.example"}, {"aud": "another"}, {"exp": 1}, {"nonce": "another"}, {"sub": None}],
    ids=["issuer", "audience", "expired", "nonce", "nobody"],
)
def test_a_token_that_is_not_for_us_is_not_believed(visitor, provider, change):
    provider.change = change
    answer = _walk(visitor)
    assert answer.status_code == 422
    assert "not to be believed" in answer.text


def _by_hand(algorithm: str, claims: dict, secret: bytes) -> str:
    """A token as no library would make it."""
    parts = [json.dumps(one).encode() for one in ({"alg": algorithm, "kid": "one"}, claims)]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = hmac.digest(secret, body, "sha256") if secret else b""
    return (body + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


@in_sqlite
@pytest.mark.parametrize(
    "signs",
    [
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048), algorithms=["RS256"]),
        lambda claims: _by_hand("none", claims, b""),
        lambda claims: _by_hand("HS256", claims, KEY.as_pem(private=False)),
    ],
    ids=["another key", "none", "the public key as a secret"],
)
def test_a_token_signed_by_others_is_not_believed(visitor, provider, signs):
    """RFC 8725, sections 2.1 and 3.1."""
    provider.signs_with = signs
    answer = _walk(visitor)
    assert answer.status_code == 422
    assert "not to be believed" in answer.text


@in_sqlite
def test_an_answer_to_another_browser_is_not_taken(visitor):
    import httpx2

    begun = visitor.get("/sign-in/elsewhere")
    back = httpx2.get(begun.headers["location"]).headers["location"].removeprefix("http://localhost")
    sealed = visitor.cookies["justenough_sign_in"]
    visitor.cookies.clear()
    assert visitor.get(back).status_code == 422
    visitor.cookies.set("justenough_sign_in", sealed[:-1] + ("0" if sealed[-1] != "0" else "1"))
    assert visitor.get(back).status_code == 422
    visitor.cookies.set("justenough_sign_in", sealed)
    assert visitor.get(back.replace("state=", "state=x")).status_code == 422
    assert visitor.get(back).status_code == 303
    visitor.cookies.set("justenough_sign_in", sealed)
    assert visitor.get(back).status_code == 422, "a code is good once"


@in_sqlite
def test_a_provider_that_is_away_is_named(house):
    away = SingleSignOn(SignOn("http://127.0.0.1:1", "stock", SECRET, "http://localhost", "Plant SSO"))
    with pytest.raises(SignOnError, match="Plant SSO cannot be asked at http://127.0.0.1:1"):
        away.ask("/")


def test_the_file_says_what_is_lacking(tmp_path, monkeypatch):
    path = tmp_path / "sso.toml"
    path.write_text('issuer = "https://sso.example"\nclient_id = "stock"\nflavour = 1\n', encoding="utf-8")
    with pytest.raises(JustenoughError, match="flavour is not known; client_secret_env is lacking; address is lacking"):
        single_sign_on(path)
    whole = 'issuer = "https://sso.example"\nclient_id = "stock"\nclient_secret_env = "SSO_SECRET"\naddress = "https://stock.example"\n'
    path.write_text(whole, encoding="utf-8")
    with pytest.raises(JustenoughError, match="SSO_SECRET holds no secret"):
        single_sign_on(path)
    monkeypatch.setenv("SSO_SECRET", SECRET)
    assert single_sign_on(path).declared.client_secret == SECRET
    path.write_text(whole + '[roles]\nx = "king"\n', encoding="utf-8")
    with pytest.raises(JustenoughError, match="no role 'king'"):
        single_sign_on(path)
