"""
Server kills: kill -9 of a server in the midst of writes over HTTP, fifty times on SQLite and fifty times on PostgreSQL.

Run: python benchmarks/server_kills.py [KILLS [SQLite|PostgreSQL]]

The checks are those of `tests/interfaces/killed_writes.py`, and any that fails ends it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS / "interfaces"), str(TESTS / "archive")]


def main(kills: int = 50, only: str = "") -> None:
    """Print what the kills struck, on both databases or on one."""
    from killed_writes import Hands
    from postgres_cluster import cluster

    with cluster() as postgres, tempfile.TemporaryDirectory() as folder:
        for name, database in (("SQLite", ""), ("PostgreSQL", postgres.database())):
            if only not in ("", name):
                continue
            begun = time.monotonic()
            hands = Hands(Path(folder) / name, database, seed=20261129, lives=kills)
            try:
                for _ in range(kills):
                    hands.live()
            finally:
                hands.close()
            struck, flying, took = hands.struck, hands.struck.in_flight, time.monotonic() - begun
            print(
                f"{name}: {struck.kills} kills in {took:.0f} s, {len(hands.writes)} writes, {struck.acknowledged} answered before "
                f"a kill, {flying.total()} in flight at one ({flying['done']} found done, {flying['not done']} not); none lost, "
                "doubled or half written",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 50, *sys.argv[2:])
