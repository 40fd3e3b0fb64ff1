"""Options: the words and flags that several commands share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.workspace import Workspace
    from justenough.strategy.engine import Engine
    from justenough.strategy.settings import Settings

DEFAULT_WORKSPACE = Path("justenough-workspace")

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="Folder that keeps imports and plans.", envvar="JUSTENOUGH_WORKSPACE")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print everything as JSON instead of words and tables.")]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", "-p", help="Name of a shipped profile (see `justenough profiles`) or a TOML file.")
]
AuthorOption = Annotated[str, typer.Option("--author", help="Your name, kept with what is saved.", envvar="JUSTENOUGH_AUTHOR")]
TopOption = Annotated[int, typer.Option("--top", min=1, help="Rows shown, biggest money first; --json always holds all.")]
DecimalOption = Annotated[str, typer.Option("--decimal", help="Decimal sign of a CSV; with a comma, ';' stands between the cells.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]

PlanOption = Annotated[str, typer.Option("--plan", help="Id of a saved plan, the beginning of one, or latest.")]
FolderArgument = Annotated[
    str | None,
    typer.Argument(
        help="Export to read directly (with --profile): a folder, or an address such as s3://bucket/plant. Left out: the workspace.",
        show_default=False,
    ),
]

EngineOption = Annotated[
    str | None, typer.Option("--engine", help="Who does the work: here, or dask (with --address). The plan is the same.")
]
AddressOption = Annotated[
    str | None, typer.Option("--address", help="Dask scheduler, e.g. tcp://127.0.0.1:8786; implies --engine dask.", show_default=False)
]
CertificatesOption = Annotated[
    Path | None, typer.Option("--certificates", help="Folder of ca.pem, cert.pem and key.pem, for a tls:// address.", file_okay=False)
]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="TOML file of settings; flags beat it.", dir_okay=False)]
HoldingRate = Annotated[
    float | None, typer.Option("--holding-rate", help="Cost of holding one unit of money in stock for a year [1/year], e.g. 0.25.")
]
OrderingCost = Annotated[float | None, typer.Option("--ordering-cost", help="Cost of placing and receiving one order [money/order].")]
ReviewDays = Annotated[
    float | None, typer.Option("--review-days", help="Time between two looks at the stock [days]; 7 if it is declared nowhere.")
]
TargetCycleService = Annotated[
    float | None, typer.Option("--target-cycle-service", help="Least share of cycles without a stockout [fraction], e.g. 0.98.")
]
TargetFillRate = Annotated[
    float | None, typer.Option("--target-fill-rate", help="Least share of units served from the shelf [fraction], e.g. 0.98.")
]
ClassTargets = Annotated[
    list[str] | None,
    typer.Option(
        "--class", metavar="CLASS=FRACTION", help="Least cycle service of a criticality class, e.g. --class A=0.99; may be repeated."
    ),
]


def settings_from(
    file: Path | None,
    *,
    holding_rate: float | None = None,
    ordering_cost: float | None = None,
    review_days: float | None = None,
    target_cycle_service: float | None = None,
    target_fill_rate: float | None = None,
    classes: list[str] | None = None,
    engine: str | None = None,
    address: str | None = None,
    certificates: Path | None = None,
    usual: Settings | None = None,
) -> Settings:
    """The settings of a file, or the usual ones, with the flags that were given laid over them."""
    from justenough.strategy.settings import Settings

    settings = Settings.from_toml(file) if file is not None else usual or Settings()
    flags = {
        "holding_rate": holding_rate,
        "ordering_cost": ordering_cost,
        "review_days": review_days,
        "target_cycle_service": target_cycle_service,
        "target_fill_rate": target_fill_rate,
    }
    given = {name: value for name, value in flags.items() if value is not None}
    targets = {**settings.criticality_targets, **class_fractions(classes or [])}
    whose = engine_over(settings.engine, engine, address, certificates)
    return replace(settings, **given, criticality_targets=targets, engine=whose)  # type: ignore[arg-type]  # the names are its own fields


def usual_of(kept: Workspace) -> Settings | None:
    """What commands size by where no flag and no file says otherwise: as the latest plan was; None where there is no plan yet."""
    return kept.plan_entry().sized_by if kept.latest() else None


def sized_like(plan_id: str | None, usual: Settings | None, chosen: Settings) -> str:
    """That a plan goes on from the latest one's settings, and which; empty where those are what anybody starts with."""
    from justenough.interfaces.lacking import given_in

    before, now = given_in(usual.to_dict()) if usual else [], given_in(chosen.to_dict())
    changed = [one for one in now if one not in before]
    but = f", but for {', '.join(changed)}" if changed else ""
    return f"Sized as plan {plan_id} was ({', '.join(before)}){but}." if before else ""


def engine_over(usual: Engine, engine: str | None, address: str | None, certificates: Path | None) -> Engine:
    """An engine with the flags that were given laid over it."""
    given = {"name": engine or ("dask" if address else None), "address": address, "certificates": certificates and str(certificates)}
    asked = {name: value for name, value in given.items() if value is not None}
    return replace(usual, **asked)  # type: ignore[arg-type]  # checked by Engine itself


def opened(path: Path, *, create: bool = False) -> Workspace:
    """The workspace in a folder; a refusal says how to make one."""
    from justenough.archive.workspace import Workspace

    return Workspace.open(path, create=create)


def at(workspace: Path) -> str:
    """What a printed command needs to find the workspace again; nothing for the usual one."""
    from shlex import quote

    return "" if workspace == DEFAULT_WORKSPACE else f" -w {quote(str(workspace))}"


def class_fractions(texts: Sequence[str], flag: str = "--class") -> dict[str, float]:
    """Fractions by class, from texts such as A=0.99; ``flag`` is named in a refusal."""
    from justenough.domain.errors import SettingsError

    targets: dict[str, float] = {}
    for name, fraction in (_class_fraction(text, flag) for text in texts):
        if name in targets:
            raise SettingsError(f"{flag} {name}: given {targets[name]:g} and {fraction:g}; give each class once.")
        targets[name] = fraction
    return targets


def _class_fraction(text: str, flag: str) -> tuple[str, float]:
    from justenough.domain.errors import SettingsError

    name, _, fraction = text.rpartition("=")
    try:
        return name.strip() or _nameless(text), float(fraction)
    except ValueError:
        raise SettingsError(f"{flag} {text}: expected a class and a fraction, such as {flag} A=0.99.") from None


def _nameless(text: str) -> str:
    raise ValueError(text)
