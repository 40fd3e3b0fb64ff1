"""Engine: who does the work, this process or the workers of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from justenough.domain.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Engine:
    """
    Who does the work, block by block.

    Parameters
    ----------
    name
        ``here``: this process. ``dask``: the workers of a Dask cluster that is running.
    address
        Of its scheduler, such as tcp://127.0.0.1:8786 or tls://scheduler.plant:8786.
    certificates
        Folder of ``ca.pem``, ``cert.pem`` and ``key.pem``; needed for tls://.
    patience_seconds
        How long the scheduler may take to answer, and how long it may be without any worker. [seconds]
    """

    name: Literal["here", "dask"] = "here"
    address: str = ""
    certificates: str = ""
    patience_seconds: float = 30.0

    def __post_init__(self) -> None:
        problems = []
        if self.name not in ("here", "dask"):
            problems.append(
                f"engine.name must be here or dask, got {self.name!r}: a plan is made in this process or by Dask's workers. "
                "On another cluster start Dask's own scheduler and workers; see docs/cluster.md."
            )
        if self.name == "dask" and not self.address.startswith(("tcp://", "tls://")):
            problems.append(f"engine.address must be like tcp://127.0.0.1:8786 or tls://host:8786, got {self.address!r}.")
        if self.address.startswith("tls://") and not self.certificates:
            problems.append("engine.certificates must name a folder of ca.pem, cert.pem and key.pem for a tls:// address.")
        if not 0 < self.patience_seconds < float("inf"):
            problems.append(f"engine.patience_seconds must be above 0, got {self.patience_seconds}.")
        if problems:
            raise SettingsError("\n".join(problems))
