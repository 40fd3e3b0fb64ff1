"""Catalogue of the invented plant: its items, suppliers and bill of materials, as a planner would list them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Supplier:
    """
    Who sends what; ``spread`` is the sd of the log lead time, ``outages`` are (start, end or "", cause) on record from ``since`` on.

    Neighbours of many years have been seen through all of them: none of the five German ones has stopped yet.
    """

    name: str
    country: str
    mode: str
    spread: float
    ordering_cost: float
    rejects: float = 0.0
    partial: float = 0.0
    outages: tuple[tuple[str, str, str], ...] = ()
    since: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """
    One item; ``rate`` is units a working day, or for ``rare`` and ``lumpy`` times a year it is wanted.

    ``kind``: ``used`` (by the bill of materials only), ``sold``, ``seasonal``, ``new``, ``ended``, ``rare``, ``lumpy``, ``never``.
    """

    code: str
    description: str
    origin: str  # a supplier, or the machine that makes it
    line: str
    unit_cost: float | None
    lead_time_days: float | None
    kind: str = "used"
    rate: float = 0.0
    size: float = 1.0
    stockout: tuple[float, str] | None = None
    criticality: str = ""
    target_fill_rate: float | None = None
    target_cycle_service: float | None = None
    moq: float | None = None
    lot_multiple: float | None = None
    shelf_life_days: float | None = None
    volume: float | None = None
    whole: bool = True


SUPPLIERS = (
    Supplier("Osaka Seiki", "JP", "sea", 0.16, 220, partial=0.08, outages=(
        ("2021-03-24", "2021-04-12", "canal blocked"), ("2022-09-05", "2022-10-03", "typhoon, port closed"),
        ("2024-09-02", "2024-10-11", "fire in heat treatment"), ("2025-12-08", "2026-01-05", "port closed, ship diverted"))),
    Supplier("Kaohsiung Drives", "TW", "sea", 0.18, 180, outages=(
        ("2023-08-07", "2023-09-01", "power rationing"), ("2026-05-19", "", "earthquake, line not yet restarted"))),
    Supplier("Fonderia Adige", "IT", "road", 0.25, 90, rejects=0.15, outages=(("2025-08-04", "2025-08-29", "furnace rebuilt"),)),
    Supplier("Taurus Motors", "PL", "road", 0.20, 75, partial=0.12),
    Supplier("Nordlager", "DE", "road", 0.12, 35, since="2011-04-01"),
    Supplier("Dichtwerk Elbe", "DE", "road", 0.10, 30, since="2006-09-01"),
    Supplier("Schraubenhaus", "DE", "road", 0.15, 30, since="2009-02-01"),
    Supplier("Kartonagen Ost", "DE", "road", 0.08, 25, since="2013-06-01"),
    Supplier("Stahlhof", "DE", "road", 0.20, 40, rejects=0.04, since="2004-01-01"),
    Supplier("Lubra", "NL", "road", 0.18, 35),
    Supplier("Ersatzteil Nord", "DE", "parcel", 0.35, 40),
)

LINE_A, LINE_B = (120.0, "per_line_hour"), (70.0, "per_line_hour")

ITEMS = (
    # Sold: made on the two lines.
    Item("GMT-100", "Gear motor 100", "ASM-1", "A", 182.0, 4, "sold", 9, stockout=(64, "per_unit"), criticality="A"),
    Item("GMT-140", "Gear motor 140", "ASM-1", "A", 264.0, 4, "sold", 6, stockout=(92, "per_unit"), criticality="A"),
    Item("GMT-200", "Gear motor 200", "ASM-1", "A", 455.0, 6, "sold", 3, stockout=(150, "per_unit"), criticality="A"),
    Item("GMT-220", "Gear motor 220 with drive", "ASM-1", "A", 690.0, 8, "new", 1.6, stockout=(210, "per_unit"), criticality="B"),
    Item("GMT-090", "Gear motor 90 (ended)", "ASM-1", "A", 171.0, 4, "ended", 4, stockout=(50, "per_unit"), criticality="C"),
    Item("PMP-32", "Pump 32", "ASM-2", "B", 118.0, 4, "sold", 8, stockout=(38, "per_unit"), criticality="A"),
    Item("PMP-50", "Pump 50", "ASM-2", "B", 196.0, 5, "sold", 4, stockout=(60, "per_unit"), criticality="B"),
    Item("PMP-65", "Irrigation pump 65", "ASM-2", "B", 310.0, 7, "seasonal", 3, stockout=(95, "per_unit"), criticality="B"),
    # Made here, used by the lines.
    Item("SHF-20", "Shaft 20 mm", "LAT-1", "A", 14.6, 6, stockout=LINE_A, criticality="A", lot_multiple=20),
    Item("SHF-25", "Shaft 25 mm", "LAT-1", "A", 19.2, 6, stockout=LINE_A, criticality="A", lot_multiple=20),
    Item("SHF-32", "Pump shaft 32 mm", "LAT-1", "B", 17.8, 6, stockout=LINE_B, criticality="B", lot_multiple=20),
    Item("HSG-100", "Housing 100, machined", "MIL-1", "A", 36.0, 9, stockout=LINE_A, criticality="A", lot_multiple=10),
    Item("HSG-140", "Housing 140, machined", "MIL-1", "A", 52.0, 9, stockout=LINE_A, criticality="A", lot_multiple=10),
    Item("IMP-32", "Impeller 32", "MIL-1", "B", 23.5, 8, stockout=LINE_B, criticality="B", lot_multiple=10),
    # From overseas: one supplier, a long road.
    Item("BRG-6204", "Deep-groove bearing 6204", "Osaka Seiki", "A", 4.8, 60, stockout=LINE_A, criticality="A", moq=500, lot_multiple=100, volume=0.0001),
    Item("BRG-6306", "Deep-groove bearing 6306", "Osaka Seiki", "A", 11.4, 60, stockout=LINE_A, criticality="A", moq=100, lot_multiple=50, volume=0.0003),
    Item("BRG-6203", "Deep-groove bearing 6203 (ended)", "Osaka Seiki", "A", 4.1, 60, stockout=LINE_A, criticality="C", moq=500, lot_multiple=100),
    Item("IVT-22", "Frequency drive 2.2 kW", "Kaohsiung Drives", "A", 148.0, 50, "lumpy", 20, 3, stockout=(4, "per_unit_day"), criticality="B", moq=10),
    Item("IVT-07", "Frequency drive 0.75 kW", "Kaohsiung Drives", "B", 92.0, 50, "lumpy", 24, 4, stockout=(12, "per_unit_day"), criticality="B", moq=10),
    # Castings and motors: across Europe by road.
    Item("CST-100", "Casting 100", "Fonderia Adige", "A", 15.5, 28, stockout=(300, "per_occasion"), criticality="B", moq=50, lot_multiple=10),
    Item("CST-140", "Casting 140", "Fonderia Adige", "A", 22.5, 28, stockout=(300, "per_occasion"), criticality="B", moq=50, lot_multiple=10),
    Item("CST-32", "Pump casting 32", "Fonderia Adige", "B", 12.8, 28, stockout=(200, "per_occasion"), criticality="B", moq=50, lot_multiple=10),
    Item("MOT-075", "Motor 0.75 kW", "Taurus Motors", "A", 61.0, 18, stockout=LINE_A, criticality="A", lot_multiple=6, volume=0.012),
    Item("MOT-150", "Motor 1.5 kW", "Taurus Motors", "A", 88.0, 18, stockout=LINE_A, criticality="A", lot_multiple=6, volume=0.018),
    Item("MOT-220", "Motor 2.2 kW", "Taurus Motors", "A", 117.0, 18, stockout=LINE_A, criticality="A", lot_multiple=6, volume=0.024),
    Item("MOT-037", "Pump motor 0.37 kW", "Taurus Motors", "B", 44.0, 18, stockout=LINE_B, criticality="B", lot_multiple=6, volume=0.009),
    # Local, short and steady.
    Item("BRG-6205", "Deep-groove bearing 6205", "Nordlager", "B", 5.6, 4, stockout=LINE_B, criticality="B", lot_multiple=10),
    Item("SEA-20", "Shaft seal 20", "Dichtwerk Elbe", "A", 1.9, 4, stockout=LINE_A, criticality="B", lot_multiple=50),
    Item("SEA-25", "Shaft seal 25", "Dichtwerk Elbe", "A", 2.3, 4, stockout=LINE_A, criticality="B", lot_multiple=50),
    Item("SEA-32", "Mechanical seal 32", "Dichtwerk Elbe", "B", 7.4, 4, stockout=LINE_B, criticality="B", lot_multiple=10),
    Item("ORG-60", "O-ring 60", "Dichtwerk Elbe", "B", 0.18, 4, target_fill_rate=0.98, criticality="C", lot_multiple=100, shelf_life_days=1825),
    Item("FST-M6", "Screw M6x20", "Schraubenhaus", "A", 0.04, 5, target_fill_rate=0.98, criticality="C", moq=2000, lot_multiple=1000),
    Item("FST-M8", "Screw M8x30", "Schraubenhaus", "A", 0.07, 5, target_fill_rate=0.98, criticality="C", moq=1000, lot_multiple=500),
    Item("BOX-S", "Carton small", "Kartonagen Ost", "B", 1.1, 2, target_fill_rate=0.98, criticality="C", lot_multiple=25, volume=0.004),
    Item("BOX-L", "Carton large", "Kartonagen Ost", "A", 2.4, 2, target_fill_rate=0.98, criticality="C", lot_multiple=25, volume=0.009),
    Item("BAR-20", "Bar steel 20 mm [m]", "Stahlhof", "", 3.2, 7, target_cycle_service=0.95, criticality="B", lot_multiple=6, whole=False),
    Item("BAR-32", "Bar steel 32 mm [m]", "Stahlhof", "", 7.9, 7, target_cycle_service=0.95, criticality="B", lot_multiple=6, whole=False),
    Item("GRS-01", "Bearing grease [kg]", "Lubra", "A", 9.5, 10, target_cycle_service=0.95, criticality="B", shelf_life_days=365, lot_multiple=5, whole=False),
    Item("PNT-5010", "Paint gentian blue (only a class) [l]", "Lubra", "A", 14.0, 10, criticality="C", shelf_life_days=90, lot_multiple=5, whole=False),
    # Service parts: lumpy.
    Item("KIT-GMT", "Repair kit gear motor", "Nordlager", "", 46.0, 12, "lumpy", 40, 4, stockout=(1.5, "per_unit_day"), criticality="B"),
    Item("KIT-PMP", "Repair kit pump", "Nordlager", "", 29.0, 12, "lumpy", 55, 5, stockout=(1.0, "per_unit_day"), criticality="B"),
    Item("GSK-SET", "Gasket set", "Dichtwerk Elbe", "", 8.7, 8, "lumpy", 70, 8, target_fill_rate=0.95, criticality="C", shelf_life_days=1095),
    # Maintenance spares: rare.
    Item("SPR-SPINDLE", "Spindle for LAT-1", "Ersatzteil Nord", "", 4200.0, 42, "rare", 1.8, stockout=(5200, "per_occasion"), criticality="A"),
    Item("SPR-VALVE", "Proportional valve for PRS-4", "Ersatzteil Nord", "", 640.0, 21, "rare", 6, stockout=(3800, "per_occasion"), criticality="A"),
    Item("SPR-SENSOR", "Inductive sensor M12", "Ersatzteil Nord", "", 38.0, 5, "rare", 14, stockout=(450, "per_occasion"), criticality="B"),
    Item("SPR-BELT", "Toothed belt", "Ersatzteil Nord", "", 27.0, 6, "rare", 9, stockout=(450, "per_occasion"), criticality="B"),
    Item("SPR-PLC", "Controller module", "Ersatzteil Nord", "", 1150.0, 35, "rare", 1.5, stockout=(6000, "per_occasion"), criticality="A"),
    Item("SPR-CHUCK", "Chuck jaw set", "Ersatzteil Nord", "", 210.0, 14, "rare", 5, stockout=(700, "per_occasion"), criticality="B"),
    # What every real export has: facts missing.
    Item("SPR-CAMERA", "Inspection camera (no lead time known)", "", "", 880.0, None, "rare", 3, stockout=(900, "per_occasion"), criticality="A"),
    Item("LBL-02", "Label customer-specific (price 0)", "Kartonagen Ost", "B", 0.0, 3, "sold", 8, target_fill_rate=0.95, criticality="C"),
    Item("SPR-FUSE", "Fuse 63 A (never used)", "Ersatzteil Nord", "", 12.0, 5, "never", stockout=(450, "per_occasion"), criticality="B"),
    Item("CLIP-04", "Cable clip (no stockout cost, no target)", "Schraubenhaus", "A", 0.35, 5, "sold", 12),
)

BOM = (
    ("GMT-100", "BRG-6204", 2), ("GMT-140", "BRG-6204", 2), ("GMT-200", "BRG-6306", 2), ("GMT-220", "BRG-6306", 2), ("GMT-090", "BRG-6203", 2),
    ("GMT-100", "SHF-20", 1), ("GMT-090", "SHF-20", 1), ("GMT-140", "SHF-25", 1), ("GMT-200", "SHF-25", 1), ("GMT-220", "SHF-25", 1),
    ("GMT-100", "HSG-100", 1), ("GMT-090", "HSG-100", 1), ("GMT-140", "HSG-140", 1), ("GMT-200", "HSG-140", 1), ("GMT-220", "HSG-140", 1),
    ("GMT-100", "MOT-075", 1), ("GMT-090", "MOT-075", 1), ("GMT-140", "MOT-150", 1), ("GMT-200", "MOT-220", 1), ("GMT-220", "MOT-220", 1),
    ("GMT-100", "SEA-20", 2), ("GMT-140", "SEA-25", 2), ("GMT-200", "SEA-25", 2), ("GMT-220", "IVT-22", 1),
    ("GMT-100", "FST-M6", 12), ("GMT-140", "FST-M8", 12), ("GMT-200", "FST-M8", 16), ("GMT-220", "FST-M8", 16),
    ("GMT-100", "BOX-S", 1), ("GMT-140", "BOX-L", 1), ("GMT-200", "BOX-L", 1), ("GMT-220", "BOX-L", 1),
    ("GMT-100", "GRS-01", 0.12), ("GMT-140", "GRS-01", 0.18), ("GMT-200", "GRS-01", 0.3), ("GMT-100", "PNT-5010", 0.1), ("GMT-140", "PNT-5010", 0.15),
    ("PMP-32", "BRG-6205", 2), ("PMP-50", "BRG-6205", 2), ("PMP-65", "BRG-6205", 2), ("PMP-32", "SHF-32", 1), ("PMP-50", "SHF-32", 1), ("PMP-65", "SHF-32", 1),
    ("PMP-32", "IMP-32", 1), ("PMP-50", "IMP-32", 1), ("PMP-32", "MOT-037", 1), ("PMP-50", "MOT-037", 1), ("PMP-65", "MOT-037", 1),
    ("PMP-32", "SEA-32", 1), ("PMP-50", "SEA-32", 1), ("PMP-65", "SEA-32", 1), ("PMP-32", "ORG-60", 3), ("PMP-50", "ORG-60", 3), ("PMP-65", "ORG-60", 4),
    ("PMP-32", "BOX-S", 1), ("PMP-50", "BOX-S", 1), ("PMP-65", "BOX-L", 1), ("PMP-32", "FST-M6", 8), ("PMP-50", "FST-M6", 8),
    ("SHF-20", "BAR-20", 0.22), ("SHF-25", "BAR-32", 0.28), ("SHF-32", "BAR-32", 0.35),
    ("HSG-100", "CST-100", 1), ("HSG-140", "CST-140", 1), ("IMP-32", "CST-32", 1),
)
