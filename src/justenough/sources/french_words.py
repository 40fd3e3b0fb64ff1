"""French words: what exports in French call their columns beyond the vocabulary's, spelled as `plain_words` spells a header."""

from __future__ import annotations

_QTE = r"(qte|quantite)"
_ITEM = r"((ref|reference|code|no|numero) )?(article|produit)"  # "N° pièce" is that of a document
_SUPPLIER = r"((code|nom) )?fournisseur( (principal|habituel))?"
_MACHINE = r"ressource|(poste|centre) de (charge|travail)"

FRENCH: dict[str, dict[str, str]] = {
    "items": {
        "item": _ITEM,
        "description": r"(designation|libelle|description)( (article|produit))?( 1)?",
        "supplier": _SUPPLIER,
        "unit_cost": (
            r"prix (de |d')?(revient|achat|standard|moyen)( (unitaire|standard|pondere))?|cout( (standard|unitaire|moyen))?"
            r"|pmp|cump|cmup"
        ),
        "on_hand": rf"({_QTE}|stock) (en stock|disponible|dispo|physique|reel|reelle)",
        "current_safety_stock": r"stock (de )?secu(rite)?",
        "current_reorder_point": r"stock mini(mum|mal)?|(stock|seuil|point) (d')?alerte|(seuil|point) de (commande|reappro(visionnement)?)",
        "current_max": r"stock (maxi|maximum|maximal)",
        "moq": rf"{_QTE} mini?(mum|male)?( (de )?(commande|cde|achat))?|mini(mum)? de (commande|cde)",
        "lot_multiple": rf"({_QTE} )?multiple( (de |d')?(commande|cde|achat))?|conditionnement|colisage",
    },
    "demand": {
        "item": _ITEM,
        "date": r"date (de |du |d')?(mvt|mouvement|piece|sortie|expedition|consommation|imputation|facture)",
        "quantity": rf"{_QTE}( (sortie|consommee|vendue|expediee|livree|mouvementee))?",
    },
    "receipts": {
        "item": _ITEM,
        "order": r"((no|numero|ref) (de )?)?(commande|cde)( (d')?(achat|fournisseur))?",
        "order_line": r"(no )?ligne( (de )?(commande|cde))?",
        "supplier": _SUPPLIER,
        "ordered": r"date (de )?(commande|cde)",
        "promised": r"date (de )?(livraison )?(prevue|promise|confirmee)|delai confirme",
        "received": r"date (de )?(reception|livraison reelle|entree)|recu le",
        "quantity_ordered": rf"{_QTE} (commandee|cdee)",
        "quantity_received": rf"{_QTE} (recue|receptionnee)",
        "quantity_rejected": rf"{_QTE} (refusee|rejetee|rebutee|non conforme)",
        "unit_price": r"prix (net|brut|d'achat|achat)( ht| unitaire)?",
    },
    "events": {"machine": _MACHINE, "reason": r"((motif|cause|code) )?(d'|de )?(arret|panne)|(motif|cause|code) (d'|de )?(arret|panne)"},
    "counts": {
        "machine": _MACHINE,
        "item": _ITEM,
        "total": rf"({_QTE}|pieces) (produites?|fabriquees?|totales?)",
        "good": rf"({_QTE}|pieces) (bonnes?|conformes?)",
    },
    "machines": {"machine": _MACHINE},
}
PARENT = r"(article|produit) (compose|parent)|compose"
COMPONENT = r"(article )?composant"
LINK = rf"{_QTE}( (de )?lien)?"
