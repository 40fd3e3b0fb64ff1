"""Cluster: the same blocks done by the workers of a Dask cluster, with the same result whatever dies on the way.

Dask trusts whoever can reach its scheduler: functions and data travel as pickles, so a scheduler belongs on a loopback or
private address, or behind TLS
(`justenough.strategy.engine.Engine.certificates`). Nothing here listens; it only calls the address it is given.
"""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from justenough.domain.errors import ClusterError
from justenough.strategy.spread import Spread, serially

if TYPE_CHECKING:
    from justenough.strategy.engine import Engine
    from justenough.strategy.settings import Settings

Block = TypeVar("Block")
Result = TypeVar("Result")

PACKAGES = ("justenough", "numpy", "numba", "scipy", "polars")  # whose versions may change a result
ALIKE = "NUMBA_CPU_NAME=generic OPENBLAS_CORETYPE=Prescott NPY_DISABLE_CPU_FEATURES=X86_V3,X86_V4,AVX512_ICL,AVX512_SPR"
OTHER_PROCESSOR = (
    "Processors of another kind differ in last bits. Start the workers, the scheduler and this with the same three variables, and "
    f"the plan is the same on all of them, if slower: {ALIKE}"
)
AHEAD = 2  # blocks each worker thread has waiting: none idles, and a large plant is not sent at once
_LOOK_SECONDS = 2.0


@contextmanager
def engaged(settings: Settings, spread: Spread = serially) -> Iterator[Spread]:
    """
    The spread that ``settings.engine`` asks for, for as long as it is needed; one that is given beats it.

    Raises
    ------
    ClusterError
        Nobody answers, nobody works, or somebody works with other versions.
    """
    if settings.engine.name == "here" or spread is not serially:
        yield spread
        return
    with joined_to(settings.engine) as cluster:
        yield cluster


@contextmanager
def joined_to(engine: Engine) -> Iterator[Cluster]:
    """Connect to the scheduler, wait for a worker, and compare versions with all of them."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise ClusterError("Dask is not installed here. Install justenough[cluster], the same version as on the workers.") from error
    security = _security(engine)
    try:
        _refuse_strangers(engine, security)
        client = distributed.Client(
            engine.address, timeout=engine.patience_seconds, security=security, set_as_default=False, name="justenough"
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {engine.address} within {engine.patience_seconds:g} seconds. "
            "Nothing was saved. Is the address right, does the scheduler run, and do both speak tcp or both tls?"
        ) from error
    try:
        _somebody(client, engine)
        _same_everywhere(client)
        yield Cluster(client, engine)
    finally:
        client.close(timeout=5)


@dataclass(frozen=True, slots=True)
class Cluster:
    """
    A `Spread` over the workers of a cluster.

    Notes
    -----
    Blocks wait on this side and are sent as workers come free; results are fetched as soon as they are there. So of a worker
    that dies only what it was doing is done again, by another. A block that takes more workers with it than the scheduler's
    ``allowed-failures``, or a cluster nobody works in for ``engine.patience_seconds``, is given up.
    """

    client: Any
    engine: Engine

    def __call__(self, work: Callable[[Block], Result], blocks: Sequence[Block], /) -> list[Result]:
        """Results in the order of the blocks; an error of the work itself is raised."""
        distributed: Any = import_module("distributed")
        done: dict[int, Result] = {}
        under_way: dict[Any, int] = {}
        waiting = list(range(len(blocks)))[::-1]
        alone_since = 0.0
        here = versions()
        failed: BaseException | None = None
        try:
            while waiting or under_way:
                threads = sum(self.client.nthreads().values())
                while waiting and len(under_way) < AHEAD * max(threads, 1):
                    i = waiting.pop()
                    future = self.client.submit(_checked, work, blocks[i], here, pure=False)
                    under_way[future] = i
                try:
                    with self.client.as_current():
                        ready = distributed.wait(list(under_way), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED").done
                except TimeoutError:
                    alone_since = 0.0 if threads else alone_since + _LOOK_SECONDS
                    if alone_since > self.engine.patience_seconds:
                        left = f"{len(blocks) - len(done)} of {len(blocks)} blocks left to do"
                        raise ClusterError(f"No worker is left at {self.engine.address}, with {left}. Nothing was saved.") from None
                    continue
                for future in ready:
                    if future.status == "error":
                        failed = future.exception()
                        break
                    done[under_way.pop(future)] = future.result()
                    future.release()
                if failed is not None:
                    break
        except (OSError, CancelledError) as error:
            raise ClusterError(f"The scheduler at {self.engine.address} went away while blocks were done. Nothing was saved.") from error
        finally:
            if under_way and self.client.status == "running":
                self.client.cancel(list(under_way), force=True)
        if isinstance(failed, distributed.KilledWorker):
            raise ClusterError(
                f"A block of items was given up, since every worker died that had it: {failed}. Nothing was saved. "
                "Workers that are killed often lack memory: give them more."
            ) from failed
        if failed is not None:
            raise failed
        return [done[i] for i in range(len(blocks))]


@cache
def versions() -> dict[str, str]:
    """What a result rests on in this process, to the last bit: Python, the packages that calculate, and their processor."""
    made_of = {"python": platform.python_version(), "libc": " ".join(platform.libc_ver()), "processor": _processor()}
    return made_of | {name: version(name) for name in PACKAGES}


def _processor() -> str:
    """
    What compiled kernels, linear algebra and numpy's loops are chosen for: this processor, unless the environment says otherwise.

    Another processor may fuse or order the same sums otherwise, which moves last bits (docs/cluster.md says which were seen).
    """
    import numpy as np
    from llvmlite import binding

    own = str(binding.get_host_cpu_name())
    kernels, algebra = os.environ.get("NUMBA_CPU_NAME") or own, os.environ.get("OPENBLAS_CORETYPE") or own
    loops = np.show_config(mode="dicts")["SIMD Extensions"].get("found") or ["none"]
    return f"{platform.machine()} kernels {kernels}, algebra {algebra}, loops {'+'.join(loops)}"


def _checked(work: Callable[[Block], Result], block: Block, expected: dict[str, str]) -> Result:
    """On a worker: the work, if it is done with the versions of whoever asked; workers may join at any time."""
    if versions() != expected:
        raise ClusterError(_difference("a worker that joined later", versions(), expected))
    return work(block)


def _refuse_strangers(engine: Engine, security: Any) -> None:
    """Ask who listens at the address; Dask's client waits without end for one who takes the call and says nothing."""
    core: Any = import_module("distributed.core")

    async def asked() -> str:
        keys = security.get_connection_args("client") if security is not None else {}
        async with core.rpc(engine.address, timeout=engine.patience_seconds, connection_args=keys) as there:
            answer = await asyncio.wait_for(there.identity(), engine.patience_seconds)
            return str(answer["type"])

    with ThreadPoolExecutor(1) as thread:  # whoever calls may have an event loop of its own
        who = thread.submit(lambda: asyncio.run(asked())).result()
    if who != "Scheduler":
        raise ClusterError(f"{engine.address} is the address of a {who.lower()}, not of a Dask scheduler. Nothing was saved.")


def _somebody(client: Any, engine: Engine) -> None:
    try:
        client.wait_for_workers(1, timeout=engine.patience_seconds)
    except TimeoutError as error:
        raise ClusterError(
            f"No worker has joined the scheduler at {engine.address} within {engine.patience_seconds:g} seconds. Nothing was saved. "
            f"Start one: dask worker {engine.address}"
        ) from error


def _same_everywhere(client: Any) -> None:
    """Refuse workers (and a scheduler, which reads what it passes on) that would not calculate as this process does."""
    here = versions()
    try:
        found: dict[str, Any] = {"the scheduler": client.run_on_scheduler(versions)}
    except ModuleNotFoundError as error:
        found = {"the scheduler": error}
    found |= {f"worker {address}": answer for address, answer in client.run(versions, on_error="return").items()}
    wrong = []
    for who, answer in found.items():
        if isinstance(answer, BaseException):
            wrong.append(f"{who} cannot import what it needs ({answer})")
        elif answer != here:
            wrong.append(_difference(who, answer, here))
    if wrong:
        more = f"\n... and {len(wrong) - 5} more." if len(wrong) > 5 else ""
        remedy = f"\n{OTHER_PROCESSOR}" if any("processor" in one for one in wrong) else ""
        raise ClusterError("\n".join(["The cluster is not installed as this machine is; nothing was saved.", *wrong[:5]]) + more + remedy)


def _difference(who: str, there: dict[str, str], here: dict[str, str]) -> str:
    told = [f"{name} {there.get(name, 'missing')} (here {here[name]})" for name in here if there.get(name) != here[name]]
    return f"{who} has {', '.join(told)}"


def _security(engine: Engine) -> Any:
    if not engine.certificates:
        return None
    folder = Path(engine.certificates)
    files = {name: folder / f"{name}.pem" for name in ("ca", "cert", "key")}
    lacking = [str(file) for file in files.values() if not file.is_file()]
    if lacking:
        raise ClusterError(f"{', '.join(lacking)} not there: TLS needs ca.pem, cert.pem and key.pem. Nothing was saved.")
    distributed: Any = import_module("distributed")
    return distributed.Security(
        tls_ca_file=str(files["ca"]), tls_client_cert=str(files["cert"]), tls_client_key=str(files["key"]), require_encryption=True
    )
