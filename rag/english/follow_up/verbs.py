"""The past of English verbs, and which words are likely verbs: enough to turn a question into a clause."""

from __future__ import annotations

import re

_IRREGULAR = dict(
    pair.split("/")
    for pair in (
        "be/was become/became begin/began bet/bet bid/bid blow/blew break/broke bring/brought build/built buy/bought"
        " catch/caught choose/chose come/came cost/cost cut/cut deal/dealt do/did draw/drew drive/drove eat/ate"
        " fall/fell feed/fed feel/felt fight/fought find/found flee/fled fly/flew forbid/forbade freeze/froze get/got"
        " give/gave go/went grow/grew hang/hung have/had hear/heard hide/hid hit/hit hold/held hurt/hurt keep/kept"
        " know/knew lay/laid lead/led leave/left lend/lent let/let lie/lay lose/lost make/made mean/meant meet/met"
        " overthrow/overthrew pay/paid put/put quit/quit read/read rebuild/rebuilt ride/rode ring/rang rise/rose"
        " run/ran say/said see/saw seek/sought sell/sold send/sent set/set shake/shook shoot/shot shut/shut sing/sang"
        " sink/sank sit/sat sleep/slept speak/spoke spend/spent split/split spread/spread stand/stood steal/stole"
        " stick/stuck strike/struck sue/sued swear/swore sweep/swept swim/swam take/took teach/taught tear/tore"
        " tell/told think/thought throw/threw understand/understood wear/wore win/won withdraw/withdrew write/wrote"
    ).split()
)
_PARTICIPLES = frozenset(
    "been begun bought broken brought built caught chosen come cut done drawn driven fallen felt forced fought found"
    " frozen given gone grown held hidden hit hurt kept known laid led left lost made met paid put read risen seen sent"
    " set shot shut sold spoken spent split stolen struck sunk sworn taken taught thrown won withdrawn worn"
    " written".split()
)
# Verbs that are common in the news and take an object without an article, so that nothing else shows them.
_BASES = frozenset(_IRREGULAR) | frozenset(
    "abandon accept accuse add admit agree allow announce apologize appeal approve arrest arrive ask attack attend"
    " ban blame block boycott call cancel cause change charge claim clash close collapse collide complain condemn"
    " confirm continue convict crash criticize cross damage decide declare delay demand deny deport derail destroy"
    " die disappear drop end enter erupt escape evacuate expand expect expel explain face fail file fine fire force"
    " free happen help hire host impose increase injure intend invest join jump kill land last launch lift like live"
    " lower mention move need negotiate offer open oppose order own pardon pass plan play pledge postpone promise"
    " propose protest prove provide publish pull push quit raise reach react receive recover reduce refuse reject"
    " release remain remove replace reply report require rescue resign respond resume retire return reveal review"
    " revoke rule save search sign start stay stop strand strike suffer suggest support suspend test try turn urge"
    " use visit vote vow wait walk want warn work".split()
)
_CLUSTER = re.compile(r"[^aeiou][aeiou][bdgmnprt]$")
_STRESSED_END = frozenset("admit commit permit submit refer prefer occur expel".split())


def is_verb(word: str) -> bool:
    """True for the plain form of a verb that is known."""
    return word.lower() in _BASES


def is_participle(word: str) -> bool:
    """True for what follows "was" or "has": "arrested", "taken", "growing"."""
    return word in _PARTICIPLES or re.fullmatch(r"[a-z]{2,}(?:ed|ing)", word) is not None


def to_past(verb: str) -> str:
    """The past of a verb in its plain form: "revoked" of "revoke"."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search("[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    short = len(re.findall("[aeiouy]+", verb)) == 1 and _CLUSTER.search(verb)
    return f"{verb}{verb[-1]}ed" if short or verb in _STRESSED_END else f"{verb}ed"


def to_present(verb: str) -> str:
    """The form behind "it" in the present: "revokes" of "revoke"."""
    if verb in ("have", "be"):
        return {"have": "has", "be": "is"}[verb]
    if re.search("(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search("[^aeiou]y$", verb) else f"{verb}s"
