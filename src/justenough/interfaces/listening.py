"""Listening: the commands that hear machines while they run, show a plant that is acted out, and say what was refused."""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.figures import UNKNOWN, known
from justenough.interfaces.answering import complain, refuse_overwrite, say, say_json, show, width
from justenough.interfaces.options import DEFAULT_WORKSPACE, ForceOption, JsonOption, TopOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from rich.table import Table

    from justenough.archive.journal import Journal
    from justenough.archive.listener import Listener, Status
    from justenough.archive.workspace import Workspace
    from justenough.sources.live.broadcasting import Stage

LOOK_SECONDS = 0.5  # between two looks at whether to end


def listen(
    file: Annotated[Path, typer.Argument(help="TOML file that says where to listen and what messages mean.", dir_okay=False)],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.1, help="End after so long [seconds]; left out: when interrupted.")
    ] = None,
    every: Annotated[float, typer.Option("--every", min=0.5, help="Time between two lines of what was heard [seconds].")] = 10.0,
    top: TopOption = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Take machine states, reasons and counts as they happen, from MQTT, OPC UA and REST, and keep them.

    Example: justenough listen listen.toml --seconds 60
    """
    from justenough.archive.listener import Listener
    from justenough.sources.live.listen_file import read_listen_file

    described = read_listen_file(file)
    with opened(workspace) as kept:
        listener = Listener(kept, described, notice=lambda text: complain(f"{datetime.now(UTC):%H:%M:%S} {text}"))
        with _until_told() as told:
            listener.start()
            try:
                _follow(listener, told, seconds, every)
            finally:
                listener.stop()
        status, found = listener.status(), listener.running.oee(time.time_ns() // 1000)
    if as_json:
        say_json({**_plain_status(status), "machines": found})
        return
    say(status_line(status))
    if found.height:
        show(shift_table(found, top, width()))


def machines(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: TopOption = 20,
    prepare: Annotated[
        Path | None,
        typer.Option("--prepare", help="Write the invented plant's tables and a listen file to this new folder.", file_okay=False),
    ] = None,
    number: Annotated[int, typer.Option("--machines", min=1, max=10_000, help="Machines of the invented plant.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="The same seed acts the same plant.")] = 0,
    host: Annotated[str, typer.Option("--host", help="Host of the MQTT broker, and of the OPC UA server to start.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port of the MQTT broker; 0: none.")] = 1883,
    opcua: Annotated[int, typer.Option("--opcua", help="Port of the OPC UA server to start; 0: none.")] = 0,
    hours: Annotated[
        float, typer.Option("--hours", min=0.0, max=48.0, help="First tell, at once, what the last hours brought [hours].")
    ] = 0.0,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.1, help="End after so long [seconds]; left out: when interrupted.")
    ] = None,
    *,
    simulate: Annotated[bool, typer.Option("--simulate", help="Act an invented plant, for `listen` to hear, until interrupted.")] = False,
    refused: Annotated[bool, typer.Option("--refused", help="List what was heard and not believed, the latest first.")] = False,
    sparkplug: Annotated[bool, typer.Option("--sparkplug", help="Speak Sparkplug B rather than plain JSON.")] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Say what the machines do now and the OEE of the running shift; or act a plant that can be listened to.

    Example: justenough machines --simulate --machines 12 --opcua 4840
    """
    if prepare is not None:
        _prepare(prepare, number, seed, _stage(host, port, opcua, sparkplug=sparkplug), force=force)
    elif simulate:
        _simulate(number, seed, _stage(host, port, opcua, sparkplug=sparkplug), hours, seconds, as_json=as_json)
    else:
        with opened(workspace) as kept:
            journal = kept.live().journal
            found = _refusals(journal) if refused else _running(kept)
        if as_json:
            say_json(found)
        elif refused:
            _show_refused(found["refused"], top)
        elif found["machines"].height:
            show(shift_table(found["machines"], top, width()))
        else:
            say("Nothing was heard of this plant's machines yet. Listen to them: justenough listen FILE; an invented plant can be heard")
            say("with: justenough machines --prepare plant")


def _running(kept: Workspace) -> dict[str, Any]:
    from justenough.archive.running import Running

    live = kept.live()
    silent = live.journal.silence()
    return {"machines": Running(live.journal, kept.plant(), silent_after=silent).oee(time.time_ns() // 1000), "tally": live.journal.tally()}


def _refusals(journal: Journal) -> dict[str, Any]:
    return {"tally": journal.tally(), "refused": [_readable(row) for row in journal.refused().to_dicts()]}


def _show_refused(rows: list[dict[str, Any]], top: int) -> None:
    if not rows:
        say("Nothing that was heard was refused.")
        return
    from justenough.interfaces.printing import frame_table

    shown = [{name: row[name] for name in ("stream", "fault", "found", "times")} for row in rows[:top]]
    title = f"Refused: {sum(row['times'] for row in rows):,} messages"
    show(frame_table(title, shown, {"times": lambda n: f"{n:,}"}, width()))


def _stage(host: str, port: int, opcua: int, *, sparkplug: bool) -> Stage:
    from justenough.sources.live.broadcasting import Stage

    return Stage(host, port or None, sparkplug, opcua or None)


def _prepare(folder: Path, number: int, seed: int, stage: Stage, *, force: bool) -> None:
    from datetime import timedelta

    from justenough.sources.live.acting import Cast, tables_of
    from justenough.sources.live.broadcasting import broker_text, listen_text

    cast = Cast.of(number, seed)
    today = datetime.now(UTC).date()
    files = tables_of(cast, [str(today + timedelta(days=day)) for day in range(-1, 8)])
    listen_file, broker_file = (folder.with_name(f"{folder.name}_{name}") for name in ("listen.toml", "mosquitto.conf"))
    for file in (listen_file, broker_file):
        refuse_overwrite(file, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        refuse_overwrite(folder / name, force=force)
        (folder / name).write_text(text, encoding="utf-8")
    listen_file.write_text(listen_text(cast, stage), encoding="utf-8")
    say(f"{number} machines and their shifts of a week are in {folder}, where to listen is in {listen_file}.")
    say(f"Next: justenough import {folder} --profile canonical; then, each in a terminal of its own,")
    if stage.port is not None:
        broker_file.write_text(broker_text(stage), encoding="utf-8")
        say(f"- mosquitto -c {broker_file}")
    say(f"- justenough listen {listen_file}")
    say(f"- justenough machines --simulate --machines {number} --seed {seed}{_told_again(stage)}")


def _told_again(stage: Stage) -> str:
    """The options that name a stage, where it is not the usual one."""
    from justenough.sources.live.broadcasting import Stage

    usual = Stage()
    said = [f" --host {stage.host}"] if stage.host != usual.host else []
    said += [f" --port {stage.port or 0}"] if stage.port != usual.port else []
    said += [f" --opcua {stage.opc_port}"] if stage.opc_port else []
    return "".join(said) + (" --sparkplug" if stage.sparkplug else "")


def _simulate(number: int, seed: int, stage: Stage, hours: float, seconds: float | None, *, as_json: bool) -> None:
    from justenough.sources.live.acting import Act, Cast
    from justenough.sources.live.broadcasting import broadcast

    with _until_told() as told:
        clock = threading.Timer(seconds, told.set) if seconds is not None else None
        if clock:
            clock.start()
        act = Act(Cast.of(number, seed), seed, time.time_ns() // 1000 - round(hours * 3600 * 1_000_000))
        n = broadcast(act, stage, told)
        if clock:
            clock.cancel()
    if as_json:
        say_json({"machines": number, "messages": n})
    else:
        say(f"{number} machines told {n:,} messages.")


def status_line(status: Status) -> str:
    """What was heard, in a sentence."""
    refused_count = sum(status.refused.values())
    words = [f"{status.messages:,} messages: {status.readings:,} readings kept, {status.duplicates:,} known already"]
    words.append(f"{refused_count:,} messages refused" if refused_count else "nothing refused")
    if status.numbers_missed:
        words.append(f"{status.numbers_missed:,} message numbers missing")
    if status.silent:
        words.append(f"silent: {', '.join(status.silent[:5])}{' ...' if len(status.silent) > 5 else ''}")
    return "; ".join(words) + f". {status.settled:,} settled into the tables."


def shift_table(found: pl.DataFrame, top: int, columns: int) -> Table:
    """OEE of the running shift, machine by machine, lowest first."""
    from justenough.interfaces.printing import frame_table

    def share(value: Any) -> str:
        return UNKNOWN if not known(value) else f"{value:.1%}".replace("%", " %")

    rows = [
        {
            "machine": row["machine"],
            "now": row["state"] or "unknown",
            "shift began": f"{datetime.fromtimestamp(row['since'] / 1e6, UTC):%H:%M}",
            "availability": row["availability"],
            "performance": row["performance"],
            "quality": row["quality"],
            "OEE": row["oee"],
            "parts": row["total"],
        }
        for row in found.sort("oee", nulls_last=True).head(top).to_dicts()
    ]
    shares = dict.fromkeys(("availability", "performance", "quality", "OEE"), share)
    return frame_table("The running shift, lowest OEE first (times in UTC)", rows, {**shares, "parts": lambda n: f"{n:,.0f}"}, columns)


def _follow(listener: Listener, told: threading.Event, seconds: float | None, every: float) -> None:
    """Say now and then what was heard, until told to end or the time is over."""
    begun = said = time.monotonic()
    while not told.wait(LOOK_SECONDS):
        now = time.monotonic()
        if seconds is not None and now - begun >= seconds:
            return
        if now - said >= every:
            said = now
            sys.stderr.write(status_line(listener.status()) + "\n")


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """Give an event that is set when the process is asked to end."""
    told = threading.Event()
    before = {which: signal.signal(which, lambda *_: told.set()) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _plain_status(status: Status) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(status)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    moments = {name: datetime.fromtimestamp(row[name] / 1e6, UTC) for name in ("first", "last")}
    return {**row, **moments, "payload": row["payload"].decode("utf-8", errors="backslashreplace")[:2000]}
