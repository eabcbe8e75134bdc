"""Given names that tell a person's sex: common ones of many countries. Others tell nothing."""

from __future__ import annotations

from typing import Literal

from rag.english.names import fold

Sex = Literal["he", "she", ""]

_MEN = frozenset(
    """
    abdou abdoulaye abdourahamane abdul abdullah adam adama adolfo adrian ahmad ahmed akio alan albert alejandro
    alex alexander alexei ali amadou amir amit anders andre andreas andrew andrzej anthony antonio antony anwar
    arjun arnaud arthur arturo austin babajide ben benjamin bernard bill bob boris brian bruno carl carlos cesar
    chad charles chen chris christian christopher claude daniel david dennis diego dieter dmitri dmitry dominic
    donald eduardo edward elias emeka emil emmanuel enrique eric erik ernesto evo farid felipe felix fernando
    francesco francis francisco frank frederik fumio gabriel gary george gerald gerhard giorgio giovanni giuseppe
    gordon greg guillaume gustavo hamid hans harold harry hassan hector henrik henry hiroshi hugo hussein ian
    ibrahim idris igor ilham imran israel ivan jack jacob jacques jair jakob jamal james jan jason javier jean jeff
    jens jeremy jerome joao joe johan john johnson jonas jonathan jordan jorge jose josef joseph joshua juan julian
    julien julius justin kamal karel karim karl keir keith kemal ken kenji kenneth kevin khaled klaus kofi kurt
    kwame kyle lamine lars laurent lee leo leon liam lloyd louis luc lucas luigi luis lukas magnus mahmoud malik
    manuel marc marco marcos marcus mario mark markus martin mateo mathieu matteo matthew matthias max maxim mehmet
    michael michel miguel mikhail milan mohamed mohammad mohammed moussa muhammad mustafa nana narendra nathan neil
    nelson nicholas nicolas nikolai nils olaf oleg olivier omar oscar osman otto pablo paolo patrick paul paulo
    pavel pedro per peter petr philip philippe pierre piotr rafael rahul raj rajesh ramon raul ravi recep reza
    ricardo richard robert roberto rodrigo roger roland roman ron ruben rui ryan sadiq said salif salifou sam samir
    samuel sanjay sebastian sergei sergey sergio simon stefan stephane stephen steve steven sven sylvain takashi
    tariq thabo thierry thomas tim timothy toby tom tomas tony umar vikram viktor vincent vladimir volodymyr walter
    wang wei william winston xavier yann yasser yoshihide youssef yuri yusuf zoran
    """.split()
)
_WOMEN = frozenset(
    """
    aaliyah abena ada agnes aicha aiko aisha alice alicia alison amelia amina amy ana andrea angela anita anja ann
    anna anne annika antonia astrid aung-san aya ayse barbara beatriz benedetta birgit brigitte camille carla carmen
    carol carolina caroline catherine cecilia celeste chantal charlotte chelsea chiara chloe christina christine
    claire clara claudia cristina cynthia dalia dana deborah diana dilma dina donna dorothy ebba eleanor elena elin
    elisabeth elizabeth ella elsa emily emma erika esther eva evelyn farah fatima fatou fatoumata federica fiona
    florence frances francesca gabriela georgia gertrud giorgia giulia gloria grace greta gretchen grethe haruka
    heather heidi helen helena helene hilda hillary ida ilse ines ingrid irene irina isabel isabella isabelle
    jacinda jana jane janet janice jennifer jessica joan joanna johanna josephine joyce judith julia julie kaja
    kamala karen karin kate katharina kathleen katja keiko kelly khadija kim kirsten kristina lara latifa laura
    layla leila lena leonor leticia lillian lina linda lisa liz lotte louise lucia lucy luisa lupita magdalena maia
    malala manuela margaret margarita margot maria mariam marie marina marine marion marta martha mary maryam
    matilda maya meera megan mei melanie melissa mercy mette mia michelle milena miriam molly monica monika monique
    nadia nancy naomi natalia natasha nathalie ngozi nicola nicole nina nora noura nurul olga olivia pamela patricia
    paula pauline petra priya rachel rania rebecca regina renata rita rosa rose ruth sabine sabrina samia sana
    sandra sanna sara sarah savannah selma sheikh-hasina shirin silvia simone sofia sonia sophia sophie stella
    stephanie sunita susan susana svetlana sydney sylvia tamara tanya tatiana teresa tereza theresa ursula valentina
    valerie vanessa vera veronica victoria viola vivian wangari wanjiru yasmin yoko yolanda yuki zainab zara zeinab
    zoe zuzana
    """.split()
)
_WOMENS_TITLES = frozenset(
    "mrs ms miss lady queen princess baroness duchess madame sister spokeswoman chairwoman congresswoman"
    " policewoman businesswoman actress mother".split()
)
_MENS_TITLES = frozenset(
    "mr sir lord king prince baron duke spokesman chairman congressman policeman businessman actor father".split()
)


def guess_sex(given_name: str) -> Sex:
    """The sex of most who have this given name; nothing where it is not known."""
    name = fold(given_name)
    return "he" if name in _MEN else "she" if name in _WOMEN else ""


def looks_female(given_name: str) -> bool:
    """True for a name that ends as most women's names of many countries do; that alone is weak evidence."""
    name = fold(given_name)
    return name in _WOMEN or (name not in _MEN and name.endswith(("a", "ene", "ine", "elle", "ette", "anne")))


def read_title_sex(title: str) -> Sex:
    """The sex that a title says: "Ms", "King", "spokeswoman"; nothing for those that say none."""
    word = fold(title)
    return "he" if word in _MENS_TITLES else "she" if word in _WOMENS_TITLES else ""
