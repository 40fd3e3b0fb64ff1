"""A real Mosquitto for tests: started on a free port, stopped for a while, and cut off; and a plant to listen for."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from free_port import free_port

if TYPE_CHECKING:
    from pathlib import Path


def wait_for(true, seconds=180.0, what="it"):
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, f"{what} did not come about in {seconds} s"
        time.sleep(0.02)
    return found


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


class Mosquitto:
    """A broker that keeps sessions on disk."""

    def __init__(self, folder) -> None:
        found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
        if found is None:
            pytest.skip("no mosquitto is installed (Debian: apt-get install mosquitto)")
        self.found, self.folder, self.port = found, folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
        said = (
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
            f"user {getpass.getuser()}\n"  # else it could not write here where it is started by root
            "max_queued_messages 0\nmax_inflight_messages 0\n"
        )
        (folder / "mosquitto.conf").write_text(said)
        self.process = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([self.found, "-c", str(self.folder / "mosquitto.conf")], stdout=log, stderr=log)
        wait_for(lambda: answers(self.port), what="the broker")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


class Authority:
    """Signs certificates for 127.0.0.1, of the kind TLS or OPC UA wants; each file lies in its folder."""

    def __init__(self, folder: Path, *, opc: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.opc = folder, opc
        self.key = self._fresh()
        self.file = self._written("authority", self.key, "authority", authority=True)[0]

    def certificate(self, name: str) -> tuple[Path, Path]:
        """Files of a certificate and its key."""
        return self._written(name, self._fresh(), "127.0.0.1", authority=False)

    def _fresh(self):
        return rsa.generate_private_key(65537, 2048) if self.opc else ec.generate_private_key(ec.SECP256R1())

    def _written(self, name, key, subject, *, authority):
        issued, now = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (subject, "authority")], datetime.now(UTC)
        names = [x509.IPAddress(ip_address("127.0.0.1")), x509.UniformResourceIdentifier("urn:freeopcua:client")]
        built = x509.CertificateBuilder(*reversed(issued), key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        built = built.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
        shown, hidden = self.folder / f"{name}.pem", self.folder / f"{name}.key.pem"
        shown.write_bytes(built.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        hidden.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return shown, hidden


class Wire:
    """A wire to a server that can be cut: every connection through it breaks, and new ones are refused until it is mended."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.pairs: list[socket.socket] = []
        self.whole = True
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        self.whole = False
        for one in self.pairs:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        self.pairs.clear()

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.cut()
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            try:
                if not self.whole:
                    raise OSError
                far = socket.create_connection(("127.0.0.1", self.to_port), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self.pairs += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for each in (one, other):
            try:
                each.close()
            except OSError:
                pass
