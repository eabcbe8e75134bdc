"""Whether a text is English: the question that the gate asks before any rule reads it.

A table of our own, since a model of languages takes longer to load than a search and is wrong about short questions.
A text counts as English unless it is clearly in another language: at least two of its words are function words of one
other language, or of another script, and more of them than are English.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index import Article

_READ = 2_000  # characters of an article
_LEAST = 2  # foreign words that make a text foreign
_OPENS = 2  # what an English question word at the start counts beside itself
_OPENS_FOREIGN = 1  # the same of another language's
_WORD = re.compile(r"[^\W\d_]+")
# Scripts without spaces between words: Thai to Burmese, Khmer, kana and Chinese characters, Hangul.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]+")
_QUESTION_WORDS = frozenset("who whom whose what when where which why how did does were could should would".split())
_ENGLISH = _QUESTION_WORDS | frozenset(
    "the a an and or but of to in on at by for from with about after before since until during as than that this these"
    " those there it its he she they we you his her their our your i is are was be been being do has have had not no"
    " will can may might must said says say many much more most other some any all into over between because if"
    " according while also new one two".split()
)
# No name begins with one of these.
_FOREIGN_QUESTION_WORDS = frozenset(
    "wer wann warum wo wie welche welcher welches welchen welchem qué cuál cuáles cuándo cuánto cuántos cuántas dónde"
    " cómo quién quiénes quoi quel quelle quels quelles pourquoi combien où quand perché quali quando quem quais waarom"
    " wanneer hoeveel welke varför vilken hvorfor hvilken".split()
)
# None of these is a common English word.
_FOREIGN = tuple(
    frozenset(words.split())
    for words in (
        "der das und ist nicht von mit wie wer wann warum wo welche welcher welches welchen welchem eine einen einem"
        " einer dem den des im auf für zu zum zur sich auch aus bei nach wurde wurden werden wird waren sind haben"
        " hatte sein ihre ihren er sie es wir über unter durch viele viel oder ein dass bis vom laut",
        "el la los las de del que qué y en un una por para se su sus es fue fueron son cuál cuáles cuándo cuánto"
        " cuántos cuántas cuánta dónde cómo quién quiénes está lo más como según cual",
        "le la les des du de un une et est en que qui quoi quel quelle quels quelles où quand pourquoi combien dans sur"
        " avec ne pas il elle ils sont été au aux ce cette ses qu selon leur",
        "il lo gli di che è un una si del della delle dei degli nel nella sono quale quali quando dove perché chi"
        " quanto quanti quante stato cosa ha secondo la le",
        "os um uma de da dos das em na que é não para por com qual quais quando onde quem foi são ao pelo pela quantos"
        " quanto segundo está",
        "de het een van en dat wie wat waar wanneer hoe hoeveel waarom welke niet met voor aan zijn werd werden heeft"
        " door naar bij ook volgens te",
        "och att det som är på för av med den inte vad vem när hur varför vilken ett enligt hade",
        "og det er hvad hva hvem hvor når hvorfor ikke til fra som på af av med den efter ifølge",
        "na się nie jest co kto kiedy gdzie jak dlaczego który która które od po czy dla był była ile według są",
        "kdo co kdy kde jak proč je na se že který která jsou byl kolik podle od pro",
        "ve bir bu ne kim nerede nasıl neden için ile kaç hangi göre olarak nedir zaman",
        "și care este ce cine când unde cum din la pe cu de câți conform sunt au",
        "apa siapa kapan mana bagaimana mengapa berapa yang di dan dari ke untuk dengan adalah pada",
        "ki mi mikor hol hogyan miért és az egy hogy nem mennyi melyik volt szerint",
    )
)


def is_english(text: str) -> bool:
    """True unless the text is clearly in another language; what has no words counts as English."""
    words = _WORD.findall(text)
    foreign, english = _count_foreign(text, words), sum(word.lower() in _ENGLISH for word in words)
    if words and words[0].lower() in _QUESTION_WORDS:
        english += _OPENS
    return foreign < _LEAST or foreign <= english


def is_english_article(article: Article) -> bool:
    """Whether an article is in English: as it says itself, else by its words."""
    if article.language:
        return article.language.lower().replace("_", "-").partition("-")[0] in ("en", "eng", "english")
    return _reads_as_english(article.text[:_READ])


@lru_cache(1_000)
def _reads_as_english(text: str) -> bool:
    return is_english(text)


def _count_foreign(text: str, words: list[str]) -> int:
    """How many words are of another script, or of the one other language that has most of them.

    A capital within the text is left out, since it is likelier a name's ("Le Monde"). Two letters stand for a word
    where a script has no spaces.
    """
    unspaced = len(_UNSPACED.findall(text))
    other_script = sum(not _LATIN.search(word) and not _UNSPACED.search(word) for word in words)
    small = [word.lower() for n, word in enumerate(words) if n == 0 or word[0].islower()]
    accented = {word for word in small if not word.isascii() and _LATIN.search(word)}
    of_one = max(sum(word in language or word in accented for word in small) for language in _FOREIGN)
    opens = bool(words) and words[0].lower() in _FOREIGN_QUESTION_WORDS
    return unspaced // 2 + other_script + of_one + (_OPENS_FOREIGN if opens else 0) + 2 * text.count("¿")
