"""Words for people and bodies without a name: "the minister", "officials", "the company"."""

from __future__ import annotations

import re

from rag.english.names import is_title
from rag.english.speech.mentions import is_role_word

SEX_OF_WORD = {
    **dict.fromkeys(("mr", "sir", "lord", "king", "prince", "duke", "count", "baron", "father", "brother"), "he"),
    **dict.fromkeys(("husband", "widower", "son", "boy", "grandfather", "pope", "imam", "monk", "uncle"), "he"),
    **dict.fromkeys(("mrs", "ms", "miss", "lady", "queen", "princess", "duchess", "baroness", "dame", "sister"), "she"),
    **dict.fromkeys(("actress", "mother", "wife", "widow", "daughter", "girl", "grandmother", "aunt"), "she"),
}
BODY_NOUNS = frozenset(
    "company firm carmaker automaker airline bank group agency union club party organisation organization charity"
    " university college retailer operator regulator watchdog broadcaster newspaper network manufacturer maker startup"
    " chain ministry department government army military court jury panel inquiry tribunal council committee"
    " commission institute federation league association board team office authority museum foundation hospital school"
    " service publisher studio developer supplier producer giant airport police force body embassy parliament junta"
    " bloc alliance utility brewer lender insurer supermarket campaign outlet station nonprofit society trust fund"
    " think-tank streamer platform media press centre center laboratory lab observatory clinic chamber cabinet"
    " secretariat".split()
)
# Of these the article calls by name what it means; others ("the hospital") mean nobody named without that word.
COMPANY_NOUNS = frozenset(
    "company firm carmaker automaker airline retailer manufacturer maker startup chain giant publisher developer lender"
    " brewer insurer supermarket broadcaster club charity nonprofit bank operator streamer platform group organisation"
    " organization union agency newspaper studio supplier utility".split()
)
PAPERS = frozenset(
    "statement report study letter document tweet post message notice memo email note complaint suit lawsuit filing"
    " declaration indictment site website page ruling order charter caption resolution petition release".split()
)
_OFFICES = frozenset(
    "chief head lawyer attorney prosecutor defender commissioner coroner sheriff manager owner editor publisher chair"
    " investigator inspector ambassador commander organiser organizer source witness author administrator"
    " regulator treasurer leader landlord employer insurer employee resident reporter interviewer chairman chairwoman"
    " spokesperson spokesman spokeswoman president director secretary consultant participant respondent".split()
)
_PLURALS = frozenset("police people officials staff".split())
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "-old", "man", "woman")
_PERSONS = frozenset(
    "seamstress waitress hostess stewardess heiress"
    " shepherd person youth bystander passer-by lifeguard bodyguard cop bride groom shopkeeper guard clerk cook"
    " neighbour neighbor mum mom dad twin toddler teen kid adult refugee trainee retiree trustee referee evacuee"
    " detainee nominee attendee mechanic critic medic cyclist magistrate apprentice novice heir student president"
    " resident agent patient client superintendent correspondent opponent respondent parent dissident adolescent"
    " accountant assistant applicant attendant consultant defendant immigrant inhabitant lieutenant merchant migrant"
    " participant sergeant servant tenant claimant diplomat candidate graduate delegate chef nurse coach guide thief"
    " witness host guest pilot expert spouse colleague relative native star captain victim friend survivor politician"
    " monk nun priest imam rabbi boss aide ally rebel hero genius poet athlete veteran juror cleric".split()
)
_NO_PERSONS = frozenset(
    "her for or nor over under after other another whether either neither rather never ever "
    "banner poster newsletter letter paper newspaper computer river order matter power number winter tower bunker"
    " water weather sticker filter server center disaster chapter quarter theater register offer answer error factor"
    " sector door floor color labor mirror monitor motor tractor reactor corridor harbor list twist summer december"
    " november october september folder printer cover corner border trailer helicopter flyer cancer gender fever"
    " dinner supper super monster cluster crater meter chamber timber rubber silver layer buffer header mixer scooter"
    " cooker toaster freezer heater charger burner boiler blender locker drawer pier tanker trawler freighter steamer"
    " carrier ladder shutter counter digger bulldozer tiller roller transformer generator radiator elevator escalator"
    " calculator simulator indicator detector projector connector conveyor excavator incubator refrigerator ventilator"
    " accelerator collector processor sensor rotor terror horror honor humor rumor flavor harbour vapor tremor meteor"
    " anchor parlor decor armor labour odor vector equator thermometer barometer speedometer kilometer hanger hopper"
    " pepper wrapper copper slipper zipper stapler lawnmower mower shower flower powder shoulder finger liver bladder"
    " feather leather gutter butter litter glitter heather otter badger beaver hamster tiger panther oyster lobster"
    " spider adder viper plover woodpecker oystercatcher kingfisher grasshopper caterpillar glacier barrier frontier"
    " decider opener thriller blockbuster encounter adventure disorder murder slaughter laughter takeover layover"
    " hangover rollover handover turnover makeover changeover pullover sweater jumper blazer sneaker trouser pacifier"
    " wrist checklist shortlist playlist waitlist mist fist twister container canister sprinkler propeller chandelier"
    " cylinder blister plaster semester trimester however".split()
)
_HEAD_ENDS = re.compile(r" (?:of|for|at|from|in|with|to|on|by|behind|who|that|which|and|near|against)\b|,")
_ARTICLE = re.compile(r"^(?:The|A|An|One|Another|Some|Several|Many|Most|His|Her|Their|Its|This|That)\b")


def lower_article(words: str) -> str:
    """The words as they stand within a sentence: "the minister"."""
    return _ARTICLE.sub(lambda match: match[0].lower(), words)


def split_head(words: str) -> list[str]:
    """The words up to the noun that says what is meant: "The minister" of "The minister of defence"."""
    return _HEAD_ENDS.split(words, maxsplit=1)[0].split()


def read_noun(words: str) -> str:
    """That noun, in small letters; empty where there is none."""
    head = split_head(words)
    return head[-1].lower().strip("’'") if head else ""


def read_sex_of_word(word: str) -> str:
    """ "she" or "he" for a title or noun that tells: "spokeswoman", "Mr"; else nothing."""
    known = SEX_OF_WORD.get(word, "")
    return known or ("she" if word.endswith("woman") else "he" if word.endswith("man") else "")


def is_office(noun: str) -> bool:
    """True for what somebody is whom nobody need have named before: "the mayor", "the prosecutor"."""
    return is_title(noun) or noun in _OFFICES


def is_person_noun(noun: str) -> bool:
    """True for a noun that rather means a person: "minister", "economist", "35-year-old"."""
    ends_so = noun.endswith(_PERSON_ENDINGS) and noun not in _NO_PERSONS
    return ends_so or is_role_word(noun) or noun in _PERSONS or bool(read_sex_of_word(noun))


def fits_pronoun(words: str, pronoun: str) -> bool:
    """True where such words may be meant: "a farmer" by "he", "officials" by "they", "the company" by "it"."""
    noun = read_noun(words)
    is_body = noun in BODY_NOUNS
    several = noun in _PLURALS or noun.endswith(("men", "people")) or (noun.endswith("s") and not noun.endswith("ss"))
    if pronoun == "they":
        return several or is_body or " and " in words
    if pronoun == "it":
        return is_body or noun in PAPERS
    if not noun or several or is_body or noun in PAPERS or " and " in words:
        return False
    return is_person_noun(noun) and read_sex_of_word(noun) in ("", pronoun)
