"""The tables of a library in a database, and bringing those of an earlier Dateline up to date, step by step.

All of them stand in one schema. A step is one transaction; the table `steps` says which were taken.
"""

from __future__ import annotations

import secrets

import psycopg
from psycopg import errors

from index.errors import DatabaseLacking, LibraryMissing, NoRights, OlderSchema, OtherFormat
from index.storage.address import Address, SchemaState
from index.storage.postgres.connection import Connection, connect, find_names
from index.storage.postgres.problems import explaining
from index.storage.postgres.rights.tables import RENEW, RIGHTS

# Text is compared by its code points: the server's own order of words is another on each machine.
_LIBRARY = """
CREATE DOMAIN words AS text COLLATE "C";
CREATE TABLE manifest (name words PRIMARY KEY, value words NOT NULL);
CREATE TABLE history (generation bigint PRIMARY KEY, stamp bigint NOT NULL);
CREATE TABLE articles (
    id words PRIMARY KEY, title words NOT NULL, text words NOT NULL, content_hash words NOT NULL,
    url words, origin words, source words, authors words NOT NULL, published words, published_at bigint,
    published_precision words, modified words, language words, date_evidence words, removed words NOT NULL,
    language_evidence words, source_evidence words, authors_evidence words, agency words,
    word_places words NOT NULL,
    folded words NOT NULL, published_day words, source_folded words, url_host words, language_tag words,
    added bigint GENERATED ALWAYS AS IDENTITY, story bigint
);
CREATE INDEX articles_content ON articles (content_hash);
CREATE INDEX articles_date ON articles (published_at, id);
CREATE INDEX articles_day ON articles (published_day);
CREATE INDEX articles_source ON articles (source_folded);
CREATE INDEX articles_language ON articles (language_tag);
CREATE INDEX articles_story ON articles (story);
CREATE INDEX articles_ungrouped ON articles (added) WHERE story IS NULL;
CREATE TABLE bands (
    band integer, article_id words REFERENCES articles ON DELETE CASCADE, PRIMARY KEY (band, article_id)
);
CREATE INDEX bands_article ON bands (article_id);
CREATE TABLE versions (
    article_id words REFERENCES articles ON DELETE CASCADE, number integer, title words NOT NULL, text words NOT NULL,
    content_hash words NOT NULL, published words, modified words, PRIMARY KEY (article_id, number)
);
CREATE TABLE vectors (key bytea PRIMARY KEY, vector halfvec NOT NULL);
CREATE TABLE upcoming (key bytea PRIMARY KEY, vector halfvec NOT NULL);
CREATE TABLE passages (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id words NOT NULL REFERENCES articles,
    ordinal integer NOT NULL, start integer NOT NULL, stop integer NOT NULL,
    vector_key bytea NOT NULL REFERENCES vectors, generation bigint NOT NULL,
    language words NOT NULL, terms tsvector NOT NULL, length integer NOT NULL
);
CREATE INDEX passages_article ON passages (article_id, ordinal);
CREATE INDEX passages_generation ON passages (generation);
CREATE INDEX passages_vector ON passages (vector_key);
CREATE INDEX passages_language ON passages (language);
CREATE INDEX passages_terms ON passages USING gin (terms);
CREATE TABLE removals (number bigint PRIMARY KEY, generation bigint NOT NULL);
CREATE INDEX removals_generation ON removals (generation);
CREATE TABLE terms (term words PRIMARY KEY, passages bigint NOT NULL);
CREATE TABLE lengths (passages bigint NOT NULL, terms bigint NOT NULL);
INSERT INTO lengths VALUES (0, 0);
CREATE TABLE followed (
    address words PRIMARY KEY, kind words NOT NULL, columns words NOT NULL, added bigint GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE pages (
    address words PRIMARY KEY, listed_in words, stamp words NOT NULL, article_id words, etag words,
    last_modified words, since bigint NOT NULL, due bigint NOT NULL, changes bigint NOT NULL, gone bigint NOT NULL
);
CREATE INDEX pages_listed_in ON pages (listed_in);
CREATE INDEX pages_article ON pages (article_id);
INSERT INTO manifest VALUES ('generation', '0'), ('precision', 'float16');
"""
_CONVERSATIONS = """
CREATE TABLE conversations (
    owner words, id words, name words NOT NULL, changed double precision NOT NULL, folded words NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE TABLE exchanges (
    owner words, conversation words, turn integer, folded words NOT NULL, exchange bytea NOT NULL,
    PRIMARY KEY (owner, conversation, turn),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
);
"""
_SHARES = """
CREATE TABLE shares (
    id words PRIMARY KEY, owner words NOT NULL, conversation words NOT NULL, UNIQUE (owner, conversation),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
);
"""
_QUEUE = """
CREATE TABLE queue (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id words NOT NULL, title words NOT NULL,
    article words NOT NULL, tries integer NOT NULL DEFAULT 0, reason words NOT NULL DEFAULT ''
);
CREATE INDEX queue_next ON queue (tries, number);
CREATE INDEX queue_article ON queue (article_id, number);
CREATE TABLE worked (minute timestamptz PRIMARY KEY, articles bigint NOT NULL);
"""
_COLLECTIONS = """
CREATE TABLE memberships (
    collection words, article_id words REFERENCES articles ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (collection, article_id)
);
CREATE INDEX memberships_article ON memberships (article_id);
ALTER TABLE followed ADD COLUMN collections words NOT NULL DEFAULT '[]';
"""
# The first brings no tables to version 1, and so on; never changed, only added to.
STEPS = (_LIBRARY, _CONVERSATIONS, _SHARES, _QUEUE, _COLLECTIONS, RIGHTS)
VERSION = len(STEPS)
_LACKS_EXTENSION = "has no pgvector, and its server none to offer"


def read_state(address: Address) -> SchemaState:
    """The versions of the library's tables, and of what they stand on. Raises DatabaseUnreachable."""
    with connect(address, schema=False) as db, explaining(address):
        server = str(db.info.parameter_status("server_version")).partition(" ")[0]
        pgvector = ".".join(map(str, find_names(db).version))
        return SchemaState(_read_version(db, address), VERSION, server, pgvector)


def _read_version(db: Connection, address: Address) -> int:
    there = "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'steps'"
    if db.execute(there, (address.schema,)).fetchone() is None:
        return 0
    seen = db.execute("SELECT has_schema_privilege(%s, 'USAGE'), current_user", (address.schema,)).fetchone()
    if seen and not seen[0]:
        raise NoRights(f"{seen[1]} has no rights")
    row = db.execute(f'SELECT coalesce(max(version), 0) FROM "{address.schema}".steps'.encode()).fetchone()
    return int(row[0]) if row else 0


def check_version(address: Address) -> None:
    """Raise LibraryMissing, OlderSchema or OtherFormat where the tables are not those of this Dateline."""
    found = read_state(address).version
    if not found:
        raise LibraryMissing(address)
    if found < VERSION:
        raise OlderSchema(address, found, VERSION)
    if found > VERSION:
        raise OtherFormat(address, str(found), VERSION)


def upgrade(address: Address, *, create: bool) -> tuple[int, int]:
    """Take the steps that are missing; of several programs that try at once, one does. Returns the versions before and
    after.

    With `create`, the first is taken too, where there are no tables. Raises LibraryMissing otherwise, OtherFormat where
    the tables are of a later Dateline, DatabaseLacking where pgvector can't be had.
    """
    with connect(address, schema=False) as db, explaining(address, writing=True):
        before = _read_version(db, address)
        if before > VERSION:
            raise OtherFormat(address, str(before), VERSION)
        if not before and not create:
            raise LibraryMissing(address)
        if not before:
            _check_encoding(db, address)
            _create_extension(db, address)
    if before < VERSION:
        with connect(address) as db, explaining(address, writing=True):
            while _take_next_step(db, address):
                pass
            if db.execute("SELECT to_regclass('rights')").fetchone() != (None,):
                db.execute(RENEW)
    return before, VERSION


def _check_encoding(db: Connection, address: Address) -> None:
    if (found := db.info.parameter_status("server_encoding")) != "UTF8":
        raise DatabaseLacking(address, f"has the encoding {found}, and articles need UTF8")


def _create_extension(db: Connection, address: Address) -> None:
    if find_names(db).pgvector:
        return
    try:
        db.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except (errors.FeatureNotSupported, errors.UndefinedFile):
        raise DatabaseLacking(address, _LACKS_EXTENSION) from None
    except errors.InsufficientPrivilege:
        said = "has no pgvector, and this user may not make it: `CREATE EXTENSION vector` is for its owner"
        raise DatabaseLacking(address, said) from None
    except errors.UniqueViolation:
        pass  # another program was first


def _take_next_step(db: Connection, address: Address) -> bool:
    """Take one step that is missing, in one transaction; False where none is."""
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"dateline steps {address.schema}",))
        found = _read_version(db, address)
        if found >= VERSION:
            return False
        if not found:
            _create_schema(db, address)
        db.execute(STEPS[found].encode())
        db.execute("INSERT INTO steps (version) VALUES (%s)", (found + 1,))
        if not found:
            db.execute("INSERT INTO history VALUES (0, %s)", (secrets.randbits(63),))
    return True


def _create_schema(db: Connection, address: Address) -> None:
    try:
        with db.transaction():
            db.execute(f'CREATE SCHEMA IF NOT EXISTS "{address.schema}"'.encode())
    except psycopg.errors.InsufficientPrivilege:  # somebody else may have made it for us
        if not db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (address.schema,)).fetchone():
            raise
    others = "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s LIMIT 1"
    if db.execute(others, (address.schema,)).fetchone():
        raise DatabaseLacking(address, f"has other tables in its schema {address.schema}")
    db.execute("CREATE TABLE steps (version integer PRIMARY KEY, taken timestamptz NOT NULL DEFAULT now())")
