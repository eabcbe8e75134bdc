"""Verbs of saying, in one list: who needs to know whether somebody speaks takes them from here."""

from __future__ import annotations

import re

# What is said may follow without "that": "he said the deal was dead".
OUTRIGHT = (
    "say tell add claim insist warn argue explain note announce confirm admit acknowledge stress emphasize emphasise"
    " complain declare state reply respond write tweet post testify predict recall maintain allege assert contend"
    " concede reveal reiterate caution conclude joke estimate disclose vow pledge promise swear remark observe"
    " counter lament boast quip retort stipulate"
).split()
# Somebody's words in quotation marks may follow, or be around it, and no clause without "that".
WITH_MARKS = (
    "ask answer continue comment suggest exclaim shout yell chant whisper mutter cry recount plead urge demand"
    " describe call dub label brand denounce condemn dismiss hail praise criticize criticise slam blast accuse decry"
    " deride deem term characterize characterise read begin finish sing repeat proclaim express"
    " thank echo propose advise order fume joke gush rave report signal interject deplore"
    " shrug laugh sigh smile grin nod chuckle snap text"
).split()
# What is said follows with "that" alone: "the judge ruled that the deal was dead".
WITH_THAT = "rule hold find agree accept indicate imply hint reckon confess".split()
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
# Past forms that don't end with -ed; those of the second list may be other words too: "the cost", "a shot".
PASTS = (
    "went came took made got gave left met held saw knew kept began won lost ran rose fell grew stood became felt"
    " found paid sold sent bought brought fought built broke chose drew drove flew led wore wrote spent struck"
    " died heard told said laid slept ate drank rode threw blew hid stole fed hung stuck swept tore taught"
    " understood woke sang sank dug dealt meant forgot froze sat spoke swam swung sought caught shook crept fled"
    " forbade forgave knelt leapt lent overcame rang shone slid sped spun sprang stank stung swore wept withdrew"
).replace(" ", "|")
DOUBTFUL_PASTS = (
    "beat thought put set cost cut hit let shot lay shut spread read hurt bore bent bit bred burst cast lit quit split"
).replace(" ", "|")
_IRREGULAR = {
    "say": "said",
    "tell": "told",
    "write": "wrote",
    "swear": "swore",
    "read": "read",
    "begin": "began",
    "sing": "sang",
    "put": "put",
    "hold": "held",
    "find": "found",
}
_DOUBLED = {
    "admit": "admitt",
    "quip": "quipp",
    "label": "labell",
    "dub": "dubb",
    "slam": "slamm",
    "begin": "beginn",
    "shrug": "shrugg",
    "grin": "grinn",
    "nod": "nodd",
    "snap": "snapp",
}


def past_of(verb: str) -> str:
    """The past of a verb: "said", "added", "replied"."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ied"
    return _DOUBLED.get(verb, verb).removesuffix("e") + "ed"


def present_of(verb: str) -> str:
    """The third person of a verb: "says", "replies"."""
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")


def participle_of(verb: str) -> str:
    """The form with -ing."""
    stem = _DOUBLED.get(verb, verb)
    return (stem if stem.endswith(("ee", "ye")) else stem.removesuffix("e")) + "ing"


def spell(verbs: list[str], *forms: str) -> str:
    """The alternatives of a regular expression for the forms of verbs: "past", "present", "participle"."""
    make = {"past": past_of, "present": present_of, "participle": participle_of}
    words = {make[form](verb) for verb in verbs for form in forms}
    if "label" in verbs and "past" in forms:
        words.add("labeled")
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


# In front of its speaker, or behind, whoever that is: after "told" stands who is told.
_BEFORE_SPEAKER = [verb for verb in OUTRIGHT if verb != "tell"]
SAYS_WHO = f"(?:{spell([*_BEFORE_SPEAKER, 'continue'], 'past')}|says)"
_OF_SEVERAL = "say|argue|warn|insist"  # what several do: of other verbs the same word is a noun too often
FINITE = re.compile(
    rf"\b(?:{spell([*OUTRIGHT, *WITH_MARKS], 'past', 'present')}|{_OF_SEVERAL}"
    rf"|(?:{spell(WITH_THAT, 'past')})(?=(?: [\w’']+){{0,4}} that\b))\b"
)
PARTICIPLE = re.compile(rf"\b(?:{spell([*OUTRIGHT, *WITH_MARKS], 'participle')})\b")
_PLAIN = re.compile("|".join(spell(["say", "tell"], "past", "present", "participle").split("|")) + "|say")
_OUTRIGHT = re.compile(f"{spell(OUTRIGHT, 'past', 'present', 'participle')}|{_OF_SEVERAL}")


def takes_clause(word: str) -> bool:
    """True for a form of a verb that a clause follows without "that"."""
    return _OUTRIGHT.fullmatch(word) is not None


def is_plain(word: str) -> bool:
    """True for a form of "say" and "tell", which somebody does, whatever noun it is; an event may "add" something."""
    return _PLAIN.fullmatch(word) is not None
