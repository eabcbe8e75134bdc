"""Which charset a text or a page is in: UTF-8 where it is that, else what its words look most like words in.

What a page declares is one guess among others, and so are the charset that its language was written in before UTF-8,
and what charset-normalizer finds. The first of the guesses in which the words are most plausible is taken.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from index.errors import DatelineError
from index.text.detect_language import guess_language

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LONGEST_HEAD = 4096  # bytes in which a page says what it is in
_LONGEST_SAMPLE = 100_000  # bytes that are judged
_JUDGED = 1 << 20  # bytes that may show that it is UTF-8 with torn letters
_LARGEST_MIXED = 4 * 1024 * 1024  # bytes of a page that may be in two charsets
_MOST_UNITS = 2_000  # words and signs that are judged
_PLAUSIBLE = 0.95  # share of plausible words, with which a guess needs no others
_LEAST_PLAUSIBLE = 0.5
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,30})"""
    rb"""|<\?xml[^>]{1,100}?encoding\s*=\s*["']([\w.:-]{2,30})""",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(rb"""<html\b[^>]{0,300}?\slang\s*=\s*["']?([a-z]{2,3}(?:-[a-z]{2,4})?)""", re.IGNORECASE)
_PIECE = re.compile(rb"[^<>\n]+|[<>\n]+")
# The charset that each language's pages were in before UTF-8 (Encoding Standard, "locale defaults"; HTML, 13.2.3.2).
_BY_LANGUAGE = {
    "cp1252": "en de fr es pt it nl sv da no nb nn fi is ca gl eu af sq id ms",
    "cp1251": "ru uk bg be sr mk kk ky mn",
    "cp1250": "pl cs sk hu ro sl hr bs",
    "cp1254": "tr az",
    "cp1253": "el",
    "cp1255": "he iw yi",
    "cp1256": "ar fa ur",
    "cp1257": "lt lv et",
    "cp1258": "vi",
    "cp874": "th",
    "gb18030": "zh zh-cn zh-sg",
    "big5hkscs": "zh-tw zh-hk",
    "cp932": "ja",
    "cp949": "ko",
}  # fmt: skip
_OF_LANGUAGE = {language: charset for charset, known in _BY_LANGUAGE.items() for language in known.split()}
# Python's charsets that hold all that the declared ones do.
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949"}
_WEB = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "koi8_r"),
    *("koi8_u", "mac_roman", "mac_cyrillic", "iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_15"),
    *("gb18030", "big5", "big5hkscs", "euc_jp", "shift_jis", "cp932", "euc_kr", "cp949", "utf_16"),
]

_OTHERS = ("cp1252", "cp1251", "koi8_r", "cp1250", "iso8859_2", "cp1256", "gb18030", "big5hkscs", "cp932")
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_HAN = "\u3400-\u9fff"
_KANA = "\u3040-\u30ff"
_UNIT = re.compile(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*|[^\x00-\x7f]")  # words with another letter than ASCII's, signs
_WORD = re.compile(
    rf"[{_LATIN}]+|[\u0400-\u042f\u0490]?[\u0430-\u045f\u0491]+|[\u0386-\u03ab]?[\u03ac-\u03ce]+|[\u05d0-\u05ea]+"
    rf"|[\u0621-\u064a\u066e-\u06d3]+|[\u0e01-\u0e4e]+|[\uac00-\ud7a3]+|[A-Z]*[{_HAN}{_KANA}]+[A-Z]*"
)
_ODD_CASE = re.compile(r"[a-z\u00df-\u00ff][\u00c0-\u00de]|[\u00c0-\u00de][\u00c0-\u00de]")
_COMMON_SIGNS = frozenset("’‘“”„‚–—…·«»‹›€£©®™•°½§\u00a0、。，：；？！「」『』《》（）")
_OPENING_SIGNS = frozenset("¿¡£¥")
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这中大来上国和地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去"
    "法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全"
    "這來國說時會對於過發後裡種經麼學現當沒動還進樣開從實軍無與長機為個們業電間問題報"
)
_LEAST_HAN = 8  # signs by which a text is judged
_USUAL_HAN = 0.12  # of all Han signs, the share that these have in any text


def decode(content: bytes) -> str:
    """Return the text of `content`: by its mark, as UTF-8, else by the charset it looks like.

    Where it is not UTF-8 and some of its pieces, between tags and line ends, are, it is in two charsets. Raises
    DatelineError for bytes that are no text.
    """
    known = _find_unicode(content)
    if known or len(content) > _LARGEST_MIXED:
        return _refuse_binary(content.decode(known or find_encoding(content), "replace"))
    return _refuse_binary(_decode_pieces(content))


def find_encoding(content: bytes) -> str:
    """Return the name of the charset of `content`, or of a beginning of it; raise DatelineError for no text."""
    if known := _find_unicode(content):
        return known
    if _is_mostly_utf_8(content[:_JUDGED]):
        return "utf-8"
    return _choose_charset(content, _list_declared(content))


def decode_as(content: bytes, declared: str) -> str | None:
    """Return the text of `content` in a charset that somebody says it is in; None where it is plainly in another."""
    charset = find_charset(declared)
    if not charset or _rate(content[:_LONGEST_SAMPLE].decode(charset, "replace")) < _PLAUSIBLE:
        return None
    return content.decode(charset, "replace")


def find_charset(declared: str) -> str:
    """Return Python's name of a charset that a page or a server names; nothing for UTF-8, and for what is none."""
    from resiliparse.parse.encoding import map_encoding_to_html5

    name = str(map_encoding_to_html5(declared, fallback_utf8=False) or "")
    return "" if name.startswith("utf") else _WIDER.get(name, name)


def _find_unicode(content: bytes) -> str:
    """Return the charset that a mark names, or UTF-8 where that is what it is; nothing for a text in another one."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return codec
    if _is_utf_8(content):
        return "utf-8"
    if b"\0" in content:
        raise DatelineError("it is a binary file, not a text; add the text of it")
    return ""


def _is_utf_8(content: bytes, *, final: bool = False) -> bool:
    """True for UTF-8, whose last letter may be cut off where it is not `final`."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf_8(content: bytes) -> bool:
    """True where more is UTF-8 than is torn: by chance hardly any letters of another charset are."""
    text = content.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    return sum(not character.isascii() for character in text) > 2 * torn


def _decode_pieces(content: bytes) -> str:
    """The text of what is not UTF-8 as a whole, each piece in UTF-8 or in the charset of those that are not."""
    pieces = _PIECE.findall(content)
    torn = _is_mostly_utf_8(content[:_JUDGED])  # then a piece most of which is UTF-8 has lost a byte
    known = {
        piece: piece.decode("utf-8", "replace")
        for piece in set(pieces)
        if piece.isascii() or _is_utf_8(piece, final=True) or (torn and _is_mostly_utf_8(piece))
    }
    others = b"\n".join(piece for piece in pieces if piece not in known)
    try:
        encoding = _choose_charset(others, _list_declared(content)) if others else "utf-8"
    except DatelineError:
        if not torn:
            raise
        encoding = "utf-8"
    for piece in set(pieces):
        other = "" if piece.isascii() or (torn and piece in known) else piece.decode(encoding, "replace")
        # A few letters of another charset may be UTF-8 by chance.
        if other and (piece not in known or _rate(known[piece]) <= _rate(other)):
            known[piece] = other
    return "".join(map(known.__getitem__, pieces))


def _choose_charset(content: bytes, declared: Iterable[str]) -> str:
    """Return the charset of bytes that are not UTF-8: one that is declared, where it may be, else what is likely."""
    sample = _take_sample(content)
    best, most = "", 0.0
    for charset in chain(declared, _detect(sample), _OTHERS):
        rated = round(_rate(sample.decode(charset, "replace")), 2)
        if rated > most:
            best, most = charset, rated
        if rated >= _PLAUSIBLE:
            break
    if most < _LEAST_PLAUSIBLE:
        raise DatelineError("it is a binary file, or a text in an unknown charset; save it as UTF-8")
    return best


def _list_declared(content: bytes) -> tuple[str, ...]:
    """The charset that a page says it is in, if it is not UTF-8, and that of its language."""
    head = content[:_LONGEST_HEAD]
    said = _DECLARED.search(head)
    language = _LANGUAGE.search(head)
    tag = language[1].decode("ascii").lower() if language else ""
    known = _OF_LANGUAGE.get(tag) or _OF_LANGUAGE.get(tag.partition("-")[0], "")
    return tuple(filter(None, [find_charset((said[1] or said[2]).decode("ascii")) if said else "", known]))


def _detect(sample: bytes) -> Iterator[str]:
    """What charset-normalizer takes it for; before it the likely ones in which it is in one of their own languages."""
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=_WEB).best()
    likely = [found.encoding] if found else []
    for charset in dict.fromkeys([*likely, "cp1252"]):
        if _OF_LANGUAGE.get(guess_language(sample.decode(charset, "replace"))) == charset:
            yield charset
    yield from likely


def _take_sample(content: bytes) -> bytes:
    """The pieces between tags and line ends that are not ASCII alone, one a line."""
    pieces = (match[0] for match in _PIECE.finditer(content[: 4 * _LONGEST_SAMPLE]))
    return b"\n".join(piece for piece in pieces if not piece.isascii())[:_LONGEST_SAMPLE]


def _rate(text: str) -> float:
    """The share of the words and signs that are not ASCII that are as people write them, from 0 to 1."""
    good = bad = 0
    han: list[str] = []
    for number, unit in enumerate(_UNIT.finditer(text)):
        if number == _MOST_UNITS:
            break
        word = unit[0]
        han += [sign for sign in word if "\u3400" <= sign <= "\u9fff"]
        before, after = text[max(0, unit.start() - 1) : unit.start()], text[unit.end() : unit.end() + 1]
        if word[0].isalpha():
            fits = _is_plausible(word) and not after.isdigit()
        elif word in _COMMON_SIGNS or (word in _OPENING_SIGNS and not before.isalpha()):
            fits = True
        elif "\x80" <= word <= "\x9f" or word == "\ufffd" or before.isalpha() or after.isalpha():
            fits = False
        else:
            continue
        good, bad = good + fits, bad + (not fits)
    rated = good / max(1, good + bad)
    if len(han) < _LEAST_HAN:
        return rated
    common = sum(sign in _COMMON_HAN for sign in han) / len(han)
    return rated * (1 + min(1.0, common / _USUAL_HAN)) / 2


@lru_cache(maxsize=4096)
def _is_plausible(word: str) -> bool:
    if not _WORD.fullmatch(word):
        return False
    other = sum(not sign.isascii() for sign in word)
    return not _is_latin(word) or (other <= len(word) // 2 + 1 and not _ODD_CASE.search(word))


def _is_latin(word: str) -> bool:
    return word[0] < "\u0250" or "\u1e00" <= word[0] < "\u1f00"


def _refuse_binary(text: str) -> str:
    sample = text[:100_000]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 200):
        raise DatelineError("it is a binary file, not a text; add the text of it")
    return text
