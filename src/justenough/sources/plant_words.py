"""Plant words: what exports call the columns of parts lists, routings, shift calendars, suppliers and stop reasons."""

from __future__ import annotations

from justenough.sources import erp_words, french_words
from justenough.sources.vocabulary import WORDS

PLANT_WORDS: dict[str, dict[str, str]] = {
    "bom": {
        "parent": (
            r"parent( (item|part|material|code))?|assembly|made item|finished (good|item)"
            r"|baugruppe|ober ?teil|kopf ?(material|artikel|teil)|erzeugnis|stuecklisten ?kopf|fertig ?teil|samenstelling|hoofdartikel"
            rf"|{erp_words.PARENT}|{french_words.PARENT}|ensemble|compose|compuesto|conjunto|padre|assieme|padrao|wyrob|zespol"
        ),
        "component": (
            r"component( (item|part|material|code))?|child( (item|part))?"
            rf"|{erp_words.COMPONENT}|{french_words.COMPONENT}"
            r"|komponente|unter ?teil|einsatz ?(teil|material)|einzel ?teil|onderdeel|componente?|composant|hijo|skladnik|komponent"
        ),
        "quantity": (
            r"(quantity|qty|usage)( per.*)?|(komponenten|einsatz|stuecklisten)?menge( je.*| pro.*)?|anzahl|aantal|hoeveelheid"
            rf"|{french_words.LINK}|cantidad|quantita|quantidade|ilosc"
        ),
    },
    "routing": {
        "item": WORDS["items"]["item"],
        "machine": WORDS["events"]["machine"] + r"|work ?station|resource|(maschinen|arbeits)gruppe|kostenstelle maschine",
        "cycle_seconds": (
            r"cycle( time)?|run ?time|time per (unit|piece|part)|unit time|process(ing)? time|machine time"
            r"|stueck ?zeit|te|zeit (je|pro) (einheit|stueck)|bearbeitungs ?zeit|maschinen ?zeit|vorgabe ?zeit|zyklus ?zeit|takt ?zeit"
            r"|(stuks|cyclus) ?tijd|bewerkings ?tijd|temps (unitaire|de cycle)|tiempo (unitario|de ciclo)|tempo (unitario|(d[ie] )?ciclo)"
            r"|czas (jednostkowy|cyklu)"
        ),
        "setup_minutes": (
            r"set-?up( time)?|change-?over( time)?|ruest ?zeit|tr|einricht(e)? ?zeit|umruest ?zeit|omstel ?tijd|instel ?tijd"
            r"|temps de reglage|tiempo de (preparacion|cambio)|tempo di attrezzaggio|tempo de preparacao|czas przezbrojenia"
        ),
        "batch": r"batch( size| quantity)?|lot( size)?|los ?groesse|fertigungslos|serie ?grootte|taille de lot|tamano de lote|lotto",
    },
    "calendar": {
        "machine": WORDS["events"]["machine"],
        "start": WORDS["events"]["start"],
        "end": WORDS["events"]["end"],
        "kind": r"kind|type|art|typ|schicht ?art|zeit ?art|soort|genre|tipo|rodzaj",
        "shift": r"shift( name| code)?|schicht( ?(name|bezeichnung|nummer|nr))?|ploeg|dienst|equipe|turno|zmiana",
    },
    "suppliers": {
        "supplier": WORDS["receipts"]["supplier"],
        "country": r"country( of origin)?|land|herkunftsland|pays|pais|paese|kraj",
        "mode": r"mode( of transport)?|transport( ?(mode|art|mittel))?|versand ?art|verkehrs ?traeger|transportwijze|trasporto",
    },
    "reasons": {
        "reason": WORDS["events"]["reason"] + r"|reason ?code",
        "loss": r"loss( category)?|big loss|category|verlust( ?(art|kategorie|gruppe))?|kategorie|verlies( ?soort)?|perte|categoria",
    },
}
CLOSURE = (
    r"(werks|betriebs) ?(ferien|urlaub|ruhe)( (von|bis))?|plant holidays?( (from|to))?|(planned )?(shutdown|closure)( (from|to))?"
    r"|fermeture.*"
)
HOUR_RATE = (
    r"(maschinen ?)?stunden ?satz|hour(ly)? rate|machine rate|uur ?tarief|taux horaire|tarifa horaria|tariffa oraria|stawka godzinowa"
)
