"""Article text is data: what in it could pass for our own signs is broken, and what gives orders is noticed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from index import Hit
from rag.llm.markers import MARKER

# Characters that a reader doesn't see and a model does: zero-width, direction marks, tags, variation selectors;
# and halves of characters, which no encoding has.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ud800-\udfff\U000e0000-\U000e0fff\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
_FENCE = re.compile(r"[<＜﹤‹〈](?=\s*[/／]?\s*passages?\b)|&(?:lt|#60|#x3c);(?=\s*/?\s*passages?\b)", re.IGNORECASE)
# How chat templates mark whose turn it is.
_TURN = re.compile(r"<\|(?=[\w ]{1,30}\|?>?)|\[/?INST\]|<</?SYS>>|</?s>|<(?=/?(?:start|end)_of_turn>)", re.IGNORECASE)
_TO = r"\b[^.]{0,40}\b"  # what may stand between an order's verb and its object
_ORDERS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass){_TO}"
            r"(?:instruction|rule|prompt|above|previous|prior|earlier|guideline)",
            r"\byou (?:are|must|will) (?:now |act |henceforth )",
            r"\bfrom now on\b[^.]{0,20}\byou\b",
            r"\bpretend (?:to be|you)\b",
            r"\b(?:new|updated|real|actual|hidden|secret) (?:system )?instructions?\b",
            r"\b(?:hidden|secret|system|new system) prompt\b",
            r"\b(?:system|developer|assistant) ?(?:prompt|message|note|override)?:",
            r"(?:^|[.!?:;,“\"] ?|\b(?:please|must|and|then|now|to) )"
            r"(?:reply|respond|answer|say|output|print|write|repeat) (?:only|exactly|nothing|verbatim|with)\b",
            rf"\b(?:reveal|print|repeat|show|leak|output|send|disclose){_TO}"
            r"(?:prompt|instructions?|rules|api[ _-]?key|password|secret|conversation|context)",
            r"\b(?:note|attention|important|message|instructions?) (?:to|for) (?:the )?"
            r"(?:ai|a\.i\.|assistant|model|llm|chatbot|language model)s?\b",
            r"\bas an? (?:ai|language model)\b[^.]{0,20}\b(?:you|must|should)\b",
            r"\bdo not (?:mention|cite|tell|reveal|use the passages)\b",
            r"\b(?:visit|click|open|fetch|load|download|include|append|embed)\b[^.]{0,40}"
            r"(?:\w+://|\bwww\.|\bthis (?:link|url|image)\b)",
            r"!\[[^\]]*\]\(",
            r"<(?:img|script|iframe|svg|style|link|meta|form)\b",
            r"javascript:|data:text/html",
            r"\bBEGIN (?:SYSTEM|PROMPT|ADMIN)|\bjailbreak|\bDAN mode|\bdeveloper mode|\bend of (?:the )?passages?\b",
            r"(?:<|&lt;)\s*/?\s*passages?\b",
            r"<\|\w+|\[/?INST\]|<<SYS>>|^#{1,3} ?(?:system|instruction)",
            # French, Spanish, German, Italian, Portuguese, Russian, Chinese, Arabic
            rf"\bignor(?:ez|e|a|iere?n?|ate|em?){_TO}"
            r"(?:instructions?|instrucciones|anweisungen|istruzioni|instru[cç][oõ]es)",
            rf"\b(?:oubliez|olvida|vergiss|dimentica|esque[cç]a){_TO}"
            r"(?:instructions?|instrucciones|anweisungen|istruzioni|instru[cç][oõ]es|r[eè]gles|reglas|regeln)",
            r"\b(?:r[ée]pond(?:ez|s)|responda?|antworte[nt]?|rispondi)\b[^.]{0,20}"
            r"\b(?:seulement|uniquement|solo|s[oó]lo|nur|soltanto|apenas)\b",
            r"игнорируй|забудь[^.]{0,20}инструкц|忽略|无视|無視|تجاهل",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,15}:)?//[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+|\b(?:javascript|data):[^\s<>\"')\]]+",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[([^\]]{0,300})\]\([^)]*\)?")
_LINK = re.compile(r"(?<!!)\[([^\]]{0,300})\]\(\s*<?(?:[a-z][a-z0-9+.-]*:|//|/|#|www\.)[^)]*\)?", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^>]{0,500}>?", re.IGNORECASE)
GAVE_AWAY = "A sentence in which the model repeated its own rules was left out."
_LONGEST_SHOWN = 60
_RUN_OF_WORDS = 6  # words in a row that a reply may share with the rules before it gives them away


def defuse(text: str) -> str:
    """Break what could pass for our own fences, markers or turns in an article's text; leave out hidden characters."""
    plain = _INVISIBLE.sub("", text)
    plain = _TURN.sub("(", _FENCE.sub("(", plain))
    return MARKER.sub(lambda match: f" ({match[1]})", plain)


def find_orders(text: str) -> str:
    """Return the first words of `text` that give a model orders, or "" where there are none."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    found = _ORDERS.search(plain)
    return " ".join(plain[found.start() :][:_LONGEST_SHOWN].split()) if found else ""


def report_orders(hits: Sequence[Hit]) -> tuple[str, ...]:
    """One line for each passage whose text or title gives orders, or hides characters."""
    lines = []
    for hit in hits:
        name = f"“{' '.join(_INVISIBLE.sub('', hit.article.title).split())[:_LONGEST_SHOWN]}”"
        if words := find_orders(f"{hit.article.title}\n{hit.passage.text}"):
            lines.append(f"A passage of {name} gives orders to the model (“{words}”). They were treated as news.")
        elif len(_INVISIBLE.findall(hit.passage.text)) > len(hit.passage.text) // 20:
            lines.append(f"A passage of {name} is full of hidden characters. The model did not see them.")
    return tuple(dict.fromkeys(lines))


def clean_reply(sentence: str, given: str) -> str:
    """The sentence without images, tags and hidden characters, and without addresses that `given` does not hold."""
    plain = _INVISIBLE.sub("", sentence)
    plain = _LINK.sub(r"\1", _IMAGE.sub(r"\1", plain))
    plain = _URL.sub(lambda m: m[0] if m[0].rstrip(".,;:!?") in given else "(address left out)", plain)
    return " ".join(_TAG.sub("", plain).split())


def gives_away(sentence: str, rules: str, given: str) -> bool:
    """True where the sentence repeats a run of words of the rules that the passages don't have."""
    said, ruled, read = (re.findall(r"\w+", text.lower()) for text in (sentence, rules, given))
    known = {tuple(ruled[n : n + _RUN_OF_WORDS]) for n in range(len(ruled) - _RUN_OF_WORDS + 1)}
    known -= {tuple(read[n : n + _RUN_OF_WORDS]) for n in range(len(read) - _RUN_OF_WORDS + 1)}
    return any(tuple(said[n : n + _RUN_OF_WORDS]) in known for n in range(len(said) - _RUN_OF_WORDS + 1))
