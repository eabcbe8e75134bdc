"""Small files that would be huge, or would never end, if they were read to the end."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable

from tests.index.read.make import FIRST, make_page, make_zip

MIB = 1024 * 1024
_YAML = "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def make_sparse_tar(members: int = 400, size: int = 1 << 30) -> bytes:
    """A tar archive of files that are all hole: each says that it has a gigabyte, and stands in a block."""
    out = bytearray()
    for n in range(members):
        info = tarfile.TarInfo(f"{n}.txt")
        info.type = tarfile.GNUTYPE_SPARSE
        block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        block[483:495] = b"%011o\0" % size  # GNU: the size with the holes
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        out += block
    return bytes(out) + bytes(1024)


def make_overlapping_zip(members: int = 2_000) -> bytes:
    """A zip archive whose members are all the same bytes of it: 20 MiB each, in 20 KiB (D. Fifield, 2019)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", b"a " * (10 * MIB))
        info = archive.infolist()[0]
        for n in range(1, members):
            other = zipfile.ZipInfo(f"{n}.txt")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "flag_bits"):
                setattr(other, name, getattr(info, name))
            archive.filelist.append(other)
        archive._didModify = True  # type: ignore[attr-defined]
    return out.getvalue()


def make_epub(spine: str, chapter: bytes, book: str = "") -> bytes:
    """A book with one chapter, which its spine may name many times."""
    package = (
        f'{book}<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml"/></manifest>'
        f"<spine>{spine}</spine></package>"
    )
    return make_zip(
        {
            "META-INF/container.xml": b'<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
            "b.opf": package.encode(),
            "a.xhtml": chapter,
        }
    )


def make_docx(body: str, entities: str = "") -> bytes:
    """A Word document with this body."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{office}" Target="word/document.xml"/></Relationships>'
    )
    document = (
        f'{entities}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return make_zip(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": relations.encode(),
            "word/document.xml": document.encode(),
        }
    )


def _laughs(root: str) -> str:
    """Ten entities, each ten times the one before it: ten thousand million, if all of it is written out."""
    entities = '<!ENTITY e0 "ha ">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [{entities}]>'


def make_sheet(rows: str) -> bytes:
    """A workbook with one sheet of these rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return make_zip(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="a"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="a" '
            f'Type="{relations}/worksheet" Target="worksheets/a.xml"/></Relationships>'.encode(),
            "xl/worksheets/a.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode(),
        }
    )


def make_odt(body: str, entities: str = "") -> bytes:
    """An OpenDocument text with this body."""
    names = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    names += "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
    content = f"{entities}<office:document-content {names}>{body}</office:document-content>"
    return make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


def _cell(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def _make_picture(width: int, height: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def _many_mail_parts() -> bytes:
    head = b'From: a@example.org\nMessage-ID: <a>\nSubject: x\nContent-Type: multipart/mixed; boundary="b"\n\n'
    return head + b"--b\n\nwords\n" * 1_000_000 + b"--b--\n"


def _many_tar_members() -> bytes:
    info = tarfile.TarInfo("a.bin")
    return gzip.compress(info.tobuf() * 300_000 + bytes(1024))


def _many_zip_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(60_000):
            archive.writestr(f"{n}.pdf", b"no pdf")
    return out.getvalue()


def _nested(pack: Callable[[bytes], bytes], times: int = 12) -> bytes:
    content = FIRST.encode() * 100
    for _ in range(times):
        content = pack(content)
    return content


def _table(cells: str) -> str:
    return f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"


_LAUGH_FEED = (
    _laughs("rss") + "<rss><channel><item><title>&e10;</title><description>x</description></item></channel></rss>"
)
_CELL = '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
# Name, and what makes it: none of them may take long, or much, or be more than one line in the report.
BOMBS: dict[str, Callable[[], bytes]] = {
    "sparse.tar": make_sparse_tar,
    "zeros.txt.gz": lambda: gzip.compress(bytes(300 * MIB), 9),
    "zeros.txt.bz2": lambda: bz2.compress(bytes(300 * MIB)),
    "zeros.txt.xz": lambda: lzma.compress(bytes(300 * MIB)),
    "zip.gz": lambda: gzip.compress(b"PK\x03\x04" + bytes(300 * MIB), 9),
    "overlapping.zip": make_overlapping_zip,
    "nested.txt.gz": lambda: _nested(gzip.compress),
    "nested.txt.xz": lambda: _nested(lzma.compress),
    "nested.zip": lambda: _nested(lambda content: make_zip({"a.zip": content})),
    "members.tar.gz": _many_tar_members,
    "members.zip": _many_zip_members,
    "alias.md": lambda: f"---\na: &a [x]\n{_YAML}\ntitle: *i\n---\nWords.".encode(),
    "loop.md": lambda: b"---\na: &a [*a]\ntitle: *a\n---\nWords.",
    "deep.md": lambda: b"---\ntitle: " + b"[" * 60_000 + b"\n---\nWords.",
    "long.md": lambda: b"---\n" + b"a: b\n" * 1_000_000 + b"---\nWords.",
    "laughs.docx": lambda: make_docx("<w:p><w:r><w:t>&e10;</w:t></w:r></w:p>", _laughs("w:document")),
    "spans.docx": lambda: make_docx(_table(_CELL)),
    "deep.docx": lambda: make_docx("<w:p>" * 100_000),
    "zeros.docx": lambda: make_docx(" " * (200 * MIB)),
    "corner.xlsx": lambda: make_sheet(
        f'<row r="1">{_cell("A1", "text")}</row><row r="1048576">{_cell("XFD1048576", "a")}</row>'
    ),
    "rows.xlsx": lambda: make_sheet("".join(f'<row r="{n}"/>' for n in range(1, 1_048_577))),
    "zeros.xlsx": lambda: make_sheet(" " * (200 * MIB)),
    "formulas.xlsx": lambda: make_sheet(
        "".join(f'<row r="{n}"><c r="A{n}"><f>SUM(A1:A{n})*{n}</f><v>{n}</v></c></row>' for n in range(1, 200_000))
    ),
    "laughs.odt": lambda: make_odt("<text:p>&e10;</text:p>", _laughs("x")),
    "deep.odt": lambda: make_odt("<text:p>" * 100_000),
    "frames.odt": lambda: make_odt("<text:p>" * 200 + "<text:p>words</text:p>" * 20_000 + "</text:p>" * 200),
    "groups.rtf": lambda: b"{\\rtf1 " + b"{" * 1_000_000 + b"words",
    "pictures.rtf": lambda: b"{\\rtf1 " + b"\\pict\\bin99999999999 " * 100_000 + b"words}",
    "links.rtf": lambda: b"{\\rtf1 " + b"{\\field{\\*\\fldinst{ HYPERLINK " * 20_000 + b"words}",
    "pixels.png": lambda: _make_picture(30_000, 30_000),
    "laughs.nitf": lambda: f"{_laughs('nitf')}<nitf><body.content><p>&e10;</p></body.content></nitf>".encode(),
    "deep.nitf": lambda: b"<nitf><body.content>" + b"<p>" * 100_000 + b"words",
    "frames.nitf": lambda: b"<nitf><body.content>" + b"<p>" * 200 + b"<p>words</p>" * 20_000,
    "items.newsml": lambda: b"<newsMessage>" + b"<newsItem/>" * 500_000 + b"</newsMessage>",
    "tags.ris": lambda: b"TY  - NEWS\n" + b"AU  - a\n" * 1_000_000,
    "lines.md": lambda: b"Title: a\n" + b"a: b\n" * 1_000_000 + b"\nWords.",
    "toml.md": lambda: b"+++\na = " + b"[" * 60_000 + b"\n+++\nWords.",
    "shortcodes.md": lambda: b"---\na: b\n---\n" + b"{{<" * 1_000_000,
    "parts.mhtml": lambda: b"From: <Saved by Blink>\n" + _many_mail_parts(),
    "laughs.epub": lambda: make_epub("&e10;", b"", _laughs("package")),
    "zeros.epub": lambda: make_epub('<itemref idref="a"/>', bytes(200 * MIB)),
    "laughs.rss": lambda: _LAUGH_FEED.encode(),
    "outside.rss": lambda: _LAUGH_FEED.replace('"ha "', 'SYSTEM "file:///etc/passwd"').encode(),
    "deep.rss": lambda: b"<rss><channel><item><description>" + b"<p>" * 1_000_000,
    "parts.eml": _many_mail_parts,
    "deep.eml": lambda: b"From: a@b.c\nMessage-ID: <a>\nSubject: " + b"(" * 1_000_000 + b"\n\nwords\n",
    "address.eml": lambda: b"Message-ID: <a>\nFrom: " + b"<@" * 500_000 + b"\n\nwords\n",
    "from.mbox": lambda: b"From " + b"1" * (2 * MIB) + b"\nSubject: x\n\nwords\n",
    "deep.json": lambda: b'{"text": ' + b"[" * 1_000_000,
    "deep.jsonl": lambda: b'{"text": ' + b"[" * 100_000 + b"\n",
    "number.json": lambda: b'{"text": "a", "id": ' + b"9" * 5_000_000 + b"}",
    "rows.jsonl": lambda: b"{}\n" * 1_000_000,
    "quoted.csv": lambda: b'text,title\n"' + b"a" * (60 * MIB),
    "rows.csv": lambda: b"text,title\n" + b",a\n" * 1_000_000,
    "columns.csv": lambda: b"text,title\na" + b"," * 5_000_000 + b"\n",
    "deep.html": lambda: (b"<html><body>" + b"<div>" * 100_000 + FIRST.encode()),
    "attributes.html": lambda: b"<html><body><p " + b"a=b " * 1_000_000 + b">" + FIRST.encode(),
    "json.html": lambda: make_page(f'<script type="application/ld+json">{[[]] * 500_000}</script>').encode(),
    "response.warc": lambda: b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999\r\n\r\n",
    "pages.pdf": lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 999999999"
    b"/Kids[2 0 R]>>endobj trailer<</Root 1 0 R>>",
}  # fmt: skip
