"""Writes through HTTP to a server that is killed in their midst, again and again, and what must be true of them afterwards.

Three kinds of hands write at once: one sets levels, one (of other items) approves proposals three at a time, one adds people. Every
write has a word of its own (in its reason or name) and an Idempotency-Key. A life ends by SIGKILL at a random moment; the next one is
sent everything again that was not answered, and some of what was.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import sqlalchemy as sql

from justenough.archive.people_records import AUDIT, USERS
from justenough.archive.review_records import DECISIONS, QUEUE, REVIEWS
from justenough.archive.workspace import Workspace

TOGETHER = 3  # proposals approved by one request
MOST_ANSWERS = 6  # in one life before its kill is near
AFTER = 2.0  # times as long as the last answer took: the kill comes at most so long after those answers
PATIENCE_SECONDS = 300


@dataclass
class Write:
    """One request; ``told`` are the bytes it was answered with, None while it was not."""

    kind: str
    path: str
    body: dict[str, Any]
    key: str
    told: bytes | None = None


@dataclass
class Struck:
    """What the kills struck: lives, writes acknowledged, and writes in flight that were found done or not done afterwards."""

    kills: int = 0
    acknowledged: int = 0
    in_flight: Counter[str] = field(default_factory=Counter)


class Hands:
    """Writers of one workspace and its lives."""

    def __init__(self, folder: Path, database: str, *, seed: int, lives: int) -> None:
        self.folder, self.database = folder, database
        self.draw = random.Random(seed)
        self.writes: list[Write] = []
        self.struck = Struck()
        self._turn = threading.Lock()
        self._lasted = 0.05  # the last answer [seconds]
        self._entries = _seeded(folder, database, lives * 60)
        self._mother = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("mortal_server.py"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._mother.stdout is not None
        assert self._mother.stdout.readline() == "ready\n"

    def live(self) -> None:
        """One life: send again what was not answered, write until killed, and look at what is there."""
        child, address = self._started()
        with httpx2.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
            client.get("/health.json").raise_for_status()
            self._again(client)
        stopped = threading.Event()
        hands = [threading.Thread(target=self._write, args=(kind, address, stopped)) for kind in ("override", "approve", "people")]
        for one in hands:
            one.start()
        # After so many answers, then at any moment of the writes that follow, however busy the machine is.
        enough, give_up = self.struck.acknowledged + self.draw.randrange(MOST_ANSWERS), time.monotonic() + PATIENCE_SECONDS
        while self.struck.acknowledged < enough:
            assert time.monotonic() < give_up, "the server answers no more"
            time.sleep(0.001)
        time.sleep(self.draw.uniform(0.0, AFTER * self._lasted))
        os.kill(child, signal.SIGKILL)
        stopped.set()
        for one in hands:
            one.join()
        while Path(f"/proc/{child}").exists():
            time.sleep(0.001)
        self.struck.kills += 1
        self.check()

    def check(self) -> None:
        """Hold what is on the disk against what was acknowledged."""
        with Workspace.open(self.folder, database=self.database) as kept, kept.records.reading() as connection:
            decisions = connection.execute(sql.select(DECISIONS.c.decision_id, DECISIONS.c.reason, DECISIONS.c.entry_id)).all()
            people = Counter(connection.execute(sql.select(USERS.c.name)).scalars())
            audit = connection.execute(sql.select(AUDIT.c.action, AUDIT.c.subject, AUDIT.c.detail)).all()
            approved = set(connection.execute(sql.select(QUEUE.c.entry_id).where(QUEUE.c.status == "approved")).scalars())
        made = Counter(row.reason for row in decisions)
        for write in self.writes:
            times = people[write.body["name"]] if write.kind == "people" else made[write.body["reason"]]
            once = TOGETHER if write.kind == "approve" else 1
            assert times in ((once,) if write.told is not None else (0, once)), (write, times)
            if write.told is not None and write.kind != "people":
                mine = {row.decision_id for row in decisions if row.reason == write.body["reason"]}
                assert mine == set(json.loads(write.told)["decisions"])
        # Nothing half written: each decision has its line in the audit log, each approval its proposal's new status, each user a line.
        noted = [one for row in audit if row.action in ("approve", "override") for one in json.loads(row.detail)["decisions"]]
        assert sorted(noted) == sorted(row.decision_id for row in decisions)
        assert approved == {row.entry_id for row in decisions if row.entry_id}
        assert sorted(row.subject for row in audit if row.action == "add user") == sorted(people)

    def close(self) -> None:
        """End the mother of all lives."""
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.close()
        self._mother.wait(PATIENCE_SECONDS)
        self._mother.stdout.close()

    def _started(self) -> tuple[int, str]:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(json.dumps({"workspace": str(self.folder), "database": self.database}) + "\n")
        self._mother.stdin.flush()
        child = int(self._mother.stdout.readline())
        address = self._mother.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), address
        return child, address

    def _again(self, client: httpx2.Client) -> None:
        """Send what was not answered, and a few of what was: the first is done now at the latest, the others are not done again."""
        known = [one for one in self.writes if one.told is not None]
        for write in self.draw.sample(known, min(3, len(known))):
            answer = _sent(client, write)
            assert (answer.content, answer.headers["idempotency-replayed"]) == (write.told, "true")
        for write in self.writes:
            if write.told is None:
                answer = _sent(client, write)
                self.struck.in_flight["done" if answer.headers.get("idempotency-replayed") else "not done"] += 1
                write.told = answer.content
        self.check()

    def _write(self, kind: str, address: str, stopped: threading.Event) -> None:
        with httpx2.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
            while not stopped.is_set():
                with self._turn:
                    write = self._next(kind)
                    self.writes.append(write)
                begun = time.monotonic()
                try:
                    write.told = _sent(client, write).content
                except httpx2.HTTPError:  # the server is no more
                    return
                with self._turn:
                    self.struck.acknowledged += 1
                    self._lasted = time.monotonic() - begun

    def _next(self, kind: str) -> Write:
        word = f"{kind} {len(self.writes)}"
        if kind == "people":
            return Write(kind, "/api/v1/users", {"name": word, "role": "viewer"}, word)
        if kind == "override":
            level = self.draw.randint(1, 99)
            body = {"item": f"I{self.draw.randrange(15, 30)}", "reorder_point": level, "order_up_to": level + 5, "reason": word}
            return Write(kind, "/api/v1/overrides", body, word)
        which = [self._entries.pop() for _ in range(TOGETHER)]
        return Write(kind, "/api/v1/decisions", {"action": "approve", "which": which, "reason": word}, word)


def _sent(client: httpx2.Client, write: Write) -> httpx2.Response:
    answer = client.post(write.path, json=write.body, headers={"Idempotency-Key": write.key})
    assert answer.status_code == 201, answer.text
    return answer


def _seeded(folder: Path, database: str, proposals: int) -> list[str]:
    """A workspace of 30 items, a plan and proposals that wait; gives the proposals' ids."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))
    from mortal import N_ITEMS, export, plan_of

    with Workspace.open(folder, database=database) as kept:
        kept.import_(export(1))
        plan_id = kept.save(plan_of(1))
        ids = [f"e{n}" for n in range(proposals)]
        moment = datetime.now(UTC).replace(tzinfo=None)
        counts = dict.fromkeys(("n_items", "n_tests", "n_changed", "n_queued"), N_ITEMS)
        review = {"review_id": "r", "plan_id": plan_id, "digest": "d", "settings": "{}", "known_to": date(2026, 1, 1), "created": moment}
        level = {f"{which}_{name}": 2.0 for which in ("old", "new") for name in ("safety_stock", "reorder_point", "order_up_to")}
        entries = [
            {"entry_id": one, "review_id": "r", "item": f"I{n % 15:02d}", "status": "waiting", "cause": "c", **level}
            for n, one in enumerate(ids)
        ]
        with kept.records.writing() as connection:
            connection.execute(sql.insert(REVIEWS), {**review, "author": "", "version": "", **counts})
            connection.execute(sql.insert(QUEUE), entries)
    return ids
