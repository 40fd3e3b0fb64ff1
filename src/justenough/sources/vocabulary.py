"""Vocabulary: what exports usually call their columns and how they write dates; only a draft is made of it."""

from __future__ import annotations

import re

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
            r"|(plan)?lieferzeit.*|(wieder)?beschaffungszeit.*|wbz|levertijd.*|"
            r"delai( d'approvisionnement| de livraison)?.*"
        ),
        "on_hand": (
            r"on ?hand|stock|stock on hand|quantity on hand"
            r"|(lager)?bestand|frei verwendbar(er bestand)?|voorraad|(stock )?disponible|current stock|stock qty"
        ),
        "current_safety_stock": (
            r"safety ?stock( level)?"
            r"|sicherheitsbestand|veiligheidsvoorraad|stock de securite"
        ),
        "current_reorder_point": (
            r"min|re-?order ?point|rop"
            r"|meldebestand|bestellpunkt|bestelpunt|point de commande|min(imum)? stock( level)?"
        ),
        "current_max": (
            r"max|maximum stock( level)?|order-up-to.*"
            r"|(hoechst|maximal|max )bestand|max stock( level)?|max level|maxim(um|ale) ?voorraad|"
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
            r"criticality|abc( class)?|ved( class)?"
            r"|abc ?kennzeichen|kritikalitaet|abc kz|criticiteit|criticite"
        ),
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
            r"|pos|(bestell)?position|bestelregel|(beleg)?pos ?(nr|nummer)|ligne"
        ),
        "item": "",
        "supplier": (
            r"supplier|vendor|vendor ?id"
            r"|lieferant(en ?(nummer|nr))?|kreditor|leverancier|fournisseur"
        ),
        "ordered": (
            r"ordered|order ?date|po date|created( on)?"
            r"|bestelldatum|belegdatum|bestellt( am)?|besteldatum|date de commande"
        ),
        "promised": (
            r"promised|due ?date|promise ?date|scheduled.*|confirmed.*"
            r"|liefertermin|lieferdatum|(bestaetigter|zugesagter) termin|zugesagt( am| fuer)?|wunschtermin|"
            r"leverdatum|date de livraison (prevue|promise)"
        ),
        "received": (
            r"received|receipt ?date|delivered.*|delivery date"
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
        "quantity_rejected": (
            r"rejected ?q(uanti)?ty|quantity rejected"
            r"|(ausschuss|rueckweisungs)menge|afgekeurde hoeveelheid|quantite refusee"
        ),
    },
}
WORDS["demand"]["item"] = WORDS["receipts"]["item"] = WORDS["items"]["item"]


def plain_words(header: str) -> str:
    """A header as the patterns spell it: small letters, umlauts written out, no accents."""
    words = header.lower()
    for letters, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("éèê", "e"), ("àâ", "a"), ("ç", "c"), ("ë", "e")):
        for letter in letters:
            words = words.replace(letter, plain)
    return re.sub(r"[_\s]+", " ", words).strip()
