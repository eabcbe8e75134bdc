"""First names that mostly women, or mostly men, have: a sign of whom "she" may mean where nothing better is."""

from __future__ import annotations

_WOMEN = frozenset(
    "mary maria marie anna anne ann jane jill joan julia julie susan sarah sara laura linda lisa elizabeth emma"
    " emily olivia sophie sophia charlotte alice grace hannah kate katie katherine catherine karen nancy margaret"
    " helen ruth rachel rebecca michelle jennifer jessica amanda melissa stephanie nicole angela christine"
    " christina claire clara diana donna dorothy eleanor elena eva eve florence frances gloria heather holly"
    " ingrid irene isabel isabella jacqueline janet joanna judith karin kamala kristen lauren lucy madeleine"
    " martha monica natalie nina nora olga patricia paula pauline penelope rosa rose samantha sandra sharon sheila"
    " sylvia teresa theresa tina tracy ursula valerie vanessa victoria virginia wendy yvonne zoe fatima aisha"
    " amina khadija mariam maryam leila layla nadia noor rania salma samira yasmin zainab zeynep ayse elif fatma"
    " hatice emine giorgia francesca chiara giulia lucia carmen dolores pilar ximena camila valentina gabriela"
    " daniela mariana carolina fernanda beatriz ines ana luisa luiza dilma marina svetlana tatiana natalia"
    " ekaterina irina yulia oksana olena ludmila magdalena agnieszka katarzyna malgorzata ewa zofia jana petra"
    " ivana zuzana mette sanna astrid sigrid greta annika kirsten freja ngozi chimamanda adaeze amara wangari"
    " wanjiku akinyi nomvula thandi lindiwe zanele precious blessing chidinma folake yetunde abena akosua ama efua"
    " priya anjali deepika sunita meera indira sonia lakshmi kavita pooja divya ananya mei ling xiu li-na hua yan"
    " jing fang yuki sakura yoko keiko akiko haruka naomi sun-hee ji-woo soo-jin min-ji hye-jin siti dewi putri"
    " nguyet linh thuy lan aung-san-suu-kyi jacinda hillary michele simone brigitte celine camille amelie margot"
    " chloe manon ségolène segolene elisabeth anneliese annalena angelika heike sabine monika birgit ulrike katja"
    " silke gretchen miriam noa tamar shira dalia rana hala mona oumou aminata mariama fatou fatoumata aissatou"
    " awa kadiatou ramatou hadiza hauwa halima".split()
)
_MEN = frozenset(
    "john james robert michael william david richard joseph thomas charles christopher daniel matthew anthony"
    " mark donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan"
    " jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander"
    " raymond patrick jack dennis jerry tyler aaron henry peter adam nathan zachary walter harold kyle carl arthur"
    " roger keith jeremy terry lawrence sean christian albert joe ethan austin jesse willie billy bruce ralph roy"
    " eugene louis philip bobby johnny bradley tom tim jim mike bill bob ben sam dan steve greg nick tony rick ron"
    " ken don fred hassan hussein mohamed mohammed muhammad mohammad ahmed ahmad ali omar umar ibrahim ismail"
    " yusuf youssef mustafa khalid khaled tariq abdullah abdul karim hamid rashid salim samir nabil walid bashar"
    " recep mehmet kemal emre murat abdourahamane mahamadou salifou issoufou amadou moussa boubacar mamadou"
    " ousmane cheikh bola olusegun emeka chinedu kwame kofi kwesi jomo uhuru thabo cyril sipho nelson desmond"
    " tendai morgan jose juan carlos luis jorge pedro miguel manuel antonio francisco javier diego pablo rafael"
    " fernando alejandro ricardo eduardo andres santiago mateo joao paulo luiz marco giovanni giuseppe matteo luca"
    " lorenzo stefano silvio pierre jean jacques michel francois emmanuel nicolas laurent olivier philippe bruno"
    " hans klaus jürgen jurgen wolfgang friedrich olaf markus stefan dieter lars erik anders bjorn henrik jens"
    " mikkel sven gustav vladimir dmitry dmitri sergei sergey ivan igor oleg alexei mikhail boris yuri nikolai"
    " viktor volodymyr petro andriy taras bohdan jaroslaw andrzej piotr pawel tomasz krzysztof jan vaclav milos"
    " zoran slobodan aleksandar nikola narendra rahul amit rajesh sanjay vijay arjun ravi anil suresh imran nawaz"
    " asif wei jun jian ming xi jinping hiroshi kenji takashi shinzo fumio yuto haruto min-ho jae-in jong-un joon-"
    " ho anwar joko agus budi nguyen minh rodrigo ferdinand benigno itzhak ehud avi moshe yair naftali reza"
    " hossein javad ebrahim".split()
)


def read_sex(first_name: str) -> str:
    """ "she" or "he" for a first name that mostly women, or men, have; else nothing."""
    plain = first_name.lower()
    return "she" if plain in _WOMEN else "he" if plain in _MEN else ""
