"""Heads of exports in other languages than English and German, each taken for the column it is."""

from __future__ import annotations

import pytest

from justenough.sources.looking import Look
from justenough.sources.vocabulary import UNIT_WORDS, unit_said

MASTER = ["item", "description", "supplier", "unit_cost", "lead_time_days", "on_hand", "current_reorder_point", "current_max", "moq"]
ORDERS = ["order", "item", "supplier", "ordered", "promised", "received", "quantity_ordered", "quantity_received"]
HEADS = {
    "Spanish": (
        "Código|Descripción|Proveedor|Precio unit.|Plazo (días)|Existencias|Punto pedido|Máximo|Lote mín.",
        "Pedido|Código|Proveedor|Fecha pedido|Fecha prometida|Fecha recepción|Cant. pedida|Cant. recibida",
        "Código|Fecha|Cantidad",
    ),
    "Italian": (
        (
            "Codice articolo|Descrizione|Fornitore|Prezzo unitario|Tempo di consegna (giorni)|Giacenza|"
            "Punto di riordino|Scorta massima|Lotto min."
        ),
        "Numero ordine|Articolo|Fornitore|Data ordine|Data consegna prevista|Data ricevimento|Q.tà ordinata|Quantità ricevuta",
        "Articolo|Data movimento|Quantità",
    ),
    "Portuguese": (
        (
            "Código do artigo|Descrição|Fornecedor|Preço unitário|Prazo de entrega (dias)|Stock atual|"
            "Ponto de encomenda|Estoque máximo|Lote mínimo"
        ),
        "Encomenda|Artigo|Fornecedor|Data da encomenda|Data de entrega prevista|Data de receção|Quantidade pedida|Quantidade recebida",
        "Artigo|Data|Quantidade",
    ),
    "Polish": (
        (
            "Indeks|Nazwa towaru|Dostawca|Cena jednostkowa|Czas dostawy [dni]|Stan magazynowy|"
            "Punkt zamawiania|Stan maksymalny|Min. ilość zamówienia"
        ),
        "Nr zamówienia|Indeks|Dostawca|Data zamówienia|Termin dostawy|Data przyjęcia|Ilość zamówiona|Ilość przyjęta",
        "Indeks|Data wydania|Ilość",
    ),
    "French": (
        (
            "Référence article|Désignation|Fournisseur principal|Prix de revient|Délai réappro (j)|Quantité en stock|"
            "Stock mini|Stock maxi|Qté minimum"
        ),
        "N° commande|Article|Fournisseur|Date commande|Date prévue|Date réception|Qté commandée|Qté reçue",
        "Article|Date mvt|Quantité",
    ),
    "One word": (
        "PartNum|PartDescription|VendorID|StdCost|LeadTime (days)|OnHandQty|ReOrderPoint|MaximumOnHand|MinOrderQty",
        "PONum|PartNum|VendorNum|OrderDate|PromiseDt|ReceiptDate|OurQty|ReceivedQty",
        "PartNum|TranDate|TranQty",
    ),
    "English": (
        "Item|Description|Vendor|Unit price|Lead time (days)|On hand|Reorder point|Max|MOQ",
        "PO|Item|Supplier|Date ordered|Promised date|Received date|Order qty|Received qty",
        "Item|Date|Quantity",
    ),
}


@pytest.mark.parametrize("language", HEADS)
def test_heads_of_a_language_are_known(language, tmp_path):
    """Heads as exports write them, each taken for the one column it is."""
    for table, columns, heads in zip(
        ("items", "receipts", "demand"), (MASTER, ORDERS, ["item", "date", "quantity"]), HEADS[language], strict=True
    ):
        (tmp_path / f"{table}.csv").write_text(heads.replace("|", ";") + "\n" + "1;" * heads.count("|") + "1\n", encoding="utf-8")
        look = Look(tmp_path / f"{table}.csv", f"{table}.csv", 1)
        assert look.columns(table) == dict(zip(columns, heads.split("|"), strict=True))
        assert look.tables() == [table]
    assert unit_said(HEADS[language][0].split("|")[4], tuple(UNIT_WORDS)) == "days"
