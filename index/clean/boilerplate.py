"""The words that web pages have around an article, in the languages that newspapers are most often read in.

Each table holds patterns for a whole block (the words between two blank lines), but for `_NOTICE`, which is looked
for inside one. English, German, French, Spanish, Portuguese, Italian, Dutch and Polish.
"""

from __future__ import annotations

import re

# Words of which share bars are made.
_SHARE_WORDS = set(
    "facebook twitter x instagram linkedin whatsapp whats app pinterest reddit telegram xing flipboard youtube tiktok "
    "mastodon bluesky threads messenger pocket rss email e-mail e mail print link share tweet teilen tweeten partager "
    "compartir condividi compartilhar delen udostępnij drucken merken imprimer imprimir stampa drukuj senden send copy "
    "kopieren on via to auf über bei sur en su no op na per".split()
)
_WORD = re.compile(r"\w[\w-]*")


def _whole(*patterns: str) -> re.Pattern[str]:
    edge = r"[\s|/·•*#+<>«»‹›←→↑▶►×:.!…✓✕_-]*"
    return re.compile(rf"{edge}(?:{'|'.join(patterns)}){edge}", re.IGNORECASE)


# One click each: share bars, menus, cookie buttons, advertisements' labels.
_BUTTON = _whole(
    r"(?:this |diesen |den )?(?:share|tweet|teilen|tweeten|merken|partager|compartir|condividi|compartilhar|"
    r"delen|drucken|print|imprimer|imprimir|stampa|drukuj)(?: this| article| story| artikel| beitrag| page|"
    r" seite| l'article| artículo)*",
    r"(?:artikel|beitrag|inhalt|seite|news|article) (?:teilen|drucken|merken|versenden|speichern)",
    r"(?:copy|copied|copier le|copiar|copia|link|url)\W*(?:link|url|to clipboard|kopieren|kopiert|"
    r"zum kopieren|enlace|lien)?",
    r"advertisements?|advertising|sponsored(?: content)?|anzeigen?|werbung|publicité|publicidad|pubblicità",
    r"publicidade|reklama|advertentie|annonce",
    r"subscribe(?: now)?|sign (?:up|in)|log ?(?:in|out)|register|anmelden|einloggen|registrieren|abonnieren",
    r"abo|s'abonner|se connecter|suscr[ií]bete|iniciar sesión|abbonati|accedi|assine|zaloguj(?: się)?",
    r"menu|menü|search|suchen?|rechercher|buscar|cerca|szukaj|zoeken|home|homepage|startseite|accueil|inicio",
    r"skip to (?:main )?content|zum inhalt(?: springen)?|aller au contenu(?: principal)?|ir al contenido",
    r"(?:follow|like) us.*|folgen? (?:sie )?uns.*|suivez-nous.*|s[ií]guenos.*|seguici.*|siga-nos.*",
    r"read (?:more|next|on)|continue reading|learn more|see (?:more|all)|show more|load more",
    r"(?:mehr|weiter) ?lesen|mehr (?:lesen|anzeigen|erfahren|infos?)|weiterlesen|lire (?:la suite|plus)",
    r"voir plus|leer m[aá]s|ver m[aá]s|leggi (?:di più|tutto)|ler mais|leia mais|lees (?:meer|verder)",
    r"czytaj więcej",
    r"accept(?: all)?(?: cookies)?|(?:alle |cookies )?akzeptieren|ablehnen|einstellungen|accepter|aceptar",
    r"accetta|aceitar|akceptuję|ok(?:ay)?|close|schließen|fermer|cerrar|chiudi|fechar|zamknij",
    r"listen(?: to (?:this )?(?:article|story))?|artikel anhören|anhören|vorlesen|écouter(?: l'article)?",
    r"escuchar(?: artículo)?|ascolta",
    r"(?:back to top|nach oben|zurück|zurück zur? .{1,30}|haut de page|volver|back|next|previous|weiter|"
    r"vorheriger?|nächster?|vor|suivant|précédent|siguiente|anterior)(?: (?:article|artikel|beitrag|story|post))?",
    r"reply|antworten|répondre|responder|rispondi|report|melden|edit|bearbeiten|like|gefällt mir|save",
    r"speichern|bookmark|zoom|galerie|gallery|bild(?:er)?(?:galerie| vergrößern)?|video|loading|wird geladen",
    r"\d+ (?:min(?:ute)?n?\.?|minutes?)(?: read| lesezeit| de lecture)?|lesezeit.{0,20}|reading time.{0,20}",
)  # fmt: skip

# Headings after which nothing of the article comes: what readers say, who made the site.
_APPENDIX = _whole(
    r"(?:leave|post|add|write|submit|cancel) (?:a|your)? ?(?:reply|comment|response)\b.{0,40}",
    r"join the (?:discussion|conversation).{0,20}",
    r"\d* ?(?:user |reader |recent |latest |view |all )?(?:comments?|replies|responses)(?: \(?\d+\)?| on .+)?",
    r"\(?(?:\d+|keine?|noch keine?|neue(?:ste)?|aktuelle|bisherige|alle)? ?(?:kommentare?|leserkommentare?|"
    r"antworten auf .+|reaktionen)(?: \(?\d+\)?| zu .+| zur? .+| schreiben| verfassen| hinzufügen| abgeben|"
    r" hinterlassen)?",
    r"(?:schreibe?n?(?: sie)?|hinterlass(?:e|en sie)?|verfassen?) (?:einen|ihren|"
    r"deinen)(?: ersten)? (?:kommentar|antwort).{0,40}",
    r"(?:eine )?antwort (?:schreiben|verfassen|hinterlassen).{0,40}|ihr kommentar.{0,30}|mitdiskutieren",
    r"jetzt kommentieren",
    r"(?:laisser|écrire|ajouter|poster|publier) un commentaire.{0,30}|\d* ?commentaires?(?: \(?\d+\)?)?",
    r"réagir.{0,20}|vos réactions",
    r"(?:deja|dejá|escribe|añade|agrega|publica) (?:un|una|tu) (?:comentario|respuesta).{0,30}",
    r"\d* ?comentarios?(?: \(?\d+\)?)?|deixe (?:um|seu) comentário.{0,20}|lascia un commento.{0,20}",
    r"\d* ?commenti(?: \(?\d+\)?)?|\d* ?komentarze(?: \(?\d+\)?)?|(?:plaats|geef) een reactie.{0,20}",
    r"\d* ?reacties",
    r"(?:contact|kontakt|impressum|imprint|datenschutz(?:erklärung|hinweise?)?|agb|privacy(?: policy)?|"
    r"terms(?: of (?:use|service)| and conditions)?|mentions légales|aviso legal|contacto|"
    r"nutzungsbedingungen|rechtliche hinweise|legal notice|about us|über uns|"
    r"qui sommes-nous)(?:\W+(?:contact|kontakt|impressum|datenschutz\w*|agb|privacy|terms|cookies?)){0,4}",
)  # fmt: skip

# Headings of lists that stand below an article, or inside it.
_LIST = _whole(
    r"related(?: (?:posts?|articles?|stories|content|news|topics?|links|reading|coverage))?",
    r"(?:more|other) (?:stories|articles|news|posts|from|on|like this|in this|about)\b.{0,40}",
    r"you (?:may|might) also (?:like|enjoy|be interested).{0,20}",
    r"(?:recommended|suggested|further reading|explore further|up next|what to read next|don't miss|"
    r"trending|popular|most (?:read|popular|viewed|shared))(?: .{1,25})?",
    r"latest (?:news|posts|stories|articles)|recent (?:posts|articles|comments)|editors?['’] (?:picks?|choice)",
    r"filed under.{0,30}",
    r"(?:ähnliche|verwandte|weitere|mehr|neueste|neue|aktuelle|letzte|beliebte|passende|empfohlene|"
    r"andere) (?:beiträge|artikel|themen|inhalte|nachrichten|meldungen|news|pressemitteilungen|stories|"
    r"posts|links|informationen)\b.{0,40}",
    r"mehr (?:zum thema|von|aus|über|zu)\b.{0,50}",
    r"das könnte (?:sie|dich|euch|ihnen) (?:auch|ebenfalls)? ?(?:interessieren|gefallen).{0,20}",
    r"auch interessant|lesen sie auch|weiterführende links?|(?:meist|am häufigsten) ?gelesen.{0,20}",
    r"meistgelesene?.{0,20}|top ?(?:artikel|themen|news|beiträge.{0,10})|zum thema|beitragsnavigation",
    r"artikel-?navigation|auch auf .{2,30}|empfehlungen.{0,30}",
    r"(?:articles?|sujets?|contenus?) (?:similaires|liés|associés|connexes|récents)",
    r"(?:à|a) (?:lire|voir) (?:aussi|également).{0,30}|dans la même (?:rubrique|catégorie)",
    r"sur le même (?:sujet|thème)|les plus (?:lus|populaires|partagés)|pour aller plus loin|vous aimerez aussi",
    r"pour lire la suite.{0,30}",
    r"(?:noticias|artículos|notas|temas|contenidos?|enlaces) (?:relacionad[oa]s?|recientes|similares)",
    r"te (?:puede|podría) interesar.{0,20}|más (?:noticias|sobre|de|en|leíd[oa]s)\b.{0,40}",
    r"lo más (?:leído|visto|reciente)|últimas noticias|últimos artículos|notícias relacionadas",
    r"(?:leia|veja) (?:também|mais)|mais (?:lidas|notícias|sobre).{0,30}|articoli (?:correlati|recenti|simili)",
    r"potrebbe interessarti.{0,20}|leggi anche|i più letti|zobacz (?:także|też|również)",
    r"czytaj (?:także|też|również|więcej w.{0,10})|powiązane.{0,20}|gerelateerd.{0,20}|lees ook",
    r"meer (?:over|nieuws).{0,30}",
    r"(?:tags?|schlagw(?:orte?|örter)|stichw(?:orte?|örter)|themen|keywords|mots-clés|etiquetas|temas|tagi|"
    r"categories|kategorien?|catégories|categorías|ressorts?)(?: (?:dieses artikels|in diesem (?:artikel|"
    r"beitrag)|relacionad[oa]s))?",
    r"blogroll|archives?|archiv",
    r"about (?:the|this) (?:author|writer)s?|written by|(?:über|zur?|zum) (?:de[nr]|die)? ?autor(?:in|en)?",
    r"der autor|die autorin|autor(?:in)?|author|à propos de l'auteur|l'auteur|sobre (?:el|la|o|a) autora?",
    r"l'autore",
    r"(?:unser(?:en)?|den|jetzt|e-?mail|kostenlose[rn]?|our|daily|weekly|free)? ?newsletters?(?: .{1,40})?",
    r".{0,30}newsletter (?:abonnieren|anmelden|bestellen|sign ?up)|sign up for .{1,50}|subscribe to .{1,50}",
    r"(?:stay|bleiben? sie) (?:informed|connected|up to date|informiert|auf dem laufenden).{0,40}",
    r"(?:share|teilen|partager|compartir|condividi)(?: this| diesen?| cet| esta?| quest[oa])? ?(?:article|"
    r"story|post|page|artikel|beitrag|seite|nachricht|nota|noticia|entrada|articolo|via|with|mit)?(?: .{0,25})?:",
    r"(?:diese[nrs]? |den |die |das )?(?:artikel|beitrag|nachricht|seite|news|inhalt|text)(?: mit anderen|"
    r" direkt| jetzt)? (?:weiter)?(?:empfehlen|teilen).{0,20}",
    r"share (?:this|to)\b.{0,25}|bewerten sie .{0,40}|jetzt bewerten.{0,5}|deine bewertung.{0,10}",
)  # fmt: skip

# Prose that is the site's and not the article's: one of the first, or two of the second.
_NOTICE = re.compile(  # of a block in lower case
    r"all rights reserved|alle rechte vorbehalten|tous droits réservés|(?:todos los|tutti i|"
    r"todos os) (?:derechos|diritti|direitos)"
    r"|wszelkie prawa|alle rechten voorbehouden|(?:©|\(c\)|copyright)\W*(?:19|20)\d\d"
    r"|(?:site|website|page|seite|webseite) (?:uses|verwendet|nutzt|utilise|utiliza|usa).{0,25} cookies|"
    r"akismet|affiliate[- ]?links?"
    r"|(?:you agree|you acknowledge|stimmen sie|einverstanden).{0,80}(?:terms|privacy|cookies|daten|bedingungen)"
    r"|(?:comments?|kommentare?) (?:are|will be|werden|wird|erscheinen|sind) (?:\w+ ){0,2}(?:moderated|"
    r"published|closed|moderiert|freigeschaltet|geschlossen|erst)"
    r"|(?:e-?mail)[- ]?(?:address|adresse) (?:will|wird) (?:not|nicht)|lizenz cc|creative commons|\bcc[- ]by\b"
    r"|(?:sign up|subscribe|register|anmelden|abonnieren?|eintragen|inscri\w{1,20}|suscr\w{1,20}).{0,60} newsletter|"
    r"newsletter.{0,60}(?:sign up|subscribe|anmelden|abonnieren|bestellen)"
    r"|(?:this|the) (?:document|material|article) (?:is|may not be) .{0,30}(?:copyright|reproduced|redistributed)",
)
_NOTICE_WORDS = (
    "cookie", "newsletter", "copyright", "privacy policy", "datenschutz", "confidentialité", "política de privacidad",
    "terms of use", "terms of service", "nutzungsbedingungen", "personenbezogene", "données personnelles",
    "datos personales", "your email", "your e-mail", "ihre e-mail", "deine e-mail", "e-mail-adresse", "adresse e-mail",
    "javascript", "adblock", "ad block", "abonn", "unsubscribe", "abmelden", "abbestell", "provision", "widerruf",
    "sign up", "einloggen", "registrieren", "follow us", "drittanbieter", "vervielfältigung", "personalis",
)  # fmt: skip
_NOTICE_REACH = 40  # words
# Without one of these the patterns of `_NOTICE` can't match: looking for them first takes a tenth of the time.
_NOTICE_STEMS = (
    *_NOTICE_WORDS, "rights", "rechte", "droits", "derechos", "diritti", "direitos", "prawa", "©", "(c)", "akismet",
    "affiliate", "agree", "acknowledge", "stimmen sie", "einverstanden", "comment", "kommentar", "mail", "lizenz",
    "creative commons", "cc-by", "cc by", "document", "material", "article",
)  # fmt: skip

# Lines inside an article that lead to another one.
_TEASER = re.compile(
    r"(?:\W*(?:read|see|watch|listen|learn)(?: also| more| next| here)?|also read|related|more|"
    r"(?:hier )?lesen sie|lesetipp"
    r"|lies|siehe|mehr(?: dazu| zum thema| lesen)?|lesen|auch interessant|passend dazu|(?:à|a) (?:lire|"
    r"voir)|lire aussi|voir aussi"
    r"|(?:le|te|les) (?:puede|podría|recomendamos) ?\w*|lea|lee|vea|ver|mire|(?:leia|veja|leggi|guarda)|"
    r"czytaj|zobacz|lees)"
    r"(?: (?:also|auch|dazu|hier|mehr|más|también|aussi|anche|também|także|też|ook|more|here|now|interesar|"
    r"leer))*\s*[:|»>–—].+",
    re.IGNORECASE,
)

_CREDIT_WORD = (
    r"(?:photo|foto|bild|image|imagen|credit|crédit|picture|quelle|source|titelbild|symbolbild|archivbild|"
    r"archivfoto|illustration|grafik|video|fuente|fotografía|zdjęcie)s?"
)
_AGENCY = (
    r"(?:getty(?: images)?|reuters|afp|dpa|ap|epa|efe|ansa|apa|pa|imago(?: images)?|picture[- ]alliance|"
    r"shutterstock|istock|unsplash|pixabay|pexels|adobe ?stock|fotolia|flickr|keystone|pap|afp photo|"
    r"wikimedia(?: commons)?|wikipedia)"
)
_CREDIT = re.compile(
    rf"(?:.{{0,300}}(?:[(\[/|–-]|[.!?”»\"])\s*)?(?:{_CREDIT_WORD}(?: (?:by|von|de|di|courtesy|"
    rf"credit))?\s*[:©/]|©|\(c\)).{{0,80}}"
    rf"|(?:.{{0,300}}(?:[(\[/|,–-]|\b(?:via|by|on|für|for)))?\s*{_AGENCY}(?:[/ ,].{{0,50}})?(?:[)\]]\W*|[^\w.]*)",
    re.IGNORECASE,
)
_LONGEST_CAPTION = 45  # words
_SENTENCE_BREAK = re.compile(r"[.!?] +[A-ZÄÖÜÉ]")


def is_button(block: str) -> bool:
    """True for a block that is something to click: a share bar, a menu's name, "read more"."""
    if len(block) >= 200:
        return False
    words = _WORD.findall(block.lower())
    return (bool(words) and _SHARE_WORDS.issuperset(words)) or _BUTTON.fullmatch(block) is not None


def starts_appendix(block: str) -> bool:
    """True for a heading after which nothing of the article comes: comments, related articles, the imprint."""
    return len(block) < 120 and _APPENDIX.fullmatch(block) is not None


def starts_list(block: str) -> bool:
    """True for the heading of a list of other articles, of tags, of ways to share, of an author's box."""
    return len(block) < 120 and _LIST.fullmatch(block) is not None


def is_notice(block: str) -> bool:
    """True where the site speaks for itself: cookies, newsletters, rights, rules for comments."""
    text = block.lower()
    if not any(stem in text for stem in _NOTICE_STEMS):
        return False
    return sum(word in text for word in _NOTICE_WORDS) > 1 or _NOTICE.search(text) is not None


def measure_notices(text: str) -> float:
    """The share of a text, from 0 to 1, that is the site's and not an article's: forms to register, rules on privacy.

    A word that such notices are known by speaks for at most 40 words of its block.
    """
    blocks = [block for block in text.lower().split("\n") if block.strip()]
    sizes = [len(block.split()) for block in blocks]
    known = [_NOTICE_REACH * sum(block.count(word) for word in _NOTICE_WORDS) for block in blocks]
    return sum(map(min, sizes, known)) / max(1, sum(sizes))


def is_teaser(block: str) -> bool:
    """True for a line that leads to another article: "Read also: …"."""
    return len(block.split()) <= 30 and _TEASER.fullmatch(block) is not None


def is_caption(block: str) -> bool:
    """True for a caption that names where its picture is from."""
    if len(block.split()) > _LONGEST_CAPTION or len(_SENTENCE_BREAK.findall(block)) > 1:
        return False
    return _CREDIT.fullmatch(block) is not None
