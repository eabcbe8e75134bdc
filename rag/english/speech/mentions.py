"""Where an article names people and bodies: each name with the titles in front of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.english.names import is_country, is_opener, is_title
from rag.english.speech.first_names import read_sex

_UPPER = "".join(chr(n) for n in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if chr(n).isupper())
_SHORT = (
    r"(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Rep|Sen|Gov|Prof|Rev|St|Jr|Sr|Hon|Supt|Insp|Brig|Cmdr|Sec|Msgr)\."
)
_INITIALS = rf"(?:[{_UPPER}]\.)+(?![{_UPPER}]?[a-z])"
# What people are called in front of a name where it opens a sentence: these may be last names too.
_CALLINGS = frozenset(
    "magistrate qualifier seller buyer customer shopper passenger commuter resident tenant neighbour neighbor witness"
    " volunteer organiser organizer engineer mechanic pilot driver trucker plumber electrician builder carpenter baker"
    " butcher barber hairdresser tailor shopkeeper publican landlord landlady waiter waitress barman bartender cook"
    " gardener beekeeper shepherd rancher fisher diver climber hiker cyclist runner swimmer rower sailor skipper"
    " captain striker winger fullback sprinter boxer golfer jockey champion winner veteran pensioner retiree survivor"
    " teenager schoolgirl schoolboy mother father grandmother grandfather widow widower twin lecturer tutor librarian"
    " curator conservator architect designer sculptor painter violinist cellist conductor soprano tenor dancer"
    " playwright director producer developer programmer entrepreneur investor banker broker trader accountant auditor"
    " adviser advisor aide lobbyist barrister solicitor counsel paramedic firefighter fireman midwife surgeon"
    " physician dentist vet veterinarian psychologist psychiatrist pharmacist chemist astronomer meteorologist"
    " climatologist seismologist volcanologist archaeologist anthropologist sociologist linguist mathematician"
    " statistician philosopher zoologist botanist entomologist ornithologist oceanographer glaciologist paleontologist"
    " palaeontologist geneticist neuroscientist immunologist hydrologist forester ranger warden lifeguard guide"
    " translator interpreter publisher blogger vlogger influencer youtuber gamer streamer comic magician welder miner"
    " docker stevedore postman postwoman courier farmhand vintner winemaker brewer distiller chairperson councilor"
    " alderman headmistress headmaster promoter td mla local retired fellow senior acting young breeder keeper"
    " landowner homeowner householder onlooker campaigner beautician".split()
)
# Somebody from there, beside the peoples of countries that `is_country` knows.
_NATIVES = frozenset(
    "kenyan ghanaian nigerian ugandan tanzanian ethiopian eritrean somali sudanese moroccan algerian tunisian libyan"
    " lebanese syrian jordanian saudi emirati qatari kuwaiti yemeni omani afghan bangladeshi nepali nepalese burmese"
    " thai vietnamese cambodian laotian malaysian indonesian filipino filipina singaporean taiwanese mongolian kazakh"
    " uzbek kyrgyz tajik georgian armenian azerbaijani estonian latvian lithuanian belarusian moldovan romanian"
    " bulgarian serb serbian croat croatian bosnian slovene slovenian slovak czech hungarian austrian dane norwegian"
    " finn icelander dutchman dutchwoman frenchwoman irishman irishwoman englishman englishwoman scot welshman"
    " welshwoman belgian portuguese greek cypriot maltese albanian macedonian kosovar montenegrin brazilian argentine"
    " argentinian chilean peruvian colombian venezuelan ecuadorian bolivian paraguayan uruguayan panamanian guatemalan"
    " honduran nicaraguan salvadoran cuban haitian dominican jamaican trinidadian bahamian barbadian guyanese"
    " zimbabwean zambian malawian mozambican angolan namibian congolese rwandan burundian cameroonian ivorian"
    " senegalese gambian togolese beninese gabonese zealander samoan tongan fijian londoner berliner parisian"
    " mancunian liverpudlian glaswegian texan californian sicilian venetian neapolitan catalan basque breton"
    " bavarian".split()
)
_BODIES = frozenset(
    "ministry department bank university college council party group inc corp corporation agency association union"
    " committee court police office commission institute company airlines airways fc army navy government house"
    " senate congress kremlin pentagon ltd plc llc foundation federation league club museum hospital school church"
    " parliament assembly network news times post journal society trust board authority service services force"
    " forces center centre media club bureau administration alliance coalition front movement street organization"
    " organisation fund international national nations states kingdom republic county city state river park island"
    " islands airport stadium avenue road valley lake mount bay palace embassy tribunal cross guard observatory"
    " laboratory labs systems motors energy oil gas airways industries partners capital games cup open festival"
    " prize award awards act bill treaty accord programme program project forum guild congress".split()
)
# "Workers’ Party" and "Women’s Institute" are one name; "Renault’s Board" is none.
_OF_MANY = (
    r"(?:(?<=s)['’]|(?<=men)['’]s|(?<=ren)['’]s|(?<=People)['’]s)"
    rf"(?= (?:{'|'.join(sorted(word.capitalize() for word in _BODIES))})\b)"
)
_WORD = rf"(?:(?:al|el|an|as|ad|bin|d|l)[-’'])?[{_UPPER}](?:[\w&]|-(?=\w)|['’](?!s\b)(?=\w)|{_OF_MANY})*"
_ONE = rf"(?:{_SHORT}|{_INITIALS}|{_WORD})"
_LINK_WORDS = frozenset(
    "de del della da das do dos van von der den ter ten bin bint ibn al el la le les du di ben abu y e zu af".split()
)
_LINKS = rf"(?:(?:{'|'.join(sorted(_LINK_WORDS))}) ){{1,3}}"
_OF = r"(?:of|for) (?:the )?"
_NAME = re.compile(rf"(?<![\w¤]){_ONE}(?: (?:{_LINKS}|{_OF}|& )?{_ONE})*")
# Roles that stand in front of a name with a capital too, beside the titles.
_ROLES = frozenset(
    "ceo cfo coo cto pm mp mep msp td mla coach commissioner coroner sheriff chancellor premier attorney speaker sultan"
    " emir archbishop bishop cardinal father sister brother imam sheikh reverend inspector detective"
    " superintendent spokesman spokeswoman spokesperson constable councillor councilman councilwoman congressman"
    " congresswoman lawmaker actor actress singer rapper author economist analyst researcher activist chairwoman"
    " chair leader head treasurer envoy brigadier marshal corporal private chieftain vice-president co-founder"
    " founder owner manager provost dean rabbi monsignor sir dame baroness baron lord lady duke duchess count"
    " countess editor executive commander chief lawyer prosecutor investigator scientist doctor nurse trainer"
    " principal headteacher pastor priest sergeant officer taoiseach tanaiste madam ambassador undersecretary"
    " historian footballer forward striker defender midfielder goalkeeper quarterback filmmaker comedian novelist"
    " poet composer pianist chef broadcaster presenter journalist reporter columnist photographer campaigner"
    " ecologist biologist physicist epidemiologist virologist geologist farmer fisherman baker student teacher"
    " director-general secretary-general prime-minister deputy-governor justice comptroller ombudsman first"
    " lieutenant-general major-general lieutenant-colonel vice-chancellor administrator oba".split()
)
_NO_GENERALS = frozenset(("Motors", "Mills", "Electric", "Dynamics", "Assembly", "Council", "Hospital", "Synod"))
# Where an article was written: "NAIROBI, Kenya (AP) — ", "BREAKING: ".
DATELINE = re.compile(
    r"[A-Z]{3,}(?: [A-Z]+)*: |"
    r"(?:[A-Z][\w’'. ]{1,30}(?:, [A-Z][\w’'. ]{1,30})? ?)?(?:\([A-Z][\w /]{1,30}\)\s*[—–-]{0,2}|[—–]|-{1,2}(?=\s))\s+"
)
_PORTFOLIO = frozenset(
    "affairs defense defence state staff finance justice health interior education trade transport culture security"
    " development labour labor energy environment operations relations services resources policy planning industry"
    " agriculture communications and".split()
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|across|throughout|between|outside|inside|around|via|toward|towards|into) (?:the )?$",
    re.IGNORECASE,
)
_MONTHS = frozenset("january february march july september october november december".split())
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at characters `start` to `end`; `whole` begins where its titles do, and `titles` are those, folded."""

    start: int
    end: int
    name: str
    titles: tuple[str, ...]
    whole: int
    after_the: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name."""
        return tuple(self.name.split())


def is_body_word(word: str) -> bool:
    """True for a word that bodies and places are named with: "Ministry", "Bank"."""
    return word.lower().strip(".") in _BODIES


def is_role_word(word: str) -> bool:
    """True for what a person may be called without a name: "minister", "spokeswoman", "Coach"."""
    plain = word.lower().strip(".")
    return plain in _ROLES or (is_title(word) and plain not in ("jr", "sr", "st"))


def is_native(noun: str) -> bool:
    """True for somebody from a place: "Swede", "Londoner"."""
    return noun.lower() in _NATIVES or is_country(f"{noun}s")


def is_placed(text: str, start: int) -> bool:
    """True where the name at `start` is said to be where something is: "in Niamey"."""
    return _PLACE_BEFORE.search(text, max(0, start - 20), start) is not None


def find_mentions(text: str, start: int = 0, end: int | None = None) -> Iterator[Mention]:
    """The names in `text[start:end]`, in order; a capital that only opens a sentence may make one."""
    for match in _NAME.finditer(text, start, len(text) if end is None else end):
        yield from _cut(text, match)


def _cut(text: str, match: re.Match[str]) -> Iterator[Mention]:
    """The names in a run of words with capitals: without what opens a sentence, and weekdays."""
    run: list[re.Match[str]] = []
    for word in re.finditer(r"\S+", match.group()):
        plain = word.group().lower()
        if plain in _DAYS | _MONTHS and not (not run and _is_first_name(text, match, word)):
            yield from _name(text, match.start(), run)
            run = []
        elif not run and is_opener(word.group()) and not _is_name_too(word.group()):
            continue
        else:
            run.append(word)
    yield from _name(text, match.start(), run)


def _is_name_too(opener: str) -> bool:
    """True for what opens sentences and names alike: "New", "US", and "Sunday" where it is a first name."""
    plain = opener.lower()
    return plain in {"new", "police"} | _DAYS | _MONTHS or (opener.isupper() and len(opener) > 1)


def _is_first_name(text: str, match: re.Match[str], word: re.Match[str]) -> bool:
    """True for a weekday or month with a role in front and a name behind: "taxi driver Sunday Etim"."""
    before = text[max(0, match.start() - 30) : match.start()].split()
    follows = match.group()[word.end() :].strip()
    role = bool(before) and (is_role_word(before[-1]) or before[-1].endswith(("er", "or", "ist", "man")))
    return word.start() == 0 and bool(follows) and role and before[-1] not in ("after", "over", "under", "or", "for")


def _name(text: str, offset: int, run: list[re.Match[str]]) -> Iterator[Mention]:
    words = [word.group() for word in run]
    while words and (words[-1].islower() or words[-1] == "&"):
        words, run = words[:-1], run[:-1]
    while words and words[0].islower() and "-" not in words[0] and words[0] not in _LINK_WORDS:
        words, run = words[1:], run[1:]
    if not words:
        return
    first = _after_titles(words)
    if (
        first < len(words)
        and "of" in words[first:]
        and not any(is_body_word(w) for w in words[: words.index("of", first)])
    ):
        cut = words.index("of", first)
        if len(words[first:cut]) >= 2 or first:  # "Salifou Mody of the Junta"
            words, run = words[:cut], run[:cut]
    titles = tuple(word.lower().strip(".") for word in words[:first])
    begin = run[first] if first < len(run) else run[0]
    if first == len(words):  # a title alone: "the Pope"
        first, titles = 0, tuple(word.lower().strip(".") for word in words)
        begin = run[0]
    start, end = offset + begin.start(), offset + run[-1].end()
    name = (
        text[start:end].rstrip(".")
        if not words[-1].endswith((".", "Jr.", "Sr.")) or len(words[-1]) > 4
        else text[start:end]
    )
    before = text[max(0, offset + run[0].start() - 4) : offset + run[0].start()].lower()
    yield Mention(start, start + len(name), name, titles, offset + run[0].start(), before.endswith("the "))


def _after_titles(words: list[str]) -> int:
    """The number of words in front of a person's own name: "Nigerien Defence Minister", "Secretary of State"."""
    first = 0
    if words[0] == "General" and words[1:] and words[1] in _NO_GENERALS:
        return 0
    may_be_person = not any(map(is_body_word, words))
    for n, word in enumerate(words):
        if is_role_word(word) or (n == first and n < len(words) - 2 and may_be_person and _is_calling(word)):
            if n == len(words) - 1 and _is_last_name(words, first):
                break
            first = n + 1
            if words[n + 1 : n + 2] in (["of"], ["for"]):
                first = _after_portfolio(words, n + 2)
    return min(first, len(words))


def _is_calling(word: str) -> bool:
    """True for what may stand in front of a whole name, and be a name itself: "Baker", "Swede"."""
    return word.lower() in _CALLINGS or is_native(word)


def _is_last_name(words: list[str], first: int) -> bool:
    """True where the last word, a title too, is a last name: "Judge Norman Baker", "Mike Dean"."""
    before = words[-2] if len(words) - 1 > first else ""
    return bool(before) and before.lower() not in _PORTFOLIO and bool(first or read_sex(before))


def _after_portfolio(words: list[str], at: int) -> int:
    """Where the name begins behind "Minister of": after one word, and the others that portfolios are named by."""
    at += 2 if words[at : at + 1] == ["the"] else 1
    while at < len(words) and (words[at].lower() in _PORTFOLIO or words[at].islower()):
        at += 1
    return at
