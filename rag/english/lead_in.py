"""What people say in front of a question that asks nothing: "and", "by the way", "now something else"."""

from __future__ import annotations

import re

_WORDS = (
    r"(?:and|but|so|also|then|okay|ok|well|now|right|alright|thanks|thank you|hm+|yes|no|please|actually|by the way"
    r"|(?:a |an )?(?:different|other|another|new|next) (?:subject|topic|question|thing)|something else"
    r"|(?:changing|switching|to change) (?:the )?(?:subject|topics?)"
    r"|on (?:a|another) (?:different )?(?:subject|topic|note))"
)
_ASKS = (
    r"(?:(?:in|on|at|by|for|to|from|with|since|until|of|about) )?(?:who|whom|whose|what|which|when|where|why|how)\b"
    r"|(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|may|might)\b"
    r"|(?:tell|give|show|list|explain|summari[sz]e|describe|timeline|overview|summary|brief)\b"
)
_LEAD_IN = re.compile(rf"\s*(?:{_WORDS}\b[ ,.!:;–—-]+)+(?={_ASKS})", re.IGNORECASE)


def leave_out_lead_in(question: str) -> str:
    """The question from where it asks: "Who won?" of "And now something else: who won?"; as it is without a lead-in."""
    match = _LEAD_IN.match(question)
    if match is None:
        return question
    asked = question[match.end() :]
    return asked[:1].upper() + asked[1:]
