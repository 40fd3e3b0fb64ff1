"""Single sign-on: people for whom another house vouches, by OpenID Connect."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from justenough.archive.people import PeopleError, Role
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from justenough.archive.audit_log import Doer
    from justenough.archive.people import People, User

SIGNED = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]  # never "none", never a shared secret
LEEWAY_SECONDS = 60
FLOW_SECONDS = 600
KEYS_SECONDS = 3600
KNOWN = ("issuer", "client_id", "client_secret_env", "address", "label", "scopes", "name_claim", "role_claim", "roles", "role_of_unknown")


class SignOnError(PeopleError):
    """Another house does not vouch for the person, or cannot be asked."""


@dataclass(frozen=True, slots=True)
class SignOn:
    """
    What a single sign-on file declares.

    Parameters
    ----------
    issuer
        Address of the other house; ``/.well-known/openid-configuration`` below it says the rest.
    client_id, client_secret
        As whom we ask there.
    address
        Where people reach this server, such as ``https://stock.example``.
    label
        Name of the other house on the sign-in page.
    name_claim, role_claim
        Which claim names the person, and which their groups.
    roles
        Group to role; the highest counts.
    role_of_unknown
        Role of who is in none of the groups; empty: they are not let in.
    """

    issuer: str
    client_id: str
    client_secret: str
    address: str
    label: str = "single sign-on"
    scopes: str = "openid profile email"
    name_claim: str = "email"
    role_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)
    role_of_unknown: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to send the browser, and what it has to bring back."""

    address: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the other house vouches for; ``role`` is empty where it names none of ours."""

    issuer: str
    subject: str
    name: str
    role: str
    next: str


def single_sign_on(path: Path) -> SingleSignOn:
    """
    Read a TOML file.

    Raises
    ------
    JustenoughError
        It cannot be read, lacks something or says something unknown; names what.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise JustenoughError(f"{path}: cannot be read as TOML: {error}.") from error
    unknown = sorted(set(told) - set(KNOWN))
    lacking = [name for name in ("issuer", "client_id", "client_secret_env", "address") if not isinstance(told.get(name), str)]
    if unknown or lacking:
        faults = [*(f"{name} is not known" for name in unknown), *(f"{name} is lacking" for name in lacking)]
        raise JustenoughError(f"{path}: {'; '.join(faults)}. Known are {', '.join(KNOWN)}.")
    variable = told.pop("client_secret_env")
    if not os.environ.get(variable):
        raise JustenoughError(f"{path}: the variable {variable} holds no secret. Set it; it is never read from the file itself.")
    for role in [*told.get("roles", {}).values(), *([told["role_of_unknown"]] if told.get("role_of_unknown") else [])]:
        if str(role).upper() not in Role.__members__:
            raise JustenoughError(f"{path}: there is no role {role!r}. Roles: {', '.join(one.word for one in Role)}.")
    return SingleSignOn(SignOn(**told, client_secret=os.environ[variable]))


class SingleSignOn:
    """Asks another house, and believes what it signed."""

    def __init__(self, declared: SignOn) -> None:
        self.declared = declared
        self.label = declared.label
        self._secret = secrets.token_bytes(32)
        self._house: dict[str, Any] = {}
        self._keys: tuple[float, Any] = (0.0, None)

    @property
    def _back(self) -> str:
        return f"{self.declared.address.rstrip('/')}/sign-in/return"

    def ask(self, there: str) -> Asked:
        """Where to send a browser that wants to go ``there``."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._metadata()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return Asked(address, self._seal({"state": state, "nonce": nonce, "verifier": verifier, "next": there, "at": time.time()}))

    def vouched(self, sealed: str, state: str, code: str) -> Vouched:
        """
        Whom the other house vouches for.

        Raises
        ------
        SignOnError
            The browser is not the one that was sent, it took too long, or what came back is not signed by that house for us.
        """
        flow = self._unsealed(sealed)
        if not hmac.compare_digest(flow["state"].encode(), state.encode("utf-8", "surrogatepass")):
            raise SignOnError("This sign-in was not begun here. Begin again on the sign-in page.")
        from authlib.integrations.base_client import OAuthError

        try:
            with self._client() as client:
                token = client.fetch_token(self._metadata()["token_endpoint"], code=code, code_verifier=flow["verifier"])
        except (OAuthError, OSError, ValueError) as error:
            raise SignOnError(f"{self.label} does not accept the sign-in: {error}. Begin again on the sign-in page.") from error
        claims = self._claims(str(token.get("id_token", "")), flow["nonce"])
        name = str(claims.get(self.declared.name_claim) or claims["sub"])
        return Vouched(self.declared.issuer, str(claims["sub"]), name, self._role(claims), flow["next"])

    def user_of(self, vouched: Vouched, people: People, by: Doer) -> User:
        """
        The user of a person, added or given the role of their groups where that changed.

        Raises
        ------
        SignOnError
            They are kept out, in none of the groups, or somebody else has their name.
        """
        known = people.known_elsewhere(vouched.issuer, vouched.subject)
        if known is not None and known.disabled:
            raise SignOnError(f"{known.name} is kept out. Ask an admin.")
        if not vouched.role:
            raise SignOnError(f"{vouched.name} is in none of the groups that may come in. Ask an admin.")
        if known is None:
            return people.add(vouched.name, vouched.role, by, issuer=vouched.issuer, subject=vouched.subject)
        return people.change(known.name, by, role=vouched.role) if known.role.word != vouched.role else known

    def _role(self, claims: Mapping[str, Any]) -> str:
        told = claims.get(self.declared.role_claim) or []
        groups = told if isinstance(told, list) else [told]
        found = [Role[self.declared.roles[one].upper()] for one in groups if isinstance(one, str) and one in self.declared.roles]
        return max(found).word if found else self.declared.role_of_unknown

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError

        asked = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._metadata()["issuer"]},
            aud={"essential": True, "value": self.declared.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
        )
        for fresh in (False, True):  # a key we do not know may be new
            try:
                found = jwt.decode(token, self._key_set(fresh=fresh), algorithms=SIGNED)
                asked.validate(found.claims)
            except (JoseError, ValueError) as error:
                if fresh:
                    raise SignOnError(f"What {self.label} sent is not to be believed: {error}.") from error
            else:
                return dict(found.claims)
        raise AssertionError

    def _key_set(self, *, fresh: bool) -> Any:
        from joserfc.jwk import KeySet

        at, keys = self._keys
        if keys is None or fresh or time.monotonic() - at > KEYS_SECONDS:
            keys = KeySet.import_key_set({"keys": self._get(self._metadata()["jwks_uri"])["keys"]})
            self._keys = (time.monotonic(), keys)
        return keys

    def _metadata(self) -> dict[str, Any]:
        if not self._house:
            found = self._get(f"{self.declared.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.declared.issuer:
                raise SignOnError(f"{self.declared.issuer} calls itself {found.get('issuer')!r}; the file must say the same.")
            self._house = found
        return self._house

    def _get(self, address: str) -> dict[str, Any]:
        import httpx2

        try:
            answer = httpx2.get(address, timeout=10.0)
            answer.raise_for_status()
            return dict(answer.json())
        except (httpx2.HTTPError, ValueError) as error:
            raise SignOnError(f"{self.label} cannot be asked at {address}: {error}. Try again, or sign in with a password.") from error

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        one = self.declared
        return OAuth2Client(
            one.client_id, one.client_secret, scope=one.scopes, redirect_uri=self._back, code_challenge_method="S256", timeout=10.0
        )

    def _seal(self, flow: Mapping[str, Any]) -> str:
        body = base64.urlsafe_b64encode(json.dumps(flow).encode()).decode()
        return f"{body}.{self._mark(body)}"

    def _unsealed(self, sealed: str) -> dict[str, Any]:
        body, _, mark = sealed.partition(".")
        if not hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), self._mark(body).encode()):
            raise SignOnError("This sign-in was not begun in this browser. Begin again on the sign-in page.")
        flow = dict(json.loads(base64.urlsafe_b64decode(body)))
        if time.time() - flow["at"] > FLOW_SECONDS:
            raise SignOnError("The sign-in took too long. Begin again on the sign-in page.")
        return flow

    def _mark(self, body: str) -> str:
        return hmac.new(self._secret, body.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
