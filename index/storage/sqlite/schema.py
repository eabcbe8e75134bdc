"""The tables of `dateline.db`, and bringing those of an older format up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from index.identify import hash_content
from index.storage.encoding import shorten_band, shorten_vector
from index.storage.sqlite.checked import ALL, ARTICLES, FOLLOWED, PAGES, Checked, reseal, seal_all
from index.storage.sqlite.manifest import write_generation, write_manifest

FORMAT = 8
_VISITS = ("since", "due", "changes", "gone")
_PLACES_4 = """
CREATE TABLE followed (address TEXT PRIMARY KEY, kind TEXT NOT NULL, columns TEXT NOT NULL) STRICT;
CREATE TABLE pages (
    address TEXT PRIMARY KEY, listed_in TEXT, stamp TEXT NOT NULL, article_id TEXT, etag TEXT, last_modified TEXT
) STRICT;
CREATE INDEX pages_listed_in ON pages (listed_in);
CREATE INDEX pages_article ON pages (article_id);
"""
_NAMES = "TEXT NOT NULL DEFAULT '[]'"  # of collections
_PLACES = (
    _PLACES_4
    + "".join(f"ALTER TABLE pages ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0;\n" for name in _VISITS)
    + f"ALTER TABLE followed ADD COLUMN collections {_NAMES};\n"
)
# What filters and counts look at, without the texts that lie before it in the table.
_FILTERED = (
    "CREATE INDEX articles_filtered ON articles (published_at, published, source, language, url, id, collections);"
)
_TABLES = f"""
CREATE TABLE manifest (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, content_hash TEXT NOT NULL,
    url TEXT, origin TEXT, source TEXT, authors TEXT NOT NULL, published TEXT, published_at INTEGER,
    published_precision TEXT, modified TEXT, language TEXT, date_evidence TEXT, removed TEXT NOT NULL DEFAULT '',
    language_evidence TEXT, source_evidence TEXT, authors_evidence TEXT, agency TEXT,
    word_places TEXT NOT NULL DEFAULT '', collections {_NAMES}
) STRICT;
CREATE INDEX articles_content ON articles (content_hash);
{_FILTERED}
CREATE TABLE versions (
    article_id TEXT NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    content_hash TEXT NOT NULL, published TEXT, modified TEXT, PRIMARY KEY (article_id, number)
) STRICT;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id),
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    vector_key BLOB NOT NULL REFERENCES vectors (key), generation INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_article ON passages (article_id);
CREATE INDEX passages_generation ON passages (generation);
CREATE INDEX passages_vector ON passages (vector_key);
CREATE TABLE removals (number INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE INDEX removals_generation ON removals (generation);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stories (
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
    story INTEGER NOT NULL
) STRICT;
CREATE INDEX stories_story ON stories (story);
CREATE TABLE bands (
    band INTEGER NOT NULL, number INTEGER NOT NULL REFERENCES stories (number) ON DELETE CASCADE,
    PRIMARY KEY (band, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX bands_number ON bands (number);
"""
# Of each row that can't be derived from others, with what makes the generations of one history known.
_CHECKSUMS = "CREATE TABLE history (generation INTEGER PRIMARY KEY, stamp INTEGER NOT NULL) STRICT;\n" + "".join(
    f"ALTER TABLE {checked.table} ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;\n" for checked in ALL
)


def _widen(checked: Checked, kind: str, *names: str) -> str:
    """What adds columns to a table with checksums, which stand last and cover them; a wrong one stays wrong.

    Of the columns of today, those that came later are not there yet.
    """
    before = checked.columns.index(names[0])
    columns = checked.columns[: before + len(names)]
    added = "".join(f"ALTER TABLE {checked.table} ADD COLUMN {name} {kind};" for name in names)
    return f"""
    {added}
    ALTER TABLE {checked.table} ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;
    UPDATE {checked.table} SET sealed = reseal(checksum, {before}, {", ".join(columns)});
    ALTER TABLE {checked.table} DROP COLUMN checksum;
    ALTER TABLE {checked.table} RENAME COLUMN sealed TO checksum;
    """


# What brings a library of each older format to the next one.
_STEPS = {
    1: """
    ALTER TABLE articles ADD COLUMN date_evidence TEXT;
    ALTER TABLE articles ADD COLUMN removed TEXT NOT NULL DEFAULT '';
    """,
    # Articles get their stories at the next write.
    2: """
    CREATE TABLE stories (
        article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, story INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE bands (
        band BLOB NOT NULL, article_id TEXT NOT NULL REFERENCES stories (article_id) ON DELETE CASCADE
    ) STRICT;
    """,
    # Vectors of a byte a dimension instead of two, keys of 16 bytes instead of 32, bands of four instead of 33.
    3: """
    PRAGMA defer_foreign_keys = ON;
    DROP TABLE IF EXISTS upcoming;
    DELETE FROM manifest WHERE name = 'upcoming';
    UPDATE vectors SET vector = shorten_vector(vector), key = substr(key, 1, 16);
    UPDATE passages SET vector_key = substr(vector_key, 1, 16);
    UPDATE manifest SET value = 'int8' WHERE name = 'precision';
    ALTER TABLE stories RENAME TO old_stories;
    ALTER TABLE bands RENAME TO old_bands;
    CREATE TABLE stories (
        number INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
        story INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE bands (
        band INTEGER NOT NULL, number INTEGER NOT NULL REFERENCES stories (number) ON DELETE CASCADE,
        PRIMARY KEY (band, number)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO stories (article_id, story) SELECT article_id, story FROM old_stories ORDER BY rowid;
    INSERT OR IGNORE INTO bands SELECT shorten_band(band), number FROM old_bands JOIN stories USING (article_id);
    DROP TABLE old_bands;
    DROP TABLE old_stories;
    CREATE INDEX stories_story ON stories (story);
    CREATE INDEX bands_number ON bands (number);
    """
    + _PLACES_4,
    4: "DROP TABLE IF EXISTS upcoming; DELETE FROM manifest WHERE name = 'upcoming';" + _CHECKSUMS,
    5: _widen(ARTICLES, "TEXT", "language_evidence", "source_evidence", "authors_evidence", "agency")
    + _widen(PAGES, "INTEGER NOT NULL DEFAULT 0", *_VISITS),
    6: _widen(ARTICLES, "TEXT NOT NULL DEFAULT ''", "word_places"),
    7: "DROP INDEX IF EXISTS articles_filtered;"
    + _widen(ARTICLES, _NAMES, "collections")
    + _widen(FOLLOWED, _NAMES, "collections")
    + _FILTERED,
}
_FIRST_SEALED = 5  # the first format with checksums


def create_tables(db: sqlite3.Connection) -> None:
    """Make the tables of an empty library, at generation 0; the caller holds the transaction."""
    _run(db, _TABLES + _PLACES + _CHECKSUMS)
    write_manifest(db, {"format": FORMAT, "precision": "int8"})
    write_generation(db, 0)


def read_format(db: sqlite3.Connection) -> str | None:
    """Return the format that the library says it has; None where there are no tables yet."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone() is None:
        return None
    found = db.execute("SELECT value FROM manifest WHERE name = 'format'").fetchone()
    return str(found[0]) if found else ""


def list_tables(db: sqlite3.Connection) -> list[str]:
    """The names of all tables."""
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [row[0] for row in rows]


def is_older(found: str) -> bool:
    """True for a format that `upgrade_tables` can bring up to date."""
    return found.isdecimal() and int(found) in _STEPS


def upgrade_tables(db: sqlite3.Connection, found: str) -> None:
    """Bring tables of the older format `found` up to date; the caller holds the transaction."""
    db.create_function("shorten_vector", 1, shorten_vector)
    db.create_function("shorten_band", 1, shorten_band)
    db.create_function("reseal", -1, reseal)
    for step in range(int(found), FORMAT):
        _run(db, _STEPS[step])
    if int(found) < _FIRST_SEALED:
        for checked in ALL:
            seal_all(db, checked)
        _unseal_damaged(db)
    write_manifest(db, {"format": FORMAT})
    (generation,) = db.execute("SELECT CAST(value AS INTEGER) FROM manifest WHERE name = 'generation'").fetchone()
    write_generation(db, generation)


def _unseal_damaged(db: sqlite3.Connection) -> None:
    """Leave the texts without a checksum that were damaged before there was one: theirs is not the hash they have."""
    for table in ("articles", "versions"):
        rows = db.execute(f"SELECT rowid, title, text, content_hash FROM {table}")
        damaged = [(row,) for row, title, text, known in rows if hash_content(title, text) != known]
        db.executemany(f"UPDATE {table} SET checksum = 0 WHERE rowid = ?", damaged)


def compare_schema(db: sqlite3.Connection) -> Iterator[str]:
    """What tables, columns and indexes are missing, other than they should be, or unknown; a line each."""
    wanted_db = sqlite3.connect(":memory:", isolation_level=None)
    create_tables(wanted_db)
    wanted, found = _describe_schema(wanted_db), _describe_schema(db)
    wanted_db.close()
    for name in sorted(wanted.keys() | found.keys() - {"table upcoming"}):
        if name not in found:
            yield f"the {name} is missing"
        elif name not in wanted:
            yield f"the {name} is not one of Dateline's"
        elif found[name] != wanted[name]:
            yield f"the {name} is not as Dateline makes it"


def restore_indexes(db: sqlite3.Connection) -> None:
    """Make the indexes that are missing, and all of them again from their tables; the caller holds the transaction."""
    for statement in (_TABLES + _PLACES).split(";"):
        if statement.strip().startswith("CREATE INDEX"):
            db.execute(statement.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS"))
    db.execute("REINDEX")


def _describe_schema(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """What each table and index is made of."""
    known = db.execute("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    described = {}
    for kind, name, table in known:
        query = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?)'
        if kind == "index":
            query = "SELECT name, cid, desc, coll FROM pragma_index_xinfo(?)"
        described[f"{kind} {name}"] = [(table,), *db.execute(query, (name,)).fetchall()]
    return described


def _run(db: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";"):
        db.execute(statement)
