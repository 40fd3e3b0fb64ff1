"""Carriers: alerts by webhook, signed, and by e-mail, as a file in the workspace says."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import smtplib
import ssl
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from justenough.archive.place import WorkspaceError

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.archive.alerts import Channel, Told

FILE = "alerts.toml"
SECONDS = 20.0  # a carrier that says nothing for so long did not take it
SIGNATURE = "X-Justenough-Signature"


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    Posts each alert as JSON, signed with a secret both sides know.

    The header ``X-Justenough-Signature`` is ``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.BODY``. A receiver makes the same,
    compares it in constant time and refuses old ones; `signed` is all there is to it.
    """

    url: str
    secret: str
    name: str = "webhook"

    def send(self, told: Told) -> None:
        """Post it; anything but a 2xx answer is a failure."""
        body = json.dumps(
            {"id": told.seq, "kind": told.kind, "subject": told.subject, "said": told.said, "created": told.created.isoformat()}
        ).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signed(self.secret, body, round(time.time()))}
        request = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310  # the scheme is checked below
        try:
            with urllib.request.build_opener(_Stay()).open(request, timeout=SECONDS) as answer:
                answer.read(1)
        except urllib.error.HTTPError as error:
            raise OSError(f"{self.url} answered {error.code}") from error


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends each alert as a plain e-mail; ``encryption`` is ``starttls``, ``tls`` or, to this machine only, ``none``."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = ""
    encryption: str = "starttls"
    name: str = "mail"

    def send(self, told: Told) -> None:
        """Hand it to the mail server."""
        letter = EmailMessage()
        letter["From"], letter["To"] = self.sender, ", ".join(self.to)
        letter["Subject"] = " ".join(f"justenough: {told.said}".split())[:200]
        letter["Message-ID"] = f"<alert-{told.seq}-{round(told.created.timestamp())}@justenough>"
        letter.set_content(f"{told.said}\n\n{told.created:%Y-%m-%d %H:%M} UTC\n")
        try:
            with self._server() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(letter)
        except smtplib.SMTPException as error:
            raise OSError(f"{self.host}: {error}") from error

    def _server(self) -> smtplib.SMTP:
        if self.encryption == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.encryption == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is signed for one address goes to no other."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def signed(secret: str, body: bytes, at: int) -> str:
    """The signature of a body at a moment [seconds since 1970]."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def carriers_of(folder: Path) -> list[Channel]:
    """
    The carriers that ``alerts.toml`` in a workspace names; none where there is no such file.

    ``[webhook]``: ``url`` (https, or http to this machine) and ``secret_env``. ``[mail]``: ``host``, ``port``, ``sender``, ``to``,
    and where needed ``user``, ``password_env`` and ``encryption``. Secrets lie in the environment, never in the file.

    Raises
    ------
    WorkspaceError
        For a file that cannot be read, or says what cannot be done.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WorkspaceError(f"{path}: cannot be read as TOML: {error}.") from error
    found: list[Channel] = []
    if "webhook" in told:
        found.append(_webhook(path, told["webhook"]))
    if "mail" in told:
        found.append(_mail(path, told["mail"]))
    if not found or set(told) - {"webhook", "mail"}:
        raise WorkspaceError(f"{path}: expected [webhook], [mail] or both, and nothing else.")
    return found


def _webhook(path: Path, told: dict[str, Any]) -> Webhook:
    url = urllib.parse.urlsplit(str(told.get("url", "")))
    here = url.hostname in ("127.0.0.1", "::1", "localhost")
    if not (url.scheme == "https" or (url.scheme == "http" and here)):
        raise WorkspaceError(f"{path}: webhook url must begin with https:// (http:// only to this machine), got {url.geturl()!r}.")
    return Webhook(url.geturl(), _secret(path, "webhook", told.get("secret_env", "")))


def _mail(path: Path, told: dict[str, Any]) -> Mail:
    lacking = [name for name in ("host", "sender", "to") if not told.get(name)]
    if lacking:
        raise WorkspaceError(f"{path}: mail needs {', '.join(lacking)}.")
    encryption = str(told.get("encryption", "starttls"))
    if encryption not in ("starttls", "tls", "none") or (encryption == "none" and told["host"] not in ("127.0.0.1", "::1", "localhost")):
        raise WorkspaceError(f"{path}: mail encryption must be starttls or tls (none only to this machine), got {encryption!r}.")
    to = told["to"] if isinstance(told["to"], list) else [told["to"]]
    password = _secret(path, "mail", told["password_env"]) if told.get("password_env") else ""
    port = int(told.get("port", 465 if encryption == "tls" else 587))
    return Mail(str(told["host"]), port, str(told["sender"]), tuple(map(str, to)), str(told.get("user", "")), password, encryption)


def _secret(path: Path, where: str, variable: str) -> str:
    found = os.environ.get(variable, "") if variable else ""
    if not found:
        raise WorkspaceError(f"{path}: {where} needs its secret in an environment variable; {variable or 'secret_env'} is not set.")
    return found
