"""A PostgreSQL cluster of this test run's own: made when first asked for, on a socket only, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest


@dataclass
class Cluster:
    folder: Path
    made: dict[Path, str] = field(default_factory=dict)

    def database(self) -> str:
        """Address of a new, empty database."""
        import psycopg

        name = f"d{len(self.made)}_{os.getpid()}_{os.urandom(4).hex()}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' STRATEGY file_copy")
        return self.address(name)

    def database_of(self, folder: Path) -> str:
        """Address of the database of one workspace folder."""
        if folder not in self.made:
            self.made[folder] = self.database()
        return self.made[folder]

    def address(self, name: str) -> str:
        return f"postgresql://keeper@/{name}?host={self.folder}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running cluster; the test is skipped where PostgreSQL is not installed."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed (extra pg)")
    programs = [shutil.which("initdb"), *map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    initdb = next((one for one in programs if one), None)
    if initdb is None:
        pytest.skip("PostgreSQL is not installed on this machine")
    programs_at = Path(initdb).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="je-pg-"))
    # The server refuses to run as root.
    who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    if who:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    data = folder / "data"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder, **who}
    try:
        subprocess.run([initdb, "-D", data, "-U", "keeper", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"], **quiet)
        settings = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"
        subprocess.run([programs_at / "pg_ctl", "-D", data, "-w", "-t", "120", "-l", folder / "log", "-o", settings, "start"], **quiet)
        try:
            yield Cluster(folder)
        finally:
            subprocess.run([programs_at / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
