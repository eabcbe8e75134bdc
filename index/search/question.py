"""What can be asked at all."""

from __future__ import annotations

import re
import unicodedata

from index.errors import NoQuestion, UsageError
from index.identify import make_storable
from index.text.safe import make_safe

LONGEST_QUESTION = 4_000  # characters
# Whole messages, in small letters and without signs: what people say to a chat before or after they ask.
_GREETINGS = frozenset(
    re.split(
        r"\s*[|\n]\s*",
        """
        hello|hi|hey|hello there|hi there|hey there|good morning|good afternoon|good evening|bye|goodbye
        thanks|thank you|thank you very much|thanks a lot|many thanks|thx
        bonjour|bonsoir|salut|merci|merci beaucoup|au revoir
        hola|buenos días|buenos dias|buenas tardes|buenas noches|gracias|muchas gracias|adiós
        hallo|guten tag|guten morgen|guten abend|danke|vielen dank|danke schön
        ciao|buongiorno|buonasera|grazie|grazie mille|olá|bom dia|boa tarde|boa noite|obrigado|obrigada
        привет|здравствуйте|добрый день|спасибо|до свидания|merhaba|teşekkürler
        مرحبا|السلام عليكم|شكرا|नमस्ते|धन्यवाद|你好|您好|谢谢|謝謝|こんにちは|ありがとう|안녕하세요|감사합니다
        """.strip(),
    )
)


def check_question(question: str) -> str:
    """Return the question without white space around it; raise UsageError where it can't be asked."""
    question = make_storable(question).strip()
    if not question:
        raise NoQuestion("the question is empty.")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(question):,} characters; at most {LONGEST_QUESTION:,} are read. Ask it shorter."
        )
    seen = make_safe(question)
    if not any(unicodedata.category(sign)[0] in "LN" for sign in seen):
        raise NoQuestion("the question has no word in it, only signs.")
    if _is_greeting(seen):
        raise NoQuestion("that is friendly, but no question.")
    return question


def _is_greeting(question: str) -> bool:
    """True where the whole of it is a greeting or thanks. In double quotes it is a phrase to look for."""
    if any(quote in question for quote in '"“„«'):
        return False
    plain = unicodedata.normalize("NFKC", question).casefold()
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain)
    return " ".join(words.split()) in _GREETINGS
