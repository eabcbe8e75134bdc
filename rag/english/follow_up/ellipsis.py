"""Questions that leave out what the one before has: "why?", "and in 2023?", "the French?", "who else?"."""

from __future__ import annotations

import re

from index import content_words
from rag.english.follow_up.context import Context
from rag.english.follow_up.leaning import add_topic
from rag.english.follow_up.mentions import Mention, is_nation, list_mentions
from rag.english.follow_up.phrases import (
    find_event,
    find_group,
    find_statement,
    find_thing,
    has_name,
    is_plural,
)
from rag.english.follow_up.pronouns import replace_pronouns
from rag.english.follow_up.question_form import QuestionForm, is_past
from rag.english.follow_up.times import find_time
from rag.english.follow_up.verbs import is_verb

CONNECTOR = re.compile(
    r"^(?:(?:and|but|so|or|okay|ok|well|now|also|yes|no|hm+|right|thanks|thank you|please|actually|then)\b[ ,.!:–-]+)+",
    re.IGNORECASE,
)
_WORD = r"(?:who|whom|whose|when|where|why|how|what|which)"
_BARE = re.compile(
    rf"(?P<word>(?:(?:in|on|at|by|for|to|from|with|since|until|of|under|about|against) )?{_WORD}"
    r"(?: (?!else\b|about\b|of (?:them|these|those)\b)[\w’'-]+){0,3})",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:can you |could you |please )*"
    r"(?:(?:tell|give|show) (?:me|us)(?: (?:some |any )?more(?: details?| information)?)?|more(?: details?| please)?"
    r"|(?:is there )?any(?: more)? (?:news|updates?|word|information)"
    r"|go on|continue|elaborate|explain(?: more| further)?|any (?:more )?details?|say more|what more)"
    r"(?: (?:about|on|of) (?P<topic>.+))?(?: please)?",
    re.IGNORECASE,
)
_TRUE = re.compile(
    r"(?:is|was) (?:that|this|it) (?:really |actually )?(?:true|right|correct|so|confirmed|certain|the case)"
    r"|really|are you sure|true|(?:is there )?any (?:proof|evidence)(?: of that| for that)?",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"(?P<word>who|what|where|when|which|any(?:one|body|thing)|some(?:one|body|thing)) else", re.IGNORECASE
)
_AROUND = re.compile(
    r"(?:what (?:happened|came|about) )?(?P<word>before|after|since|until)(?: (?:that|this|then))?"
    r"|(?:what )?(?:happened )?(?:next|then|afterwards|later|after that)",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"(?P<word>how (?:many|much)|which|most|all|any|some|none)(?: of)? (?P<who>them|these|those|it|that)"
    r"(?P<rest> [^?]+)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:(?:and |but )?(?:what|how) about|and(?: also)?|but|or|what of|same for|the same for|as for) (?P<what>.+)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"(?P<word>in|on|at|near|about|for|from|to|with|by|against|of|under|over|around|into|between) (?P<what>.+)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:who|what|when|where|why|which|how|whose|whom)\b"
    r"|\b(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|said|happened|should)\b",
    re.IGNORECASE,
)
_WHERE = ("in", "at", "on", "near", "off")
_BEFORE_WHOM = re.compile(r"(?P<word>before|after) (?P<whom>him|her|them|it|[A-Z][\w’' -]+)", re.IGNORECASE)
_FILLERS = re.compile(r"else|exactly|not|though|then|was that|is that|precisely", re.IGNORECASE)
_LONGEST_FRAGMENT = 8  # words


def complete_question(question: str, context: Context) -> str:
    """A fragment as a whole question, by what the last question asked; nothing for what is no fragment."""
    led = CONNECTOR.match(question) is not None
    asked = CONNECTOR.sub("", " ".join(question.split())).strip(" ?.!…")
    whole = " ".join(question.split()).strip(" ?.!…")
    form = context.form
    if not asked or re.fullmatch("and|so|but|then|and then|so what|what then", whole, re.IGNORECASE):
        return _ask_next(context)
    if _TRUE.fullmatch(asked):
        statement, thing = find_statement(context), find_thing(context)
        about = f" in the case of {thing}" if not has_name(statement) and has_name(thing) else ""
        return f"Is it true that {statement}{about}?" if statement else ""
    if match := _MORE.fullmatch(asked):
        return _ask_more(match["topic"], context)
    if match := _ELSE.fullmatch(asked):
        return _ask_else(match["word"].lower(), context)
    if match := _AROUND.fullmatch(asked):
        return _ask_around(match["word"], context)
    if match := _OF_THEM.fullmatch(asked):
        return _ask_of_them(match["word"], match["who"], match["rest"] or "", context)
    if (match := _BARE.fullmatch(asked)) and not _has_verb(match["word"]):
        return _ask_bare(match["word"], context)
    if match := _BEFORE_WHOM.fullmatch(asked):
        return _ask_before_whom(match["word"], match["whom"], context)
    match = _ABOUT.fullmatch(whole)
    what = match["what"].strip() if match else asked if _is_fragment(asked) else ""
    if not what or form is None or len(what.split()) > _LONGEST_FRAGMENT or _ASKS.search(what):
        return ""
    return _put_in(what, context) if (match or led or _is_fragment(asked)) else ""


def _has_verb(words: str) -> bool:
    first, *others = words.split()
    if re.fullmatch("who|whom", first, re.IGNORECASE) and others and not _FILLERS.fullmatch(others[0]):
        return True
    if any(w.endswith("s") and (is_verb(w[:-1]) or is_verb(w[:-2])) for w in others[:-1]):
        return True
    others = [w for w in others if not re.fullmatch(_WORD, w, re.IGNORECASE)]
    return any(_ASKS.search(w) or is_past(w) or is_verb(w) or re.fullmatch("[a-z]{3,}ed", w) for w in others)


def _ask_before_whom(word: str, whom: str, context: Context) -> str:
    """ "And before him?" of a question who did or was something."""
    form = context.form
    known = replace_pronouns(f"Who is {whom}?", context).removeprefix("Who is ").rstrip("?")
    if form is None or form.word.lower() not in ("who", "what", "which") or find_time(f"{word} {whom}"):
        return ""
    if not form.aux:
        return f"Who {form.predicate} {word} {known}?"
    held = " ".join(filter(None, (form.subject, form.predicate)))
    return f"Who was {held} {word} {known}?"


def _is_fragment(asked: str) -> bool:
    """True for "in Kenya", "the French", "Berlin": a phrase without a verb and a question word."""
    if _ASKS.search(asked) or len(asked.split()) > 4:
        return False
    named = list_mentions(f"x {asked}")
    return (
        bool(_PREPOSITION.fullmatch(asked)) or asked.startswith("the ") or (bool(named) and named[0].text in asked[:60])
    )


def _ask_next(context: Context) -> str:
    event = find_event(context)
    return f"What happened after {event}?" if event else ""


def _ask_more(topic: str | None, context: Context) -> str:
    if topic and not re.fullmatch("it|that|this|them|him|her|these|those|the (?:topic|story|subject)", topic, re.I):
        known = set(content_words(f"{context.question} {context.answer}"))
        asked = f"What else is known about {topic}?"
        return add_topic(asked, context) if set(content_words(topic)) <= known else ""
    if topic and re.fullmatch("him|her|them|these|those", topic, re.IGNORECASE):
        return replace_pronouns(f"What else is known about {topic}?", context)
    form = context.form
    identity = form and re.fullmatch("who", form.word, re.I) and form.aux and form.subject and not form.predicate
    if form is None:
        return f"What else is known about {find_thing(context)}?" if find_thing(context) else ""
    if identity:
        return f"What else is known about {form.subject}?"
    return f"What else is known about {form.indirect()}?"


def _ask_else(word: str, context: Context) -> str:
    form = context.form
    if form is None:
        return ""
    word = {"anyone": "who", "anybody": "who", "someone": "who", "somebody": "who"}.get(word, word)
    word = "what" if word.endswith("thing") else word
    own = form.word.lower().split()[0] if form.word else ""
    known = next((m.text for m in context.said), "")
    besides = f" besides {known}" if known and known not in context.question else ""
    if own == word or (word == "who" and own in ("which", "whose", "whom")):
        rest = " ".join(filter(None, (form.aux.lower(), form.subject, form.predicate)))
        return f"{word.capitalize()} else {rest}{besides}?" if rest else ""
    if word == "who":
        if not form.predicate or not form.aux:
            return f"Who else {form.predicate}{besides}?" if form.predicate else ""
        return f"Who else {form.verb_phrase()}{f' besides {form.subject}' if form.subject else ''}?"
    if word in ("where", "when") and (asked := form.ask(f"{word.capitalize()} else")):
        return f"{asked}?"
    return f"What else is known about {form.indirect()}?"


def _ask_around(word: str | None, context: Context) -> str:
    """As "And before that?": the time before the last question's, or before what it asks about."""
    form, word = context.form, (word or "after").lower()
    when = find_time(context.question)
    if when and (day := re.search(r"(?:(?:19|20)\d\d|\d{1,2} [A-Z]\w+|[A-Z]\w+)\b.*", when[0])):
        question = context.question
        return f"{question[: when.start()]}{word} {day[0]}{question[when.end() :]}"
    if form and form.aux.lower() in ("is", "was") and form.word.lower() in ("who", "what", "which") and context.said:
        subject = " ".join(filter(None, (form.subject, form.predicate)))
        known = next((m.text for m in context.said if m.kind in ("person", "name")), "")
        if known and subject and known.split()[-1] not in subject:
            return f"Who was {subject} {word} {known}?"
    if form and not form.aux and form.word.lower() == "who" and context.said:
        return f"Who {form.predicate} {word} {context.said[0].text}?"
    event = find_event(context)
    return f"What happened {word} {event}?" if event else ""


def _ask_bare(word: str, context: Context) -> str:
    """ "Why?" of the last question, or of its answer where the question itself has nothing to ask it of."""
    form = context.form
    if form is None:
        return ""
    first, *others = re.sub(r"(?i)\b(?:come|exactly|not|though|then|was that|is that)$", "", word).split() or ["why"]
    if re.fullmatch("how", first, re.IGNORECASE) and re.search(r"\bcome$", word):
        first = "Why"
    rest = f" {' '.join(others)}" if re.fullmatch("why|when|where", first, re.IGNORECASE) and others else ""
    word = first.capitalize() if rest else " ".join([first, *others]).capitalize()
    if re.fullmatch("who|by whom|what|which one|how many|how much", word, re.IGNORECASE):
        return _ask_for_one(word, form, context)
    event = find_event(context)
    if event and re.match("(?:how many|how much|which|what) .", word, re.IGNORECASE):
        return f"{word} {'was' if word.startswith('How much') else 'were'} involved when {event}?"
    if asked := form.ask(word):
        return f"{asked}{rest}?"
    return f"{word} {'is' if word == 'Why' else 'was'} it{rest} that {event}?" if event else ""


def _ask_for_one(word: str, form: QuestionForm, context: Context) -> str:
    if word.lower() in ("who", "by whom") and form.predicate and form.aux.lower() in ("did", "do", "does"):
        return f"Who {form.verb_phrase()}?"
    if word.lower() == "by whom" and (asked := form.ask("By whom")):
        return f"{asked}?"
    if word.lower().startswith("how"):
        return _ask_of_them(word, "them", "", context)
    event = find_event(context)
    return f"{word} was it when {event}?" if event else ""


def _ask_of_them(word: str, who: str, rest: str, context: Context) -> str:
    """As "How many of them?" as "How many of the soldiers left Niger?"."""
    form = context.form
    many = who.lower() in ("them", "these", "those")
    if who.lower() != "them" and re.match(" [a-z]+[^s]s ", rest):
        return ""  # "which of these films won"
    who = find_group(context) if many else find_thing(context)
    if not who or (many and not is_plural(who)):
        return ""
    if rest.strip():
        return f"{word.capitalize()} of {who} {rest.strip()}?"
    if form and form.aux and form.subject and form.predicate and _bare_noun(form.subject) == _bare_noun(who):
        return f"{word.capitalize()} of {who} {form.verb_phrase()}?"
    if form and form.predicate and not form.aux and form.word.lower().startswith(("which", "what ", "how many")):
        return f"{word.capitalize()} of {who} {form.predicate}?"
    place = next((m.text for m in context.asked if m.kind == "place" and m.text not in who), "")
    return f"{word.capitalize()} of {who} are there{f' in {place}' if place else ''}?"


def _bare_noun(phrase: str) -> str:
    return phrase.lower().removeprefix("the ").split(" of ")[0]


def _put_in(what: str, context: Context) -> str:
    """The last question with `what` in the place of what it names of the same kind."""
    question = context.question.rstrip(" ?")
    if person := _find_answered(what, context):
        return _ask_about(person, context)
    if re.fullmatch(r"he|she|it|they|him|her|them|that|this|we|you|i", what, re.IGNORECASE):
        return ""
    if match := _PREPOSITION.fullmatch(what):
        return f"{_replace_behind(question, match['word'], match['what'], context)}?"
    if (slot := _find_slot(what, context)) and slot in question:
        at = question.find(slot)
        if re.match(" [a-z]", question[at + len(slot) :]) and is_nation(slot):  # "French soldiers", not "the French"
            what = re.sub("(?<=an)s$", "", what.removeprefix("the "))
        return f"{question[:at]}{what}{question[at + len(slot) :]}?"
    form = context.form
    subject = form.phrases()[0] if form else ""
    if has_name(what) and not is_nation(what.split()[-1]) and (names := list_mentions(f"x {question}")):
        return f"{question.replace(names[0].text, what, 1)}?"
    held = re.fullmatch(r"the [a-z ’'-]+?( (?:of|in|at) .*[A-Z].*)", subject)
    if held and form and form.word.lower() == "who" and what.startswith("the ") and not has_name(what):
        return f"{question.replace(subject, what + held[1], 1)}?"
    if form and form.predicate and _is_many(what) and subject:
        what = what.removeprefix("the ") if subject == form.noun else what
        return f"{question.replace(subject, what, 1)}?"
    if re.match("(?:the|their|his|her|its) ", what) and not re.search(" of ", what):
        return _ask_about(what, context)
    return _ask_about(what, context) if not has_name(what) else ""


def _find_answered(what: str, context: Context) -> str:
    """The person whom the last answer named, of whom `what` is the name; nobody where the question asks of one."""
    if any(m.kind == "person" for m in context.asked):
        return ""
    last = what.split()[-1]
    return next((m.text for m in context.said if m.kind == "person" and last == m.text.split()[-1]), "")


def _ask_about(what: str, context: Context) -> str:
    if re.match("(?:his|her) ", what) and has_name(owned := replace_pronouns(what, context)):
        what = owned
    what = re.sub("^(?:their|his|her|its) ", "the ", what)
    if context.topic:
        return f"What is known about {what} {context.topic}?"
    thing = find_thing(context)
    if thing and re.search(rf"\b{re.escape(what.removeprefix('the '))}\b", thing):
        return f"What is known about {thing}?"
    return f"What is known about {what} in the case of {thing}?" if thing else ""


def _replace_behind(question: str, word: str, what: str, context: Context) -> str:
    """The question with `what` behind the preposition that it has, or else at its end."""
    if what[:1].isupper() or what.startswith("the "):
        named = rf"\b{word} (?:(?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*|the [a-z]+(?: [A-Z]\w+)?)"
        places = [match for match in re.finditer(named, question) if not find_time(match[0])]
        if not places and word in _WHERE:
            named = named.replace(rf"\b{word} ", rf"\b(?:{'|'.join(_WHERE)}) ", 1)
            places = [match for match in re.finditer(named, question) if not find_time(match[0])]
        if places:
            last = places[-1]
            return f"{question[: last.start()]}{word} {what}{question[last.end() :]}"
        slot = _find_slot(what, context)
        if slot and re.search(rf"\b(?:to|from|into|of|near|at|leave|left|enter|visit) {re.escape(slot)}", question):
            return question.replace(slot, what, 1)
    return f"{question} {word} {what}"


def _find_slot(what: str, context: Context) -> str:
    """The name in the last question that `what` takes the place of: one of its own kind."""
    question = context.question
    last = what.split()[-1]
    if is_nation(last) or (re.match("the [A-Z]", what) and is_nation(last)):
        people = (match[0] for match in re.finditer(r"(?:the )?[A-Z][\w-]+", question))
        if found := next((words for words in people if is_nation(words.split()[-1])), ""):
            return found
        places = [m.text for m in context.asked if m.kind == "place"]
        return next((f"the {p}" if f"the {p}" in question else p for p in places), "")
    kinds = list_mentions(f"x {what}")
    kind = kinds[0].kind if kinds else ""
    same = [m for m in context.asked if m.kind == kind] if kind else []
    if kind in ("name", "person", "body") and not same:
        same = [m for m in context.asked if m.kind in ("name", "person", "body")]
    return _with_the(same[0], question, what) if same else ""


def _with_the(mention: Mention, question: str, what: str) -> str:
    """The name, with the article in front of it where that would not fit the new one."""
    whole = f"the {mention.text}"
    return whole if whole in question and not what.startswith(("its ", "their ")) else mention.text


def _is_many(what: str) -> bool:
    return bool(re.search(r"(?:[a-z]{2,}s|people|children|women|men|police)$", what)) and not what.startswith("its ")
