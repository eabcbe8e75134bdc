"""Articles that tests make up: words from a list, the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

# fmt: off
VOCABULARY = [
    "minister", "harbour", "election", "flood", "grain", "jury", "inflation", "border", "treaty",
    "railway", "hospital", "museum", "strike", "budget", "vaccine", "drought", "orchestra", "satellite",
    "fishery", "parliament", "refugee", "tariff", "volcano", "reservoir", "cathedral",
]
# fmt: on


def make_fields(number: int, words: int = 100) -> dict[str, Any]:
    """The fields of one article, in sentences of ten words."""
    rng = random.Random(number)
    sentences = [" ".join(rng.choices(VOCABULARY, k=10)).capitalize() + "." for _ in range(words // 10)]
    return {
        "id": f"made-{number:03}",
        "title": f"Report {number} on the {rng.choice(VOCABULARY)}",
        "text": " ".join(sentences),
        "source": ["Morning Post", "Evening Star"][number % 2],
        "published": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
    }
