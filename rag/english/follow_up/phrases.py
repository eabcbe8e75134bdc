"""What the conversation is about, as phrases to put into a question: a thing, a group, a person, a place, an event."""

from __future__ import annotations

import re

from rag.english.follow_up.context import Context
from rag.english.follow_up.given_names import Sex, guess_sex, looks_female
from rag.english.follow_up.mentions import Mention, is_nation, list_groups, list_mentions
from rag.english.follow_up.question_form import QuestionForm
from rag.english.follow_up.roles import is_role
from rag.english.follow_up.times import find_time, leave_out_times
from rag.english.names import find_names, is_title

_MOST_WORDS = 14
_PRONOUN = re.compile(
    r"(?:he|she|it|they|we|you|I|there|this|that|these|those|anyone|anybody|someone|people"
    r"|first|second|third|last|next)$",
    re.IGNORECASE,
)
_NUMBER = r"(?:Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Several|Some|Dozens of|Hundreds of)"
_SUBJECT_OF_ANSWER = re.compile(
    r"\b(?P<noun>(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|" + _NUMBER + r") (?:[\w’'-]+ ){0,4}?[\w’'-]+"
    r"(?: of (?:the )?[\w’'-]+(?: [\w’'-]+)?)?)(?: that| which)?"
    r" (?P<said>(?:was|were|is|are|has|have|had|will|would|[a-z]{3,}ed|fell|rose|sank|took|broke|began|left|won|lost"
    r"|led|struck|hit|made|found|said|came|went|shut|cut|set|ran|held)\b ?[^,;.]*)"
)
_PLAN = re.compile(
    r"\b(?:(?:promised|wants?|wanted|plans?|planned|agreed|offered|decided|vowed|hopes?|hoped|is|are|was|were|asked"
    r"|ordered|threatened|refused) to|would|will|wo[’']?n[’']?t) (?P<plan>(?!have\b|be\b)[a-z]+ [^.;,]+)"
)
_TAIL = re.compile(
    r"\b(?:in|at|on|near|off|of|from|above|outside) (?:the )?(?:[a-z][\w’'-]* ){0,3}"
    r"(?:[A-Z][\w.-]*[’']s? [a-z][\w’'-]*|[A-Z][\w’'.-]*(?: [A-Z][\w’'-]*)*)(?![\w’'-])"
)
_QUOTED = re.compile(r"[“”\"„«»]")
_SAID_THAT = re.compile(
    r"\b(?:said|says|added|argued|announced|claimed|warned|explained|told \w+|insisted|promised|denied|stated|wrote)"
    r"(?: (?:on|in|last) [A-Z]?\w+(?: \w+)?)?,? (?:that )?(?P<said>[^.;]+)"
)
_SAYS_BEHIND = re.compile(r", [^,]{2,50} (?:said|says|announced|added|reported)(?: on \w+)?$")
_NAMED_THING = re.compile(
    r"\b(the (?:[a-z-]+ ){1,3}(?:in|of|at|on|near|off|between) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)"
)
_SAID_BEFORE = re.compile(r"^(?P<said>[^.;]{15,}?),? (?:said|says|according to|added|argued) [A-Z\w]")


def has_name(phrase: str) -> bool:
    """True for words in which a name stands."""
    return bool(list_mentions(f"x {phrase}")) or any(is_nation(w) for w in phrase.split())


def find_person(context: Context, sex: Sex) -> str:
    """The person who "he" or "she" is, in the fullest form of the name; nothing where nobody fits.

    Where no name tells, a role that the question speaks of goes before a name that looks like one of the other sex.
    """
    now = {m.text.split()[-1] for m in (*context.asked, *context.said)}
    fitting = [m for m in context.mentions if _may_be_person(m) and _read_sex(m) in ("", sex)]
    recent = [m for m in fitting if m.text.split()[-1] in now]
    # Most persons in the news whose names tell no sex are men.
    for among in (recent, fitting) if sex == "he" else (fitting,):
        sure = [m.text for m in among if m.kind == "person" and m.sex == sex]
        persons = [m for m in among if m.kind == "person"]
        role = [context.role] if context.role else []
        others = [m.text for m in (among if sex == "he" and not persons else persons)]
        fitting_names = [m.text for m in persons if looks_female(m.text.split()[0]) == (sex == "she")]
        if sex == "he":
            found = [*sure, *fitting_names, *role, *others]
        else:
            found = [*sure, *([] if context.asks_who else fitting_names), *others, *role]
        if found:
            return found[0]
    return ""


def _read_sex(mention: Mention) -> Sex:
    return mention.sex or guess_sex(mention.text.split()[0])


def _may_be_person(mention: Mention) -> bool:
    """A place may be one that has a person's name: Jordan, Chad, Georgia."""
    return mention.kind in ("person", "name") or (mention.kind == "place" and bool(guess_sex(mention.text)))


def find_place(context: Context) -> str:
    """The place that "there" is, without the preposition; nothing where none is named."""
    places = [m.text for m in context.mentions if m.kind == "place"]
    if places:
        return _with_article(places[0])
    found = re.search(r"\b(?:in|at|on|near) (the [\w’' -]+?)(?= (?:in|on|at|after|before)\b|[?.,]|$)", context.question)
    return found[1] if found else ""


def find_group(context: Context, *, acts: bool = True) -> str:
    """Who or what "they" are: a group, else a body or a country, else the persons; `acts` says that they do things."""
    form = context.form
    if form and form.noun and not form.subject and not is_plural(form.noun):
        chosen = next((m.text for m in context.said if m.kind in ("body", "name")), "") if acts else ""
        return chosen or next(iter(list_groups(context.answer)), "") or f"the {form.noun}"
    subject, object_ = form.phrases() if form else ("", "")
    for phrase in (subject, object_):
        if phrase and is_plural(phrase) and not _PRONOUN.match(phrase):
            return phrase if re.match("(?:the|[A-Z])", phrase) else f"the {phrase}"
    if form and not subject and (answered := _read_statement(context, many=True)):
        return answered
    asked, said = list_groups(context.question), list_groups(context.answer)
    first = [*said, *asked] if context.asks_who else [*asked, *said]
    bodies = [m.text for m in context.asked if m.kind in ("body", "place") and m.text in subject]
    if subject and not asked and has_name(subject) and _is_thing(subject, context):
        return subject if len(subject.split()) > 1 else _with_article(subject)
    persons = [m.text for m in (*context.asked, *context.said) if m.kind == "person"]
    if bodies and not asked:
        return _with_article(bodies[0])
    if first:
        return first[0]
    others = [m.text for m in context.mentions if m.kind == "body"] or [
        m.text for m in context.mentions if m.kind == "place"
    ]
    if len(persons) > 1 and not others:
        return " and ".join(persons[:2])
    if subject and _is_thing(subject, context):
        return subject
    return _with_article((others or persons or [""])[0])


def find_thing(context: Context, *, agent: bool = False) -> str:
    """What "it" is, with enough around the noun to know which; with `agent`, one that can say and do things."""
    form = context.form
    subject, object_ = form.phrases() if form else ("", "")
    if agent:
        actor = next((m.text for m in context.mentions if m.kind in ("body", "place", "name")), "")
        if actor and (not subject or actor in subject or not _is_thing(subject, context)):
            return subject if actor in subject and not is_plural(subject) else _with_article(actor)
    if form and form.noun and (chosen := _read_chosen(form)):
        return chosen
    found = _read_statement(context)
    candidates = [_enrich_object(context, object_), _enrich_subject(context, subject)]
    if agent:
        candidates.reverse()
    asks_what = bool(re.match("what|which|who", context.question, re.IGNORECASE))
    if asks_what and not (subject or (object_ and not _is_name(object_))):
        candidates.insert(0, found)
    else:
        candidates.append(found)
    if named := _NAMED_THING.search(context.question):
        candidates.insert(len(candidates) - (candidates[-1] == found), named[1])
    for phrase in candidates:
        if phrase:
            return phrase if has_name(phrase) else _name_by_answer(phrase, context) or phrase
    return _with_article(next((m.text for m in context.mentions if m.kind != "person"), "")) if form else ""


def _name_by_answer(phrase: str, context: Context) -> str:
    """The thing with its name, where the answer has that: "the summit of the African Union"."""
    head = re.split(r" (?:that|of|in|on|at|for)\b", phrase)[0].split()[-1]
    name = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"
    named = rf"\b[Tt]he (?:[a-z]+ )?{re.escape(head)} (?:of|in|at|on|between|with) (?:the )?{name}"
    match = re.search(named, context.answer)
    return f"the{match[0][3:]}" if match else ""


def _read_chosen(form: QuestionForm) -> str:
    """Which one was asked for: "the film that won on Jeju", "the deal that Niger revoked"."""
    if not form.word.lower().startswith(("which", "what ")) or not form.predicate or is_plural(form.noun):
        return ""
    if not form.subject:
        return f"the {form.noun} that {f'{form.aux.lower()} ' if form.aux else ''}{form.predicate}"
    return f"the {form.noun} that {form.subject} {form.verb_phrase().replace(f' {form.noun}', '', 1)}"


def _is_thing(phrase: str, context: Context) -> bool:
    persons = [m for m in context.mentions if m.kind == "person"]
    return bool(phrase) and not _PRONOUN.match(phrase) and not any(_is_person(phrase, m.text) for m in persons)


def _is_person(phrase: str, name: str) -> bool:
    """True where the phrase is of that person, and not of what has the name: "the asteroid Tamaki"."""
    last = name.split()[-1]
    if not phrase.endswith(last):
        return False
    before = phrase.removesuffix(name if phrase.endswith(name) else last).split()
    return not before or before[-1].lower() == "the" or not before[-1].islower() or is_role(before[-1])


def _is_name(phrase: str) -> bool:
    return phrase[:1].isupper() and len(list_mentions(f"x {phrase}")) == 1


def _enrich_object(context: Context, phrase: str) -> str:
    """The object of the last question: "the deal that Niger revoked" where the noun alone would not tell which."""
    form = context.form
    if form is None or not _is_thing(phrase, context):
        return ""
    if has_name(phrase):
        return phrase
    said = form.verb_phrase() if form.aux and form.subject else form.predicate
    doer = form.subject
    if not doer and context.asks_who:
        doer = next((m.text for m in context.said if m.kind != "place"), "")
    verb = said.partition(phrase)[0].strip()
    if not doer or _PRONOUN.match(doer) or not verb or len(verb.split()) > 3:
        return _near_names(context, phrase)
    return f"{phrase} that {doer} {verb}"


def _enrich_subject(context: Context, phrase: str) -> str:
    form = context.form
    if form is None or not _is_thing(phrase, context):
        return ""
    if has_name(phrase) or not form.predicate:
        return phrase
    said = form.verb_phrase()
    return f"{phrase} that {said}" if len(said.split()) <= _MOST_WORDS and form.aux else _near_names(context, phrase)


def _near_names(context: Context, phrase: str) -> str:
    """The phrase with the place that the last question names, where it names one."""
    place = next((m.text for m in context.asked if m.kind == "place"), "")
    return f"{phrase} in {_with_article(place)}" if place and phrase else phrase


def _read_statement(context: Context, *, many: bool = False) -> str:
    """Of what, or with `many` of whom, the answer says something: "the ferry that sank off Kalmar"."""
    for match in _SUBJECT_OF_ANSWER.finditer(leave_out_times(context.statement)):
        noun = re.sub(rf"^(?:[Tt]he|[Aa]n?|Some|{_NUMBER}) ", "the ", match["noun"])
        if is_plural(noun) != many or re.match("(?:Its|Their) ", noun):
            continue
        said = " ".join(match["said"].split()[:_MOST_WORDS])
        form = context.form
        if form and form.word.lower() == "what" and form.aux and form.predicate and not form.subject:
            said = f"{'were' if many and form.aux == 'was' else form.aux} {form.predicate}"  # as it was asked
        known = any(mention.text in noun for mention in context.asked) or (has_name(noun) and not context.asked)
        return noun if known else f"{noun} that {said}"
    return ""


def find_event(context: Context) -> str:
    """What happened, as a clause: of the last question, else of its answer; nothing where neither says."""
    form = context.form
    if form and form.aux and (clause := form.clause()) and not _PRONOUN.match(form.subject):
        return clause
    if form and form.noun and not form.subject and form.predicate:
        said = f"{form.aux.lower()} {form.predicate}".strip()
        one = form.word.lower().startswith(("which", "what")) and not is_plural(form.noun)
        known = next((m.text for m in context.said if m.kind != "place"), f"the {form.noun}") if one else form.noun
        return f"{known} {said}"
    if form and form.predicate and not form.subject and context.asks_who:
        doer = next((m.text for m in context.said if m.kind in ("person", "body", "name")), "")
        if doer:
            return " ".join(filter(None, (doer, form.aux.lower(), form.predicate)))
    return _read_sentence(context)


def _read_sentence(context: Context) -> str:
    """The answer's first sentence as a clause without its times."""
    bare = leave_out_times(_QUOTED.sub("", context.statement))
    sentence = _SAYS_BEHIND.sub("", bare.rstrip(" .!?"))
    words = re.split(r"[;—]|, (?:which|where|and|but)\b", sentence)[0].split()
    clause = " ".join(words[: _MOST_WORDS + 2]).strip(" ,:")
    return lower_first(re.sub(r"(?: (?:in|on|at|of|the|a|an|to|and|with|for|by|from|that|early|its))+$", "", clause))


def find_statement(context: Context) -> str:
    """What the answer states, as a clause without who says it; nothing where there is no answer."""
    sentence = _SAYS_BEHIND.sub("", _QUOTED.sub("", context.statement).rstrip(" .!?"))
    for pattern in (_SAID_THAT, _SAID_BEFORE):
        match = pattern.search(sentence)
        if match and len(match["said"].split()) > 2:
            sentence = match["said"]
            break
    words = re.split(r"[;—]|, (?:which|who|where|when|and|but)\b", sentence)[0].split()
    clause = " ".join(words[: 2 * _MOST_WORDS]).strip(" ,:")
    return lower_first(clause)


def find_plan(context: Context) -> str:
    """What the answer says that somebody would do, as a verb in its plain form and what belongs to it."""
    match = _PLAN.search(_QUOTED.sub("", context.statement))
    return match["plan"].strip() if match else ""


def find_tail(question: str) -> str:
    """The last phrase of place in a question, or of what something belongs to: "in Kumasi’s market"."""
    found = [match[0] for match in _TAIL.finditer(question) if not find_time(match[0])]
    return found[-1] if found else ""


def find_then(context: Context) -> str:
    """The phrase of time that "then" is: of the last question, else of the answer; nothing where neither has one."""
    for text in (context.question, context.statement):
        if match := find_time(text):
            return match[0]
    return ""


def lower_first(text: str) -> str:
    """The text as it stands within a sentence: names, titles and initials keep their capital."""
    first = text.split(" ")[0] if text else ""
    if not first[:1].isupper() or (first.isupper() and len(first) > 1) or is_title(first) or is_nation(first):
        return text
    named = any(name.startswith(first.rstrip(".,’'s")) for name in find_names(text))
    return text if named else text[0].lower() + text[1:]


def is_plural(phrase: str) -> bool:
    """True for a phrase whose noun is of several."""
    head = re.split(r" (?:of|in|on|at|for|between|with|from|that|who|to)\b", phrase)[0].split()
    counted = len(head) > 1 and head[0][0].islower()  # a capital alone opens a name: Paris, the Philippines
    return bool(head) and bool(
        re.fullmatch("[a-z]{2,}[^su\\W\\d]s|people|children|men|women|police|troops", head[-1])
        or (counted and re.fullmatch("[A-Z][a-z]{2,}[^su\\W\\d]s", head[-1]))
    )


def _with_article(name: str) -> str:
    """As "the United States", "the Netherlands", "the Ministry of Health"."""
    if not name or name.lower().startswith("the "):
        return name
    needs = re.match(
        r"(?:United|Netherlands|Philippines|Bahamas|Gambia|Maldives|Sahel|European Union|Kremlin|Pentagon|White House"
        r"|(?:\w+ )*(?:Ministry|Department|Republic|Union|Council|Court|Parliament|Senate|Commission|Committee"
        r"|Government|Agency|Party|Islands|Emirates|Association|Authority))\b",
        name,
    )
    return f"the {name}" if needs else name
