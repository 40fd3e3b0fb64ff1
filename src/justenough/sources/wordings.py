"""Wordings: what the words in an export's own cells mean, where a canonical column knows a few words only."""

from __future__ import annotations

import re
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from justenough.domain.schema import TABLES
from justenough.sources.vocabulary import plain_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST_ASKED = 20  # words; more are no states but texts
MEANINGS: dict[str, dict[str, str]] = {
    "source": {
        "buy": r"buy|bought|purchased?|external|f|fremd(beschaffung|bezug)?|kauf(teil)?|zukauf|(in)?koop|ingekocht|achete|achat"
        r"|acquisto|einkauf",
        "make": r"make|made|manufactured?|in-?house|e|eigen(fertigung)?|fertigung|produktion|(eigen )?productie|maak|fabrique"
        r"|(ordine|ord)\.? (di )?prod(uzione|\.)?|prod(uction|\.)? order|fertigungsauftrag",
    },
    "state": {
        "running": r"running|run|producing|production|up|laeuft|lauf(end)?|produktion|in betrieb|produceert|productie|draait|en marche",
        "down": r"down|fault|failure|breakdown|error|alarm|stoerung|ausfall|defekt|storing|panne",
        "setup": r"set-?up|change-?over|ruesten|umruesten|ombouw(en)?|omstellen|instellen|reglage",
        "idle": r"idle|stand-?by|leerlauf|bereit|wartet|wacht|inactif",
        "starved": r"starved|no (material|parts)|materialmangel|kein material|geen materiaal",
        "blocked": r"blocked|blockiert|stau|geblokkeerd|bloque",
        "unknown": r"\?+|unknown|offline|no data|unbekannt|onbekend|inconnu",
    },
    "kind": {
        "shift": r"shift|(frueh|spaet|nacht|tag)? ?schicht|arbeitszeit|ploeg|dienst|equipe|turno|zmiana",
        "break": r"break|pause|lunch|pauze|pausa|descanso|przerwa",
        "planned_stop": r"planned ?(stop|downtime|maintenance)|maintenance|geplante? ?(r|s)? ?(stopp|stillstand|wartung)|wartung|onderhoud",
    },
    "loss": {
        "breakdown": r"breakdown|failure|equipment failure|stoerung|ausfall|defekt|storing|panne|averia|guasto|avaria|awaria",
        "setup": r"set-?up|(set-?up and )?adjustments?|change-?over|ruesten|umruesten|ombouw|instellen|reglage|preparacion|attrezzaggio",
        "minor_stop": r"minor stop(page)?s?|(idling and )?minor stops?|micro-?stops?|kurz ?(stillstand|stopp)|microarret|microparada",
        "speed": r"(reduced )?speed( loss)?|geschwindigkeit(s ?verlust)?|takt ?verlust|snelheid|vitesse|velocidad|velocita",
        "startup_reject": r"start-?up (reject|loss|yield)s?|anlauf ?(ausschuss|verlust)",
        "reject": r"(process )?(reject|defect|scrap)s?|ausschuss|nacharbeit|qualitaet|afkeur|rebut|rechazo|scarto",
        "planned": r"planned( stop| downtime)?|geplant(er stillstand)?|gepland|planifie|planificado|pianificato",
        "starved": r"starved|no material|material ?(mangel|fehlt)|kein material|materiaalgebrek|manque matiere|falta de material",
        "blocked": r"blocked|blockiert|stau|rueckstau|geblokkeerd|bloque|bloqueado",
    },
}


def meaning_of(column: str, word: str) -> str:
    """What a word means in a canonical column; empty where only a person can say."""
    plain = plain_words(word)
    return next((meant for meant, pattern in MEANINGS[column].items() if re.fullmatch(pattern, plain)), "")


def worded(
    table: str,
    column: str,
    words: Iterable[str],
    ask: Callable[[str, str, tuple[str, ...]], str],
    told: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """
    The TOML that maps an export's words onto the canonical ones, and the questions for those nobody knows.

    Parameters
    ----------
    ask
        Asks what one word means, by the question's key, text and choices; gives the TOML of the answer.
    told
        What is known of some words, such as how many rows bear them; said with the question.
    """
    from justenough.sources.looking import quoted

    choices = TABLES[table].column(column).choices
    lines: list[str] = []
    keys: set[str] = set()
    for word in words:
        if word in choices:
            continue
        meant = meaning_of(column, word)
        plain = f"{column}_{re.sub(r'[^a-z0-9]+', '_', plain_words(word)).strip('_') or 'blank'}"
        # Words of another script, or that differ by signs alone, are plainly the same.
        key = next(name for number in count(1) if (name := plain if number == 1 else f"{plain}_{number}") not in keys)
        keys.add(key)
        lines.append(
            f"{quoted(word)} = "
            + (quoted(meant) if meant else ask(key, f"What does {word!r}{_known_of(word, told)} mean as {column}?", choices))
        )
    return [f"[tables.{table}.words.{column}]", *lines] if lines else []


def _known_of(word: str, told: Mapping[str, str]) -> str:
    return f" ({told[word]})" if word in told else ""
