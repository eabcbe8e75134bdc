"""Words in pictures, found by Tesseract where it is installed: photographed cuttings and scanned pages."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from index.errors import DatelineError, ReadError
from index.read.formats.plain_text import read_text
from index.read.tools import is_installed, read_children_seconds, read_seconds_left, run_tool
from index.records import Article, Failure
from index.word_places import Box, Page, place_words

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300  # dots an inch: what Tesseract reads best
MOST_PAGES = 50  # scanned pages of one file that are read
LARGEST_SIDE = 6_000  # pixels of a page: a broadsheet at 250 dots an inch
_SMALLEST_SIDE = 200  # pixels of the longer side, below which a picture is a thumbnail or a sign
_MOST_PIXELS = 100_000_000
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
_SURE = 60.0  # certainty, of 100, with which a word is surely one
_DOUBTFUL = 30.0  # certainty below which Tesseract has read a stain
_LEAST_SURE = 5  # words without which a picture holds none
_SURE_SCRIPT = 2.0  # certainty, without a limit, with which Tesseract names a script; noise has less
_MOST_LANGUAGES = 6  # that are tried on a first page
# Tesseract's languages by the script that it finds on a page; the most read first.
_LANGUAGES = {
    "Latin": "eng spa fra deu por ita nld pol tur vie ind ces swe ron hun dan nor fin hrv slk slv cat est lav lit",
    "Fraktur": "deu_latf frk deu",
    "Cyrillic": "rus ukr bul srp bel mkd kaz",
    "Arabic": "ara fas urd",
    "Han": "chi_sim chi_tra",
    "Japanese": "jpn",
    "Korean": "kor",
    "Hangul": "kor",
    "Greek": "ell",
    "Hebrew": "heb",
    "Devanagari": "hin mar nep",
    "Bengali": "ben",
    "Thai": "tha",
}
_UNSPACED = ("chi_sim", "chi_tra", "jpn", "tha")


Pieces = list[tuple[str, Box | None]]  # words with their boxes, and what stands between them


class ReadPage(NamedTuple):
    """What was read on the picture of a page, which is so many pixels wide and high."""

    width: int
    height: int
    words: list[tuple[str, tuple[int, int, int, int] | None]]

    @property
    def text(self) -> str:
        """Its words, in paragraphs."""
        return "".join(text for text, _ in self.words)

    def number(self, number: int) -> tuple[Page, Pieces]:
        """The same as the page of that number."""
        pieces = [(text, Box(number, *box) if box else None) for text, box in self.words]
        return Page(number, self.width, self.height), pieces


class _Word(NamedTuple):
    """A word that was read: the paragraph that it is in (block and paragraph), its line, its box (left, top, width and
    height in pixels), and how sure it is (0-100).
    """

    paragraph: tuple[int, int]
    line: int
    box: tuple[int, int, int, int]
    certainty: float
    text: str


def read_image(content: bytes, origin: str) -> list[Article | Failure]:
    """Make one article of the words in a picture, or on all the pictures of a TIFF."""
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            _refuse_small(picture)
            if not is_installed("tesseract"):
                raise DatelineError("it is a picture; install Tesseract (Debian: tesseract-ocr) to have its words read")
            count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
            pages = read_pages(_list_frames(picture, count))
    except (DatelineError, MemoryError):
        raise
    except Exception as error:  # Pillow raises what its many decoders come upon
        raise DatelineError(f"it is a damaged picture ({type(error).__name__}); get it again") from None
    if not any(page.words for page in pages):
        raise DatelineError("no words were found in the picture; leave it out")
    articles = read_text("\n\n".join(page.text for page in pages if page.words), origin)
    placed = place_pages(articles, [page.number(n) for n, page in enumerate(pages, start=1)])
    return [*placed, *name_unread_pages(len(pages), count, origin)]


def place_pages(articles: Iterable[Article], read: Sequence[tuple[Page | None, Pieces]]) -> Iterator[Article]:
    """The articles of all pages with the places of their words; a page that was not scanned is None."""
    words = [piece for _, pieces in read for piece in pieces]
    pages = [page for page, _ in read if page is not None]
    return (place_words(article, words, pages) for article in articles)


def _refuse_small(picture: Image) -> None:
    if max(picture.size) < _SMALLEST_SIDE:
        size = f"{picture.width:,} by {picture.height:,} pixels"
        raise ReadError(f"it is a picture of {size}, too small to hold an article; leave it out", "no article")


def _list_frames(picture: Image, count: int) -> Iterator[Image]:
    from PIL import ImageOps

    for n in range(count):
        picture.seek(n)
        if picture.width * picture.height > _MOST_PIXELS:
            raise DatelineError("it is a picture of more than 100 megapixels; make it smaller")
        frame = ImageOps.exif_transpose(picture).convert("RGBA")
        paper = frame.copy()
        paper.paste("white", (0, 0, *frame.size))
        paper.alpha_composite(frame)
        paper.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        yield paper.convert("L")


def read_pages(pages: Iterable[Image]) -> list[ReadPage]:
    """Return what is on scanned pages, which are pictures in grey: of as many as the limits let through.

    Raises DatelineError where Tesseract lacks the language, or fails.
    """
    end = read_children_seconds() + read_seconds_left()
    language = ""
    read: list[ReadPage] = []
    for page in pages:
        if len(read) == MOST_PAGES or (read and read_children_seconds() > end):
            break
        picture = io.BytesIO()
        page.save(picture, "PPM")
        language = language or _choose_language(picture.getvalue())
        words = _join_words(_read_words(picture.getvalue(), language), language)
        read.append(ReadPage(page.width, page.height, words))
    return read


def name_unread_pages(read: int, count: int, origin: str) -> Iterator[Failure]:
    """Say in one line that some of `count` scanned pages were not read."""
    if read < count:
        why = "split it" if read == MOST_PAGES else "split it, or raise the setting `file_seconds`"
        yield Failure(origin, f"only the first {read:,} of its {count:,} scanned pages were read; {why}")


def _choose_language(picture: bytes) -> str:
    """Of the languages of the page's script that Tesseract has here, the one that is surest of its words."""
    script = _find_script(picture)
    known = _LANGUAGES.get(script, "").split()
    here = [name for name in known if name in _list_languages()][:_MOST_LANGUAGES]
    if not here:
        wanted = (known or [script.lower()])[0].replace("_", "-")
        raise DatelineError(
            f"it is in {script} script, for which Tesseract has no language here; install it "
            f"(Debian: tesseract-ocr-{wanted})"
        )
    if len(here) == 1:
        return here[0]
    return max(here, key=lambda name: sum(w.certainty for w in _read_words(picture, name)))


def _find_script(picture: bytes) -> str:
    """The page's script by Tesseract's own name; Latin where there is too little to tell."""
    try:
        said = run_tool(["tesseract", "-", "-", "--psm", "0", "--dpi", str(DPI)], picture).decode("utf-8", "replace")
    except DatelineError:
        return "Latin"
    found = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
    sure = float(found.get("Script confidence", "0")) >= _SURE_SCRIPT
    return found.get("Script", "Latin") if sure else "Latin"


@cache
def _list_languages() -> frozenset[str]:
    return frozenset(run_tool(["tesseract", "--list-langs"], b"").decode("utf-8", "replace").split())


@lru_cache(maxsize=_MOST_LANGUAGES)  # a first page is read to choose its language, and is not read again
def _read_words(picture: bytes, language: str) -> list[_Word]:
    """The words of a page, in the order in which they are read, without stains."""
    command = ["tesseract", "-", "-", "-l", language, "--psm", "1", "--dpi", str(DPI), "tsv"]
    words = []
    for row in run_tool(command, picture).decode("utf-8", "replace").splitlines()[1:]:
        cells = row.split("\t", 11)
        if len(cells) == 12 and cells[11].strip() and float(cells[10]) >= _DOUBTFUL:
            block, paragraph, line, _, left, top, width, height = map(int, cells[2:10])
            box = left, top, width, height
            words.append(_Word((block, paragraph), line, box, float(cells[10]), cells[11].strip()))
    return words if sum(word.certainty >= _SURE for word in words) >= _LEAST_SURE else []


def _join_words(words: list[_Word], language: str) -> list[tuple[str, tuple[int, int, int, int] | None]]:
    """The paragraphs of a page, word by word; one that was broken at the end of a line is whole again."""
    space = "" if language in _UNSPACED else " "
    joined: list[tuple[str, tuple[int, int, int, int] | None]] = []
    for before, word in zip([None, *words], words, strict=False):
        if before is not None and before.paragraph != word.paragraph:
            joined.append(("\n\n", None))
        elif before is not None and before.line != word.line and before.text.endswith("-") and word.text[0].islower():
            joined[-1] = before.text[:-1], before.box
        elif before is not None:
            joined.append((space, None))
        joined.append((word.text, word.box))
    return joined
