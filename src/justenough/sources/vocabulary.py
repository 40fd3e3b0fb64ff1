"""Vocabulary: what exports usually call their columns and how they write dates; only a draft is made of it."""

from __future__ import annotations

import re
import unicodedata

from justenough.sources.central_words import CENTRAL_WORDS
from justenough.sources.central_words import MOVEMENT as CENTRAL_MOVEMENT
from justenough.sources.erp_words import ERP_WORDS
from justenough.sources.french_words import FRENCH
from justenough.sources.further_words import FURTHER, UNITS_SAID

DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%Y%m%d",
    "%Y-%m",
)
MOMENT_FORMATS = (
    *(f"{day} {clock}" for day in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y") for clock in ("%H:%M:%S", "%H:%M")),
    *(f"{day} {clock}" for day in ("%m/%d/%Y", "%d/%m/%Y") for clock in ("%I:%M:%S %p", "%I:%M %p")),
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
)
PERIODS = {"month": ("%Y-%m", "%Y-%m-%d", "%Y/%m", "%m/%Y", "%b %Y", "%b-%y"), "week": ("%G week %V", "%G-W%V", "%G W%V")}
WORDS = {
    "items": {
        "item": (
            r"item|sku|sku nr|material|part|part (no|number|nr)|article|product ?id|stock ?code|item (code|no|id)"
            r"|material ?(nummer|nr)|materiaal|artikel( ?(nummer|nr|code))?|teile? ?(nummer|nr)|sach ?(nummer|nr)|"
            r"ident ?(nummer|nr)|(code|reference) article|reference|part number|item number|material (no|number)"
        ),
        "description": (
            r"description|name|text|item description|material description"
            r"|bezeichnung|(artikel|material)bezeichnung|(material)?kurztext|benennung|beschreibung|omschrijving|"
            r"designation|description article"
        ),
        "supplier": (
            r"supplier|vendor|supplier (id|no|code)|vendor (id|no|code)"
            r"|lieferant(en ?(nummer|nr))?|kreditor|leverancier|fournisseur"
        ),
        "unit_cost": (
            r"unit ?cost|price|standard ?(cost|price)|unit ?price|cost ?price.*"
            r"|(standard|stueck|einzel|bewertungs|verrechnungs|einstands)?preis|gleitender (durchschnitts)?preis|"
            r"(kost)?prijs|prix( unitaire)?|standaardprijs"
        ),
        "lead_time_days": (
            r"lead ?time.*|del(ivery|\.)? ?time.*|replenishment lead time"
            r"|(plan ?)?liefer ?zeit.*|plifz|(wieder)?beschaffungszeit.*|wbz|levertijd.*|"
            r"delai( d'approvisionnement| de livraison)?.*"
        ),
        "on_hand": (
            r"(stock |quantity |qty )?(on|in) ?hand|(free |current |available |unrestricted )?stock|in stock|stock qty|unrestricted( use)?"
            r"|((gesamt|lager|freier |verfuegbarer |aktueller )?bestand|frei verwendbar(er bestand)?|bestand frei verwendbar|labst)"
            r"|((vrije |huidige |actuele |beschikbare |technische )?voorraad|(aantal )?op voorraad|vrij beschikbaar)"
            r"|stock actuel|(stock )?disponible"
        ),
        "current_safety_stock": (
            r"safety ?stock( level)?"
            r"|sicherheitsbestand|veiligheids ?voorraad|stock de securite"
        ),
        "current_reorder_point": (
            r"min|re-?order ?point|rop"
            r"|meldebestand|bestellpunkt|bestelpunt|point de commande|min(imum)? stock( level)?"
        ),
        "current_max": (
            r"max|maximum stock( level)?|order-up-to.*"
            r"|(hoechst|maximal|max )bestand|max stock( level)?|max level|max(im(um|ale))? ?voorraad|"
            r"stock max(i|imum)?"
        ),
        "moq": (
            r"moq|min\.? ?order ?q(uanti)?ty.*|minimum order quantity.*"
            r"|mindest(bestell|abnahme)menge|mindestlosgroesse|min(imale)? ?bestelhoeveelheid|"
            r"quantite min(imum|imale)? de commande"
        ),
        "lot_multiple": (
            r"lot ?(size|multiple)|rounding value"
            r"|rundungs(wert|menge)|losgroesse|losgrootte|taille de lot"
        ),
        "shelf_life_days": (
            r"shelf ?life.*"
            r"|(gesamt|rest|mindest)?haltbarkeit.*|houdbaarheid.*|duree de vie.*"
        ),
        "criticality": (
            r"criticality|ved( class)?"
            r"|kritikalitaet|kritizitaet|criticiteit|kritikaliteit|criticite"
        ),
        "source": (
            r"source|make ?(/|or) ?buy|make buy|procurement( type)?|make ?flag"
            r"|beschaffungs ?art|beskz|eigen ?/? ?fremd(fertigung)?|bezugsart|herkunft"
            r"|verwervings ?(wijze|type)|inkoop ?/? ?productie|(koop|maak) ?/? ?(koop|maak)|type d'approvisionnement"
        ),
        "holding_rate": r"holding (cost )?rate|carrying (cost )?rate|lager(haltungs)? ?kosten ?satz|voorraadkosten(voet|percentage)",
        "ordering_cost": r"order(ing)? cost|cost per order|bestellkosten|bestelkosten|cout de commande",
        "last_reviewed": r"last reviewed|parameters? set( on)?|letzte (dispo)?pruefung|laatst (herzien|beoordeeld)",
    },
    "demand": {
        "item": "",
        "date": (
            r"date|day|period|posting date|invoice ?date|issue date|month|week"
            r"|(buchungs|beleg|waren ?ausgangs|verbrauchs)?datum|buchungstag|tag|boekingsdatum|"
            r"date (de )?(comptable|sortie|mouvement)"
        ),
        "quantity": (
            r"quantity|qty|demand|usage|consumption|sales|units"
            r"|(verbrauchs|entnahme|abgangs|absatz)?menge|verbrauch|bedarf|absatz|aantal|hoeveelheid|verbruik|"
            r"quantite|consommation"
        ),
    },
    "receipts": {
        "order": (
            r"order|po|po (no|number)|purchase order( id)?|purchase ?order ?id"
            r"|bestell ?(nummer|nr)|bestellung|einkaufsbeleg|bestelnummer|inkooporder|(numero de )?commande|"
            r"order (no|number|id)"
        ),
        "order_line": (
            r"line|order ?line|po line|position"
            r"|pos|(bestell)?position|(bestel)?regel|(beleg)?pos ?(nr|nummer)|ligne"
        ),
        "item": "",
        "supplier": (
            r"supplier|vendor|vendor ?id"
            r"|lieferant(en ?(nummer|nr))?|kreditor|leverancier|fournisseur"
        ),
        "ordered": (
            r"ordered|order ?date|po date|created( on)?"
            r"|(date )?ordered( date)?|date of order|bestelldatum|belegdatum|bestellt( am)?|besteldatum|date de commande"
        ),
        "promised": (
            r"promised|due ?date|promise ?date|scheduled.*|confirmed.*"
            r"|(date )?promised( date)?|promised delivery( date)?"
            r"|liefertermin|lieferdatum|(bestaetigter|zugesagter) termin|zugesagt( am| fuer)?|wunschtermin|"
            r"leverdatum|date de livraison (prevue|promise)"
        ),
        "received": (
            r"received|receipt ?date|delivered.*|delivery date"
            r"|(date )?received( date)?|date of receipt|goods receipt( date)?"
            r"|wareneingang(s ?datum)?|we datum|eingangsdatum|(geliefert|eingegangen)( am)?|ontvangen( op)?|"
            r"ontvangstdatum|date de reception"
        ),
        "quantity_ordered": (
            r"order ?q(uanti)?ty|quantity ordered|ordered quantity"
            r"|bestellmenge|bestelde hoeveelheid|quantite commandee"
        ),
        "quantity_received": (
            r"received ?q(uanti)?ty|quantity received"
            r"|(wareneingangs|we |eingangs|gelieferte |liefer)menge|ontvangen hoeveelheid|quantite recue"
        ),
        "unit_price": (
            r"(order |purchase |net )?(unit )?price|(net|order) price( per unit)?"
            r"|(netto|bestell|einkaufs|stueck)preis|(netto|inkoop|bestel)prijs|prix( net| unitaire)?"
        ),
        "quantity_rejected": (
            r"rejected ?q(uanti)?ty|quantity rejected"
            r"|(ausschuss|rueckweisungs)menge|afgekeurde hoeveelheid|quantite refusee"
        ),
    },
}
WORDS["demand"]["item"] = WORDS["receipts"]["item"] = WORDS["items"]["item"]
WORDS["events"] = {
    "machine": (
        r"machine( ?(id|no|number|name|code))?|asset( id)?|equipment( id)?|work ?cent(er|re)"
        r"|(maschinen?|anlagen?)( ?(nummer|nr|name|bezeichnung))?|aggregat|arbeitsplatz"
        r"|machine ?(nummer|nr|naam)|installatie|equipement|poste( de charge)?"
    ),
    "start": (
        r"start(ed)?( ?(time|date|of stop))?|begin(ning)?|from|down since|time ?stamp"
        r"|(stoer(ungs)?|stillstands?)? ?(beginn|start)(zeit)?|von|begin ?tijd|start ?tijd|aanvang|van|begin (storing|stilstand)|debut"
    ),
    "end": (
        r"end(ed)?( ?(time|date|of stop))?|to|until|finish(ed)?|stop time|up again"
        r"|(stoer(ungs)?|stillstands?)? ?ende?(zeit)?|bis|einde?( ?tijd)?|tot|einde? (storing|stilstand)|fin"
    ),
    "state": r"(machine )?(state|status)|(betriebs)?zustand|maschinenstatus|toestand|etat",
    "reason": (
        r"reason|(stop|downtime|failure) ?(reason|code|cause)|cause|failure mode"
        r"|(stoer(ungs)?|stillstands?)? ?(grund|ursache)|stoerung|reden|oorzaak|(storings?|stilstands?) ?(reden|oorzaak|code)|motif"
    ),
    "planned": r"planned( stop)?|geplant|gepland|planifie",
}
WORDS["counts"] = {
    "machine": WORDS["events"]["machine"],
    "start": WORDS["events"]["start"],
    "end": WORDS["events"]["end"],
    "item": WORDS["items"]["item"],
    "total": (
        r"total( count| parts)?|parts (made|produced)|produced|output"
        r"|gesamt|(gesamt|produktions|ist)menge|gesamtstueckzahl|stueckzahl|gefertigt|totaal( aantal)?|geproduceerd|quantite produite"
    ),
    "good": r"good( parts| count)?|gut|gut ?(menge|teile|stueck)|i ?o( teile)?|goed(gekeurd)?|aantal goed|bonnes? pieces?",
}
WORDS["machines"] = {
    "machine": WORDS["events"]["machine"],
    "line": r"line|(production|fertigungs|produktions)? ?(line|linie)|(productie)?lijn|ligne",
    "ideal_cycle_seconds": (
        r"ideal cycle( time)?.*|(soll ?|ideale? )?taktzeit.*|zykluszeit.*|(ideale )?cyclustijd.*|temps de cycle.*"
        r"|(ideal|rated|nominal|target|max) (rate|speed|output).*|(parts|pieces|pcs|units) per (h|hour|min|minute)|[pu]ph"
        r"|(soll|nenn) ?(leistung|ausbringung).*|(stueck|teile) (pro|je) (std|stunde|minute)|cadence.*|wydajnosc.*"
    ),
    "time_zone": r"time ?zone|zeit ?zone|tijd ?zone|fuseau( horaire)?|zona horaria|fuso( orario)?|strefa czasowa",
}
for _table, _columns in (*FURTHER.items(), *ERP_WORDS.items(), *FRENCH.items(), *CENTRAL_WORDS.items()):
    WORDS[_table] |= {column: f"{WORDS[_table][column]}|{pattern}" for column, pattern in _columns.items()}
# Columns that have no canonical name of their own, but say something of one that has.
PRICE_UNIT = r"price unit|per|preis ?einheit|peinh|preis ?eh|prijs ?eenheid|prijs per|unite de prix"  # for so many units is the price
PRICE_OF = r"(?:price|cost|preis|prijs|kostprijs|prix)\b.*?(?:\bper|\bje|\bpro|\bpour|/)\s*(10{1,4}|1[.,]000)\b.*"  # price per 100
DURATION = (
    r"duration|(down|stop|repair)(time)?|minutes( lost)?|dauer|(stillstand|ausfall|stoer)s?(zeit|dauer)"
    r"|duur|stilstand(s?(duur|tijd))?|duree"
)
DAY = r"date|day|datum|tag|dag|jour|fecha|dia|data|giorno|dzien"
MOVEMENT = (
    r"movement ?type|transaction ?type|posting type|bewegungs ?art|bwa|buchungs ?art|vorgangsart|(boekings|mutatie) ?(soort|type)"
    r"|(tipo|clase) (de )?(movimiento|movimento)|(rodzaj|typ|kod) (ruchu|dok(umentu)?|operacji)|tran(s|sact)? ?type|movement code"
    r"|(type|code|nature) (de |du )?(mouvement|mvt)|causale( (di )?(movimento|magazzino))?"
    rf"|{CENTRAL_MOVEMENT}"
)
VALUE_CLASS = (  # of value or of regularity, not of harm
    r"(abc|xyz|abc ?/? ?xyz)( ?(kz|kennz(eichen)?|class|klasse|code|indicator|ind))?|(clase|classe|klasa) (abc|xyz)"
)
UNIT_WORDS = {
    "days": r"d|days?|tage?n?|dag(en)?|j|jours?",
    "weeks": r"w|wk|weeks?|wochen?|we(e)?k(en)?|semaines?",
    "months": r"months?|monate?n?|maand(en)?|mois",
    "hours": r"h|hrs?|hours?|std|stunden?|u|uur|uren|heures?",
    "minutes": r"min|mins|minutes?|minuten?",
    "seconds": r"s|sec|seconds?|sek(unden?)?|seconden?",
}
for _unit, _pattern in UNITS_SAID.items():
    UNIT_WORDS[_unit] += f"|{_pattern}"


def split_words(header: str) -> str:
    """A header written in one, such as PartNum or PONum, as the words it is made of."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)


def plain_words(header: str) -> str:
    """A header as the patterns spell it: small letters, umlauts written out, no accents."""
    words = header.lower()
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ł", "l"), ("°", "o")):
        words = words.replace(letter, plain)
    words = "".join(sign for sign in unicodedata.normalize("NFKD", words) if not unicodedata.combining(sign))
    return re.sub(r"[_\s]+", " ", words).strip()


_PARTS = r"\b(parts?|pieces?|pcs|units?|stueck|stk|teile|szt|sztuk|piezas|pezzi|pecas)\b\W*((per|pro|je|par|por|na)\W*)?"
RATES_SAID = {  # parts in a time
    "parts_per_hour": rf".*{_PARTS}(h|hr|hour|std|stunde|heure|hora|ora|godz|godzine)\b.*|[pu]ph",
    "parts_per_minute": rf".*{_PARTS}(min|minute|minuto|minuta)\b.*",
}


def unit_said(header: str, units: tuple[str, ...]) -> str:
    """The unit a header names, such as the weeks of ``Lead time [weeks]``; empty where it names none."""
    for unit, pattern in RATES_SAID.items():
        if unit in units and re.fullmatch(pattern, plain_words(header)):
            return unit
    words = re.findall(r"[a-z]+", plain_words(header))[1:]
    said = [unit for unit in units if unit in UNIT_WORDS and any(re.fullmatch(UNIT_WORDS[unit], word) for word in words)]
    return said[0] if len(said) == 1 else ""
