"""Further words: what Spanish, Italian, Portuguese and Polish exports call their columns, spelled as `plain_words` spells a header."""

from __future__ import annotations

_ITEM = (
    r"(codigo|cod|referencia)( (del? |do )?(articulo|producto|material|pieza|artigo|produto|item))?|articulo|producto|artigo|produto"
    r"|(codice|cod)( (articolo|prodotto|materiale))?|articolo|prodotto"
    r"|(indeks|kod|symbol)( (materialu|towaru|artykulu|produktu|czesci))?|(numer|nr) (materialu|towaru|artykulu|produktu|czesci)"
    r"|indeks (materialowy|towarowy)|towar"
)
_SUPPLIER = r"((nombre|codigo|cod) )?proveedor|((codice|cod) )?fornitore|((codigo|cod) )?fornecedor|((kod|nazwa) )?dostawc[ay]"
_MACHINE = r"maquina|equipo|centro de trabajo|macchina|centro di lavoro|equipamento|maszyna|stanowisko( robocze)?|urzadzenie"

FURTHER: dict[str, dict[str, str]] = {
    "items": {
        "item": _ITEM,
        "description": (
            r"descripcion( (del? )?(articulo|producto|material))?|denominacion|descrizione( (articolo|prodotto|materiale))?"
            r"|descricao( (do )?(artigo|produto))?|designacao|opis|nazwa( (materialu|towaru|artykulu|produktu))?"
        ),
        "supplier": _SUPPLIER,
        "unit_cost": (
            r"(precio|coste?|costo)( (unit(ario)?|estandar|medio|(de )?compra))?"
            r"|(prezzo|costo)( (unit(ario)?|standard|medio|(di )?acquisto))?"
            r"|(preco|custo)( (unit(ario)?|medio|padrao|(de )?compra))?|cena( (jedn(ostkowa)?|zakupu|ewidencyjna))?|koszt jednostkowy"
        ),
        "lead_time_days": (
            r"plazo|(plazo|tiempo) (de )?(entrega|aprovisionamiento|suministro|reposicion).*"
            r"|tempo (di )?(consegna|approvvigionamento|riordino).*"
            r"|(prazo|tempo) (de )?(entrega|reposicao|aprovisionamento|ressuprimento).*"
            r"|czas (dostawy|realizacji|oczekiwania).*"
        ),
        "on_hand": (
            r"existencias?( (actual(es)?|disponibles?))?|stock (actual|libre)|giacenza( (attuale|disponibile))?|scorta( attuale)?"
            r"|(estoque|stock)( (atual|disponivel))?|saldo( (atual|em estoque))?|stan( (magazynowy|magazynu|aktualny|biezacy))?|zapas"
            r"|ilosc na stanie"
        ),
        "current_safety_stock": (
            r"(stock|existencias?) (de )?seguridad|(scorta|stock) di sicurezza|(estoque|stock) de seguranca|zapas bezpieczenstwa"
        ),
        "current_reorder_point": (
            r"punto (de )?(pedido|reorden|reposicion)|minimo|(stock|estoque) minimo|punto di riordino|livello di riordino|scorta minima"
            r"|ponto de (encomenda|pedido|ressuprimento|reposicao)"
            r"|(punkt|poziom) (zamawiania|ponownego zamowienia)|(stan|zapas) min(imalny)?"
        ),
        "current_max": r"maximo|(stock|estoque) maximo|massimo|scorta massima|(stan|zapas) maks(ymalny)?",
        "moq": (
            r"(lote|pedido) min(imo)?|(cantidad|cant) min(ima)?( (de )?(pedido|compra))?|(lotto|ordine) min(imo)?"
            r"|(quantita|q ?ta) min(ima)?( (d'|di )?(ordine|acquisto))?|(quantidade|qtd) min(ima)?( (de )?(compra|encomenda|pedido))?"
            r"|min(imaln[ae])? (ilosc|wielkosc|partia|zamowienie)( zamowienia)?"
        ),
        "lot_multiple": (
            r"multiplo( (de |d')?(pedido|compra|lote|ordine|encomenda))?|tamano de lote|lotto multiplo|wielokrotnosc( zamowienia)?"
            r"|wielkosc partii"
        ),
        "shelf_life_days": r"vida util.*|durata di conservazione.*|okres (trwalosci|waznosci|przydatnosci).*",
        "criticality": r"criticidad|criticita|criticidade|krytycznosc",
        "ordering_cost": r"coste? (de|por) pedido|costo d'ordine|custo (de|por) (pedido|encomenda)|koszt zamowienia",
    },
    "demand": {
        "item": _ITEM,
        "date": (
            r"fecha( (de )?(salida|movimiento|consumo|contable|contabilizacion|documento))?|dia|mes|semana|periodo"
            r"|data( (di |de )?(movimento|uscita|consumo|registrazione|documento|saida|lancamento))?|giorno|mese|settimana"
            r"|data (wydania|ruchu|zuzycia|ksiegowania|dokumentu|sprzedazy)|dzien|miesiac|tydzien"
        ),
        "quantity": (
            r"(cantidad|cant)( (salida|consumida|vendida))?|consumo|unidades|demanda|ventas|salidas"
            r"|(quantita|q ?ta)( (uscita|consumata|venduta))?|consumi|vendite|domanda"
            r"|(quantidade|qtd)( (saida|consumida|vendida))?|vendas|saidas"
            r"|ilosc( (wydana|zuzyta|sprzedana))?|zuzycie|sprzedaz|popyt"
        ),
    },
    "receipts": {
        "item": _ITEM,
        "order": (
            r"((n o?|nro|num|numero) )?(de )?pedido( (de )?compra)?|orden de compra|((n|numero) )?ordine( (di )?(acquisto|fornitore))?"
            r"|((n o?|numero) )?(da )?encomenda|ordem de compra|((nr|numer) )?zamowieni[ea]"
        ),
        "order_line": r"linea( (de )?pedido)?|posicion|linha|riga( ordine)?|posizione|posicao|pozycja",
        "supplier": _SUPPLIER,
        "ordered": (
            r"fecha (del? )?(pedido|orden|compra|emision)|data (d'|dell'|del )?ordine|data (do |da |de )?(pedido|encomenda|compra|ordem)"
            r"|data (zamowienia|zlozenia)"
        ),
        "promised": (
            r"fecha (prometida|prevista|confirmada|comprometida)|fecha (de )?entrega( (prevista|prometida|confirmada))?"
            r"|data (promessa|prevista|confermata|prometida|confirmada)|data (di |de )?(consegna|entrega)( (prevista|promessa|prometida))?"
            r"|(termin|data) (dostawy|potwierdzon[ya]|planowan[ya]|obiecan[ya])|planowana data dostawy"
        ),
        "received": (
            r"fecha (de )?(recepcion|recibido|llegada|entrada)|recibido|data (di )?(ricevimento|arrivo|ricezione)|ricevuto"
            r"|data (de )?(recep?cao|recebimento|chegada)|recebido|data (przyjecia|odbioru|otrzymania|dostarczenia)"
        ),
        "quantity_ordered": (
            r"(cantidad|cant) (pedida|solicitada)|(quantita|q ?ta) ordinata|(quantidade|qtd) (pedida|encomendada)|ilosc zamowiona"
        ),
        "quantity_received": (
            r"(cantidad|cant) (recibida|entregada)|(quantita|q ?ta) (ricevuta|consegnata)|(quantidade|qtd) (recebida|entregue)"
            r"|ilosc (przyjeta|dostarczona|otrzymana)"
        ),
        "quantity_rejected": (r"(cantidad|cant) rechazada|(quantita|q ?ta) (scartata|respinta)|(quantidade|qtd) rejeitada|ilosc odrzucona"),
    },
    "events": {
        "machine": _MACHINE,
        "start": r"inicio( (de )?(parada|paro|paragem))?|desde|inizio( fermo)?|poczatek( (postoju|awarii))?|od",
        "end": r"fin(al)?( (de )?(parada|paro))?|hasta|fine( fermo)?|fim|koniec( (postoju|awarii))?|do",
        "state": r"estado|stato|stan( maszyny)?",
        "reason": r"(causa|motivo)( (de |del |di |da )?(parada|paro|fermo|paragem))?|causale|(kod )?przyczyn[ay]( (postoju|awarii))?",
        "planned": r"planificad[oa]|programmat[oa]|planejad[oa]|planowan[ya]",
    },
    "counts": {
        "machine": _MACHINE,
        "item": _ITEM,
        "total": r"piezas( producidas)?|pezzi( prodotti)?|pecas( produzidas)?|wyprodukowano|ilosc wyprodukowana|sztuk( ogolem)?",
        "good": r"(piezas )?buenas|(pezzi )?buoni|(pecas )?boas|dobre( sztuki)?",
    },
    "machines": {"machine": _MACHINE},
}
UNITS_SAID = {
    "days": r"dias?|giorn[oi]|gg|dni|dzien",
    "weeks": r"semanas?|settiman[ae]|tygodni[ea]?|tydzien",
    "months": r"mes(es)?|mes[ei]|miesiac[e]?|miesiecy",
    "hours": r"horas?|or[ae]|godzin[ay]?",
    "minutes": r"minutos?|minut[oiy]?",
}
