"""Cluster: real schedulers and workers, one of them killed in the middle, and every way to have none."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from free_port import free_port

from justenough.domain.address import AddressError
from justenough.domain.errors import ClusterError
from justenough.domain.plant import Terms
from justenough.sources.rows_apart import Rows, recorded_apart
from justenough.sources.samples import sample_folder
from justenough.strategy import cluster as clusters
from justenough.strategy.cluster import engaged, joined_to, versions
from justenough.strategy.decide import decided, recommend
from justenough.strategy.engine import Engine
from justenough.strategy.moves import Figure, Move
from justenough.strategy.possible_years import possible_years
from justenough.strategy.rehearse import rehearse
from justenough.strategy.roadmap import RoadmapParams, roadmap
from justenough.strategy.settings import Settings
from justenough.strategy.whatif import Outage, Scenario, whatif

HERE = Path(__file__).parent
PLACES = (HERE, HERE.with_name("sources"))  # of what this file imports: the workers import it too
PATIENCE = 120.0  # seconds a slow machine may take to start a process


@pytest.fixture
def work(monkeypatch):
    """Functions that the workers can import as well: both have this folder on their path."""
    monkeypatch.syspath_prepend(str(HERE))
    return import_module("counted_blocks")


def started(*words, log, **more_environment):
    found = {"PYTHONPATH": os.pathsep.join(map(str, PLACES)), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    environment = os.environ | found | more_environment
    with log.open("wb") as output:
        return subprocess.Popen([sys.executable, "-m", *words], stdout=output, stderr=subprocess.STDOUT, env=environment)


@contextmanager
def a_cluster(folder, workers, tls=(), **environment):
    """A scheduler and so many workers of one thread, on loopback; gives its address, their processes and its own."""
    address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{free_port()}"
    host, port = f"{address[:3]}://127.0.0.1", address.rpartition(":")[2]
    scheduler = ("distributed.cli.dask_scheduler", "--host", host, "--port", port, "--no-dashboard", *tls)
    running = [started(*scheduler, log=folder / "scheduler.log")]
    try:
        for i in range(workers):
            words = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", host, *tls)
            kept = ("--local-directory", str(folder / f"worker{i}"))
            running.append(started(*words, *kept, log=folder / f"worker{i}.log", **environment))
        yield address, running[1:], running[0]
    finally:
        for process in running[::-1]:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def address(tmp_path_factory, running_store):
    """A scheduler and two workers that know the way to the object store."""
    with a_cluster(tmp_path_factory.mktemp("cluster"), 2, **running_store) as (address, *_):
        yield address


def until(true, what):
    """Wait for an effect that is asserted later."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def marks(folder):
    """Block and process of everything that began."""
    return [tuple(map(int, mark.name.split("-")[:2])) for mark in folder.glob("*-*-*")]


def engine(address):
    return Engine("dask", address, patience_seconds=PATIENCE)


def test_the_plan_is_the_one_machines_bit_for_bit(address, small_plant, settings, monkeypatch):
    monkeypatch.setattr("justenough.strategy.decide.BLOCK_ITEMS", 1)
    alone = recommend(small_plant, settings)
    together = recommend(small_plant, replace(settings, engine=engine(address)))
    assert together.rows.equals(alone.rows)
    assert together.curves.equals(alone.curves)
    assert together.levers.equals(alone.levers)
    assert together.coming.equals(alone.coming)
    assert together.settings == alone.settings


def test_the_work_is_done_by_the_workers(address, work):
    with joined_to(engine(address)) as cluster:
        found = cluster(work.process, list(range(8)))
    assert os.getpid() not in found
    assert len(found) == 8


def test_of_a_killed_worker_only_its_block_is_repeated_and_the_plan_is_the_same(tmp_path, work, small_plant, settings, monkeypatch):
    """Three workers size an item each when one of them is killed with -9; the others' items are begun once."""
    settings = replace(settings, review_days=7.0)  # declared, else all are sized a second time as if looked at every day
    folder = tmp_path / "marks"
    folder.mkdir()
    monkeypatch.setattr("justenough.strategy.decide.BLOCK_ITEMS", 1)
    alone = recommend(small_plant, settings)
    monkeypatch.setattr("justenough.strategy.decide.trace", work.marked_trace)
    with a_cluster(tmp_path, 3, MARKS=str(folder)) as (address, workers, _):
        with joined_to(engine(address)) as cluster:
            until(lambda: len(cluster.client.nthreads()) == 3, "three workers have joined")
            found = []
            asking = threading.Thread(target=lambda: found.append(recommend(small_plant, settings, cluster)))
            asking.start()
            until(lambda: len({process for _, process in marks(folder)}) == 3, "every worker has begun a block")
            victim = workers[1].pid
            lost = [block for block, process in marks(folder) if process == victim]
            os.kill(victim, signal.SIGKILL)
            workers[1].wait()
            until(lambda: len(cluster.client.nthreads()) == 2, "the scheduler has noticed")
            (folder / "go").touch()
            asking.join(PATIENCE)
    assert found[0].rows.equals(alone.rows)
    assert found[0].curves.equals(alone.curves)
    begun = sorted(block for block, _ in marks(folder))
    assert len(lost) == 1
    assert len(set(begun)) == 4  # items that lack nothing
    assert begun == sorted([*set(begun), *lost])


@contextmanager
def asked(work, cluster, folder, blocks=9):
    """A thread that has blocks done which wait for a file; gives what came of it."""
    came = []

    def ask():
        try:
            came.append(cluster(work.counted, [(number, str(folder)) for number in range(blocks)]))
        except Exception as error:
            came.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield came
    finally:
        asking.join(PATIENCE)


def test_a_scheduler_that_goes_away_in_the_middle_is_said_plainly(tmp_path, work):
    folder = tmp_path / "marks"
    folder.mkdir()
    with a_cluster(tmp_path, 1) as (address, _, scheduler), joined_to(engine(address)) as cluster:
        with asked(work, replace(cluster, engine=replace(cluster.engine, patience_seconds=5.0)), folder) as came:
            until(lambda: marks(folder), "a block has begun")
            scheduler.kill()
            scheduler.wait()
    assert isinstance(came[0], ClusterError)
    assert f"The scheduler at {address} went away while blocks were done. Nothing was saved." in str(came[0])


@pytest.fixture
def minds_ctrl_c():
    """A process that a shell began in the background is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("minds_ctrl_c")
def test_ctrl_c_takes_the_blocks_back(address, tmp_path, work):
    """What was not begun is never begun, and the scheduler holds nothing of it any more."""
    folder = tmp_path / "marks"
    folder.mkdir()
    with joined_to(engine(address)) as cluster:

        def interrupt():
            until(lambda: len(marks(folder)) == 2, "both workers have begun a block")
            os.kill(os.getpid(), signal.SIGINT)

        interrupting = threading.Thread(target=interrupt)
        interrupting.start()
        with pytest.raises(KeyboardInterrupt):
            cluster(work.counted, [(number, str(folder)) for number in range(9)])
        interrupting.join()
        until(lambda: not cluster.client.run_on_scheduler(work.tasks_held), "the scheduler holds no task")
        until(lambda: not sum(cluster.client.run(work.tasks_waiting).values()), "nothing waits at the workers")
        (folder / "go").touch()
        assert cluster(work.process, [0, 1])  # and the workers are free again
    assert len(marks(folder)) == 2


def test_who_cannot_read_the_tables_is_named_and_nothing_is_made(address, tmp_path):
    """Rows that the workers cannot read, as where each machine has a folder of its own."""
    rows = Rows((str(tmp_path / "only-here.parquet"),), None, (("item", "item"),), empty_is_zero=False)
    with (
        joined_to(engine(address)) as cluster,
        pytest.raises(AddressError, match=r"only-here\.parquet: cannot be read on .*Nothing was saved.*each worker"),
    ):
        recorded_apart(rows, pl.Series("item", ["A"]), Terms("EUR", "day"), cluster)


def test_workers_read_their_blocks_from_an_object_store_themselves(address, object_store, put, small_plant, settings, monkeypatch):
    """Whoever asks for the plan cannot read the rows of demand; the plan is that of the same tables read here."""
    from justenough.sources.scanning import scan

    plain = [name for name, kind in small_plant.items.schema.items() if kind != pl.Categorical]
    small_plant.items.select(plain).write_parquet(f"{object_store}/items.parquet")
    small_plant.demand.select("item", "date", "quantity").write_parquet(f"{object_store}/demand.parquet", row_group_size=100)
    put(object_store, "plant.toml", b'currency = "EUR"\ndemand_period = "day"\n')
    alone = recommend(scan(object_store), settings)
    monkeypatch.setattr("justenough.sources.rows_apart.READ_ITEMS", 3)
    monkeypatch.setattr(Rows, "scan", lambda self: pytest.fail("read by who asks"))
    with joined_to(engine(address)) as cluster:
        together = recommend(scan(object_store, spread=cluster), settings, cluster)
    assert together.rows.equals(alone.rows)
    assert together.curves.equals(alone.curves)


def test_another_processor_is_refused_with_what_makes_all_alike(address, monkeypatch):
    """What a process started with the three variables says of itself is what is compared."""
    alike = dict(one.split("=") for one in clusters.ALIKE.split())
    words = [sys.executable, "-c", "from justenough.strategy.cluster import versions; print(versions()['processor'])"]
    other = subprocess.run(words, env=os.environ | alike, capture_output=True, text=True, check=True).stdout.strip()
    assert "kernels generic, algebra Prescott" in other
    assert "X86_V3" not in other
    monkeypatch.setattr(clusters, "versions", _Pretending(versions() | {"processor": other}))
    with pytest.raises(ClusterError, match=r"processor .*(\n.*)*Start the workers, the scheduler .* NUMBA_CPU_NAME=generic"):
        with joined_to(engine(address)):
            pass


def rehearsed(plant, settings):
    return [rehearse(plant, settings).rows]


def years(plant, settings):
    lived = possible_years(plant, settings, years=2)
    return [lived.totals, lived.items]


def supposed(plant, settings):
    scenario = Scenario("x", (Move(Figure.DEMAND, "X", 1.3),), (Outage("S1", 30.0),))
    with engaged(settings) as spread:
        found = whatif(decided(plant, settings, spread), plant, scenario, settings, spread)
    return [found.rows, found.breaks, found.stock]


def improved(plant, settings):
    with engaged(settings) as spread:
        return [roadmap(decided(plant, settings, spread), plant, RoadmapParams(tried=3, draws=3), spread=spread).rows]


WORKS = {rehearsed: {"trace", "_live"}, years: {"trace", "_lived"}, supposed: {"trace", "_live"}, improved: {"trace", "_sized", "_freed"}}


@pytest.mark.parametrize("question", WORKS)
def test_what_is_lived_supposed_and_tried_is_the_one_machines_bit_for_bit(question, address, small_plant, settings, monkeypatch):
    for place in ("decide.BLOCK_ITEMS", "spread.BLOCK_ITEMS", "breaking.BLOCK_ITEMS", "possible_years.LIVING_ITEMS"):
        monkeypatch.setattr(f"justenough.strategy.{place}", 2)
    sent, through = set(), clusters.Cluster.__call__

    def noting(self, work, blocks):
        sent.add(getattr(work, "func", work).__name__)
        return through(self, work, blocks)

    monkeypatch.setattr(clusters.Cluster, "__call__", noting)
    alone = question(small_plant, settings)
    assert not sent
    together = question(small_plant, replace(settings, engine=engine(address)))
    assert all(there.equals(here) for here, there in zip(alone, together, strict=True))
    assert sent >= WORKS[question]


def test_an_error_of_the_work_is_raised_as_it_is(address, work):
    with joined_to(engine(address)) as cluster, pytest.raises(ValueError, match="block 7 cannot be done"):
        cluster(work.wrong, [7])


def test_a_wrong_address_is_said_plainly():
    nobody = f"tcp://127.0.0.1:{free_port()}"
    with (
        pytest.raises(ClusterError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:\d+ within 1 seconds\. Nothing was saved"),
        joined_to(Engine("dask", nobody, patience_seconds=1.0)),
    ):
        pass


def test_a_scheduler_without_workers_is_said_plainly(tmp_path):
    with a_cluster(tmp_path, 0) as (address, *_):
        until(lambda: b"Scheduler at" in (tmp_path / "scheduler.log").read_bytes(), "the scheduler listens")
        refused = directly(tmp_path, address, seconds=8)  # time enough to be answered on a busy machine
    assert re.search(r"No worker has joined the scheduler .* within 8 seconds\. Nothing was saved\. Start one: dask worker tcp://", refused)


def directly(folder, address, seconds=1):
    """What the command says that refuses to plan an export on a cluster, and wrote no plan."""
    done = command(
        "recommend",
        sample_folder("retail"),
        "-p",
        "canonical",
        "--to",
        folder / "plans",
        *("--address", address),
        *_patient(folder, seconds),
    )
    assert isinstance(done.exception, ClusterError), done.output
    assert not (folder / "plans").exists()
    return str(done.exception)


def command(*words):
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:1", "tcp://nobody.invalid:8786", "tcp://127.0.0.1"])
def test_the_command_says_which_address_is_wrong(tmp_path, wrong):
    assert re.search(rf"No Dask scheduler answers at {re.escape(wrong)} within 1 seconds\. Nothing was saved", directly(tmp_path, wrong))


def test_who_listens_there_and_is_no_scheduler_is_said_plainly(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        assert "No Dask scheduler answers" in directly(tmp_path, address)


def test_the_address_of_a_worker_is_not_that_of_the_scheduler(address, tmp_path):
    with joined_to(engine(address)) as cluster:
        worker = next(iter(cluster.client.nthreads()))
    assert f"{worker} is the address of a worker, not of a Dask scheduler. Nothing was saved." in directly(
        tmp_path, worker, seconds=PATIENCE
    )


def test_the_command_names_other_versions(tmp_path, address, monkeypatch):
    monkeypatch.setattr(clusters, "versions", _Pretending(versions() | {"numpy": "0.1"}))
    refused = directly(tmp_path, address, seconds=PATIENCE)
    assert "not installed as this machine is; nothing was saved" in refused
    assert len(re.findall(r"worker tcp://127\.0\.0\.1:\d+ has numpy .* \(here 0\.1\)", refused)) == 2


def test_workers_that_are_all_gone_are_said_plainly(tmp_path, work):
    folder = tmp_path / "marks"
    folder.mkdir()
    with a_cluster(tmp_path, 1) as (address, workers, _), joined_to(engine(address)) as cluster:
        impatient = replace(cluster, engine=replace(cluster.engine, patience_seconds=2.0))
        workers[0].kill()
        workers[0].wait()
        until(lambda: not cluster.client.nthreads(), "the scheduler has noticed")
        with pytest.raises(ClusterError, match="No worker is left at .*, with 1 of 1 blocks left to do"):
            impatient(work.counted, [(0, str(folder))])


def test_other_versions_are_refused_with_their_names(address, monkeypatch):
    monkeypatch.setattr(clusters, "versions", _Pretending(versions() | {"numpy": "0.1"}))
    with pytest.raises(ClusterError, match=r"not installed as this machine is(.|\n)*numpy .* \(here 0\.1\)"), joined_to(engine(address)):
        pass


class _Pretending:
    """What this process says of itself; where it is sent to, the truth is told."""

    def __init__(self, ours):
        self.ours = ours

    def __call__(self):
        return self.ours

    def __reduce__(self):
        return (_truth, ())


def _truth():
    return versions


def test_a_worker_that_joins_later_with_other_versions_is_refused(work):
    with pytest.raises(ClusterError, match=r"a worker that joined later has numpy .* \(here 0\.1\)"):
        clusters._checked(work.process, 0, versions() | {"numpy": "0.1"})


def test_without_dask_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"Install justenough\[cluster\]"), joined_to(Engine("dask", "tcp://127.0.0.1:1")):
        pass


def test_here_needs_nobody():
    with engaged(Settings()) as spread:
        assert spread(lambda block: block + 1, [1, 2]) == [2, 3]


def test_certificates_that_are_not_there_are_named(tmp_path):
    with pytest.raises(ClusterError, match=r"ca\.pem, .*key\.pem not there"), joined_to(Engine("dask", "tls://127.0.0.1:1", str(tmp_path))):
        pass


def certified(folder):
    """A certificate authority and one certificate of it, as the files an engine asks for."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir()
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("authority", "127.0.0.1")]
    now = datetime.now(UTC)
    for at, file in enumerate(("ca", "cert")):
        made = x509.CertificateBuilder().subject_name(names[at]).issuer_name(names[0]).public_key(keys[at].public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        made = made.not_valid_after(now + timedelta(days=2)).add_extension(
            x509.BasicConstraints(ca=at == 0, path_length=None), critical=True
        )
        signed = made.sign(keys[0], hashes.SHA256())
        (folder / f"{file}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(keys[1].private_bytes(*plain))
    return folder


def test_over_tls_only_who_holds_a_certificate_is_let_in(tmp_path, work):
    ours, theirs = certified(tmp_path / "ours"), certified(tmp_path / "theirs")
    tls = [
        word
        for name in ("ca-file", "cert", "key")
        for word in (f"--tls-{name}", str(ours / f"{name[:2] if name == 'ca-file' else name}.pem"))
    ]
    with a_cluster(tmp_path, 1, tls) as (address, *_):
        with joined_to(Engine("dask", address, str(ours), PATIENCE)) as cluster:
            assert os.getpid() not in cluster(work.process, [0])
        for stranger in (Engine("dask", address, str(theirs), 2.0), Engine("dask", address.replace("tls", "tcp"), "", 2.0)):
            with pytest.raises(ClusterError, match="No Dask scheduler answers"), joined_to(stranger):
                pass


def test_settings_keep_their_engine():
    settings = Settings(engine=Engine("dask", "tcp://127.0.0.1:8786"))
    assert Settings.from_dict(settings.to_dict()) == settings


def test_the_command_asks_the_cluster_and_saves_the_same_plan(address, tmp_path):
    """A workspace sized here and by the workers: two saved plans that do not differ; with a wrong address, none."""
    from justenough.archive.workspace import Workspace

    folder = tmp_path / "plant"
    assert command("demo", "-w", folder, "--items", "1").exit_code == 0
    done = command("recommend", "-w", folder, "--holding-rate", 0.25, "--address", address)
    assert done.exit_code == 0, done.output
    assert command("recommend", "-w", folder, "--holding-rate", 0.25).exit_code == 0
    with Workspace.open(folder) as kept:
        ids = [entry.plan_id for entry in kept.plans()]
        here, there = (kept.plan(one) for one in ids[-2:])
        assert here.rows.equals(there.rows)
        assert here.settings == there.settings
    refused = command("recommend", "-w", folder, "--address", "tcp://127.0.0.1:1", *_patient(tmp_path, 1))
    assert isinstance(refused.exception, ClusterError)
    with Workspace.open(folder) as kept:
        assert [entry.plan_id for entry in kept.plans()] == ids


def _patient(folder, seconds):
    file = folder / "patience.toml"
    file.write_text(f"[engine]\npatience_seconds = {seconds:.1f}\n", encoding="utf-8")
    return "--settings", file
