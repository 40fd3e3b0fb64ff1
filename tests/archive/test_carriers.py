"""Alerts by a real web server and a real mail server: signed, refused, and what a file must not say."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from justenough.archive.alerts import Told
from justenough.archive.carriers import SIGNATURE, Mail, Webhook, carriers_of
from justenough.archive.place import WorkspaceError

TOLD = Told(
    7,
    "shortage",
    "BRG-6204",
    "BRG-6204: stock lasts 2.0 days at mean demand, and nothing is on order.",
    datetime(2026, 3, 1, tzinfo=UTC),
    "",
)


@pytest.fixture
def web():
    """A web server that answers as told and keeps what it was sent."""

    class Handler(http.server.BaseHTTPRequestHandler):
        answers: list[int] = []
        heard: list[tuple[dict[str, str], bytes]] = []

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.heard.append((dict(self.headers), body))
            self.send_response(self.answers.pop(0) if self.answers else 204)
            if self.path == "/away":
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler
    server.shutdown()
    server.server_close()


class Post(socketserver.StreamRequestHandler):
    """As much of SMTP as takes one letter (RFC 5321)."""

    letters: list[str] = []
    refuses = False

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(text)
                self.letters.append("\n".join(lines))
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("550 no such box" if word == "RCPT" and self.refuses else "250 well")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def post():
    class Office(Post):
        letters: list[str] = []

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Office)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], Office
    server.shutdown()
    server.server_close()


def test_a_webhook_is_signed_so_that_its_receiver_can_tell(web):
    address, handler = web
    Webhook(address, "between us").send(TOLD)
    headers, body = handler.heard[-1]
    told = dict(part.split("=", 1) for part in headers[SIGNATURE].split(","))
    expected = hmac.new(b"between us", f"{told['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(told["v1"], expected)
    assert json.loads(body)["subject"] == "BRG-6204"


def test_only_a_good_answer_means_it_arrived(web):
    address, handler = web
    for status in (500, 404, 302):
        handler.answers.append(status)
        with pytest.raises(OSError, match=str(status)):
            Webhook(f"{address}/away", "s").send(TOLD)
    with pytest.raises(OSError, match="refused"):
        Webhook("http://127.0.0.1:9", "s").send(TOLD)


def test_a_letter_is_handed_over(post):
    port, office = post
    Mail("127.0.0.1", port, "plant@example.org", ("ana@example.org", "bo@example.org"), encryption="none").send(TOLD)
    (letter,) = office.letters
    assert "Subject: justenough: BRG-6204: stock lasts 2.0 days" in letter
    assert "To: ana@example.org, bo@example.org" in letter


def test_a_letter_nobody_takes_did_not_arrive(post):
    port, office = post
    office.refuses = True
    with pytest.raises(OSError, match="no such box"):
        Mail("127.0.0.1", port, "plant@example.org", ("ana@example.org",), encryption="none").send(TOLD)


def test_a_line_end_in_a_subject_stays_in_it(post):
    port, office = post
    evil = Told(8, "shortage", "x", "a\r\nBcc: all@example.org\r\n\r\nb", TOLD.created, "")
    Mail("127.0.0.1", port, "plant@example.org", ("ana@example.org",), encryption="none").send(evil)
    head = office.letters[-1].partition("\n\n")[0]
    assert not any(line.startswith("Bcc") for line in head.splitlines())


def test_what_the_file_says(tmp_path, monkeypatch):
    assert carriers_of(tmp_path) == []
    monkeypatch.setenv("HOOK", "s3")
    (tmp_path / "alerts.toml").write_text(
        '[webhook]\nurl = "https://hooks.example.org/x"\nsecret_env = "HOOK"\n'
        '[mail]\nhost = "mail.example.org"\nsender = "a@b.c"\nto = ["d@e.f"]\n'
    )
    hook, mail = carriers_of(tmp_path)
    assert (hook.secret, mail.port, mail.encryption) == ("s3", 587, "starttls")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[webhook", "cannot be read"),
        ("", "expected \\[webhook\\]"),
        ('[webhok]\nurl = "x"', "expected \\[webhook\\]"),
        ('[webhook]\nurl = "http://hooks.example.org"\nsecret_env = "HOOK"', "must begin with https"),
        ('[webhook]\nurl = "file:///etc/passwd"\nsecret_env = "HOOK"', "must begin with https"),
        ('[webhook]\nurl = "https://h.example.org"\nsecret_env = "NOT_SET"', "NOT_SET is not set"),
        ('[mail]\nhost = "m.example.org"', "needs sender, to"),
        ('[mail]\nhost = "m.example.org"\nsender = "a"\nto = "b"\nencryption = "none"', "none only to this machine"),
    ],
)
def test_what_the_file_must_not_say(tmp_path, monkeypatch, text, said):
    monkeypatch.setenv("HOOK", "s3")
    (tmp_path / "alerts.toml").write_text(text)
    with pytest.raises(WorkspaceError, match=said):
        carriers_of(tmp_path)


@pytest.fixture
def letterbox(tmp_path, monkeypatch):
    """A mail server of somebody else's making (aiosmtpd) that takes letters only under TLS and from who signs in."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Mailbox
    from aiosmtpd.smtp import SMTP, AuthResult

    certificate, key = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def right(_server, _session, _envelope, _mechanism, given):
        return AuthResult(success=(given.login, given.password) == (b"stock", b"a secret"), handled=False)

    class Office(Controller):
        def factory(self):
            return SMTP(self.handler, tls_context=context, require_starttls=True, authenticator=right, auth_required=True)

        def _trigger_server(self):
            self.port = self.server.sockets[0].getsockname()[1]  # it knocks there, to see that it is open
            super()._trigger_server()

    office = Office(Mailbox(tmp_path / "mail"), hostname="127.0.0.1", port=0)
    office.start()
    yield office.port, tmp_path / "mail" / "new"
    office.stop()


def test_a_letter_goes_under_tls_to_who_proves_who_they_are(letterbox):
    port, letters = letterbox
    mail = Mail("localhost", port, "stock@plant.example", ("anna@plant.example",), "stock", "a secret")
    mail.send(TOLD)
    (letter,) = letters.iterdir()
    assert TOLD.said in letter.read_text()
    with pytest.raises(OSError, match="[Aa]uthentication"):
        Mail("localhost", port, "stock@plant.example", ("a@b.example",), "stock", "wrong").send(TOLD)
    with pytest.raises(OSError, match="STARTTLS"):
        Mail("localhost", port, "stock@plant.example", ("a@b.example",), encryption="none").send(TOLD)
    assert len(list(letters.iterdir())) == 1


def _certificate(folder):
    """A certificate for localhost that nobody vouches for but the environment."""
    now, key = datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed_by_itself = made.sign(key, hashes.SHA256())
    place, secret = folder / "localhost.pem", folder / "localhost.key"
    place.write_bytes(signed_by_itself.public_bytes(serialization.Encoding.PEM))
    kind = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
    return place, secret
