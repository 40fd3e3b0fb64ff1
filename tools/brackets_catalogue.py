"""
The true model of the invented plant `brackets`: what its machines, suppliers and customers really are.

Two presses stop equally much in all and very differently: PRS-1 often and for an hour, PRS-2 seldom and for eighteen. Their parts
are twins. Line F makes the finished brackets behind buffers; PRS-4 at its head is slow to repair. MLD-1 makes one part and
nothing else; CUT-1 has not failed yet. Times between failures are exponential in running time, repairs lognormal.
"""

from __future__ import annotations

from dataclasses import dataclass

from bearings_catalogue import Item, Supplier

SUPPLIERS = (
    Supplier("Formosa Actuators", "TW", "sea", 0.17, 210, outages=(
        ("2022-08-15", "2022-09-16", "power rationing"), ("2024-11-04", "2024-12-13", "port closed"),
        ("2026-02-09", "2026-03-06", "fire at a subcontractor"))),
    Supplier("Shenzhen Boards", "CN", "air", 0.30, 140, rejects=0.08, outages=(("2023-01-16", "2023-02-20", "holidays and flu"),)),
    Supplier("Stahl Ruhr", "DE", "road", 0.07, 45),
    Supplier("Schraubenkontor", "DE", "road", 0.06, 25),
    Supplier("Lacke Nord", "DE", "road", 0.08, 30),
    Supplier("Pack & Co", "DE", "road", 0.05, 20),
    Supplier("Hydraulik Service", "DE", "road", 0.20, 60),
)  # fmt: skip


def _bought(code: str, what: str, who: str, cost: float, days: float, **more: object) -> Item:
    return Item(code, what, who, "F", cost, days, target_cycle_service=0.97, **more)  # type: ignore[arg-type]


def _pressed(machine: str, code: str, what: str, rate: float, cost: float) -> Item:
    return Item(code, what, machine, "", cost, None, "sold", rate, target_cycle_service=0.97)


def _spare(code: str, what: str, cost: float, days: float) -> Item:
    return Item(code, what, "Hydraulik Service", "", cost, days)


FINISHED = (
    Item("BRK-100", "Bracket 100", "ASM-1", "", 86, None, "sold", 60, stockout=(34, "per_unit")),
    Item("BRK-140", "Bracket 140", "ASM-1", "", 104, None, "sold", 45, stockout=(40, "per_unit")),
    Item("BRK-200", "Bracket 200", "ASM-1", "", 148, None, "sold", 25, stockout=(55, "per_unit")),
    Item("BRK-260", "Bracket 260", "ASM-1", "", 205, None, "sold", 12, stockout=(80, "per_unit")),
)
PRESSED = tuple(
    _pressed(machine, f"SHL-{letter}{size}", f"Shell {size} ({machine})", rate, cost)
    for machine, letter in (("PRS-1", "A"), ("PRS-2", "B"))
    for size, rate, cost in ((20, 420, 3.1), (30, 360, 3.9), (40, 280, 4.8), (60, 180, 6.5))
)
COMPONENTS = (
    Item("PLT-1", "Base plate", "PRS-3", "F", 4.2, None),
    Item("PLT-2", "Side plate", "PRS-3", "F", 2.9, None),
    Item("PLT-3", "Cover plate", "PRS-3", "F", 5.4, None),
    Item("TUB-1", "Tube 25", "CUT-1", "F", 2.2, None),
    Item("TUB-2", "Tube 40", "CUT-1", "F", 3.1, None),
    Item("CAP-40", "Moulded cap", "MLD-1", "", 1.4, None, "sold", 900, stockout=(0.05, "per_unit_day")),
)
BOUGHT = (
    _bought("ACT-7", "Actuator", "Formosa Actuators", 38, 68, moq=200),
    _bought("PCB-3", "Controller board", "Shenzhen Boards", 22, 32),
    _bought("COIL-15", "Steel coil 1.5 mm", "Stahl Ruhr", 1.15, 6, whole=False),
    _bought("COIL-20", "Steel coil 2.0 mm", "Stahl Ruhr", 1.10, 6, whole=False),
    _bought("M6-20", "Screw M6x20", "Schraubenkontor", 0.04, 3, lot_multiple=500),
    _bought("M8-25", "Screw M8x25", "Schraubenkontor", 0.07, 3, lot_multiple=500),
    _bought("PNT-B", "Powder, black", "Lacke Nord", 6.8, 4, whole=False, shelf_life_days=180),
    _bought("BOX-4", "Carton", "Pack & Co", 0.62, 2, lot_multiple=50),
    _bought("LBL-1", "Label", "Pack & Co", 0.03, 2, lot_multiple=1000),
)
SPARES = (
    _spare("SP-SEAL", "Seal kit", 46, 5),
    _spare("SP-PIN", "Die pin", 12, 4),
    _spare("SP-PUMP", "Hydraulic pump", 1350, 28),
    _spare("SP-TIP", "Welding tip", 3.5, 4),
    _spare("SP-NOZ", "Paint nozzle", 28, 7),
    _spare("SP-DRV", "Servo drive", 780, 21),
    _spare("SP-SAW", "Saw spindle", 410, 14),
)
ITEMS = (*FINISHED, *PRESSED, *COMPONENTS, *BOUGHT, *SPARES)
BOM = tuple(
    (parent.code, component, quantity)
    for parent in FINISHED
    for component, quantity in (
        ("PLT-1", 1), ("PLT-2", 2), ("TUB-1", 1), ("ACT-7", 1), ("PCB-3", 1), ("M6-20", 8), ("M8-25", 4), ("PNT-B", 0.18), ("BOX-4", 1),
        ("LBL-1", 2), ("COIL-15", 0.9), ("COIL-20", 1.4), *((("PLT-3", 1), ("TUB-2", 1)) if parent.code > "BRK-140" else ()),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """
    A machine: seconds a part at full speed, running hours between failures, hours a repair takes and the sd of its logarithm.

    ``reasons`` are (reason, share of failures); ``rejects`` is a share of the parts; ``always``: around the clock, every day.
    """

    code: str
    line: str
    cycle_seconds: float
    mtbf_hours: float
    mttr_hours: float
    hour_value: float
    reasons: tuple[tuple[str, float], ...]
    log_sd: float = 0.7
    rejects: float = 0.01
    always: bool = False


MACHINES = (
    Machine("PRS-1", "", 40, 9, 1.0, 120, (("die jam", 0.7), ("hydraulic leak", 0.3)), always=True),
    Machine("PRS-2", "", 40, 162, 18.0, 120, (("pump fault", 0.5), ("hydraulic leak", 0.5)), always=True),
    Machine("PRS-3", "", 14, 40, 0.8, 110, (("die jam", 0.8), ("hydraulic leak", 0.2)), always=True),
    Machine("CUT-1", "", 30, 1e9, 3.0, 80, (("spindle", 1.0),)),
    Machine("MLD-1", "", 90, 30, 2.0, 95, (("mould cooling", 1.0),), always=True),
    Machine("PRS-4", "F", 215, 16, 2.5, 260, (("hydraulic leak", 0.45), ("die jam", 0.45), ("pump fault", 0.1)), log_sd=0.9, rejects=0.015),
    Machine("WLD-1", "F", 205, 35, 0.6, 180, (("tip worn", 1.0),)),
    Machine("PNT-1", "F", 190, 60, 1.0, 190, (("nozzle blocked", 1.0),), rejects=0.02),
    Machine("ASM-1", "F", 220, 30, 0.4, 310, (("screwdriver fault", 0.9), ("servo drive", 0.1))),
)
LOSSES = {reason: "breakdown" for machine in MACHINES for reason, _ in machine.reasons} | {
    "change-over": "setup", "short jam": "minor_stop", "waiting for parts": "starved", "buffer full": "blocked", "maintenance": "planned",
}  # fmt: skip
BUFFERS = (("F", 1, 40, 62.0), ("F", 2, 20, 70.0), ("F", 3, 30, 78.0))
# item, machine, seconds a unit, minutes a set-up, units a batch
ROUTING = (
    *((item.code, item.origin, 40, 40, None) for item in PRESSED),
    ("PLT-1", "PRS-3", 14, 35, None), ("PLT-2", "PRS-3", 11, 35, None), ("PLT-3", "PRS-3", 16, 40, None),
    ("TUB-1", "CUT-1", 30, 10, None), ("TUB-2", "CUT-1", 38, 10, None), ("CAP-40", "MLD-1", 90, None, None),
    ("BRK-100", "ASM-1", 210, 12, 60), ("BRK-140", "ASM-1", 220, 12, 45),
    ("BRK-200", "ASM-1", 235, 15, 25), ("BRK-260", "ASM-1", 250, 15, 15),
)  # fmt: skip
# item, machine, installed, reason, units a failure
INSTALLED = (
    ("SP-SEAL", "PRS-1", 2, "hydraulic leak", 1),
    ("SP-SEAL", "PRS-2", 2, "hydraulic leak", 2),
    ("SP-SEAL", "PRS-3", 2, "hydraulic leak", 1),
    ("SP-SEAL", "PRS-4", 4, "hydraulic leak", 2),
    ("SP-PIN", "PRS-1", 8, "die jam", 2),
    ("SP-PIN", "PRS-3", 6, "die jam", 1),
    ("SP-PIN", "PRS-4", 8, "die jam", 2),
    ("SP-PUMP", "PRS-2", 1, "pump fault", 1),
    ("SP-PUMP", "PRS-4", 1, "pump fault", 1),
    ("SP-TIP", "WLD-1", 4, "tip worn", 4),
    ("SP-NOZ", "PNT-1", 6, "nozzle blocked", 1),
    ("SP-DRV", "ASM-1", 2, "servo drive", 1),
    ("SP-SAW", "CUT-1", 1, "spindle", 1),
)
