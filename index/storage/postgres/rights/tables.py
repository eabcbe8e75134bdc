"""The step that brings rights: their table, the functions that need more than a user may, and a policy for each table.

Row-level security holds for every role but the tables' owner and superusers, whatever program they come with. A role
has rights by rows of `rights`; the collection '' stands for the whole library. What is not of an article (terms,
lengths) is for those alone who see everything: for others it is counted over what they see.
"""

from __future__ import annotations

_MINE = "FROM rights mine WHERE mine.member = current_user"
_SEES_ALL = f"(SELECT EXISTS (SELECT 1 {_MINE} AND mine.collection = ''))"
_EDITS_ALL = f"(SELECT EXISTS (SELECT 1 {_MINE} AND mine.collection = '' AND mine.role <> 'reader'))"
_EDITS_ANY = f"(SELECT EXISTS (SELECT 1 {_MINE} AND mine.role <> 'reader'))"
_SEEN = f"ANY (ARRAY(SELECT mine.collection::text {_MINE}))"
_EDITED = f"ANY (ARRAY(SELECT mine.collection::text {_MINE} AND mine.role <> 'reader'))"


def _sees_article(column: str) -> str:
    return f"{_SEES_ALL} OR {column} IN (SELECT m.article_id FROM memberships m)"


def _edits_article(column: str) -> str:
    return f"{_EDITS_ALL} OR {column} IN (SELECT m.article_id FROM memberships m WHERE m.collection = {_EDITED})"


_NAMES = "jsonb_array_elements_text(collections::jsonb) AS names (name)"
_SEES_PLACE = f"{_SEES_ALL} OR EXISTS (SELECT 1 FROM {_NAMES} WHERE name = {_SEEN})"
_EDITS_PLACE = (
    f"{_EDITS_ALL} OR (collections <> '[]' AND NOT EXISTS (SELECT 1 FROM {_NAMES} WHERE NOT name = {_EDITED}))"
)
_OF_A_PLACE = "IN (SELECT f.address FROM followed f)"
_SEES_PAGE = f"{_sees_article('article_id')} OR listed_in {_OF_A_PLACE} OR address {_OF_A_PLACE}"
_OWN = "kept_by = current_user OR owner = 'user:' || current_user"


def _of_own(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM conversations c WHERE c.owner = {table}.owner AND c.id = conversation)"


_USES_VECTOR = "EXISTS (SELECT 1 FROM passages p WHERE p.vector_key = key)"
# Of each table, what a role may see of it, and what it may add, change and remove.
_POLICIES = {
    "rights": ("member = current_user OR administers(collection)", "administers(collection)"),
    "memberships": (
        f"{_SEES_ALL} OR collection = {_SEEN}",
        f"({_EDITS_ALL} OR collection = {_EDITED}) AND may_join(article_id)",
    ),
    "articles": (_sees_article("id"), _edits_article("id")),
    "versions": (_sees_article("article_id"), _edits_article("article_id")),
    "bands": (_sees_article("article_id"), _edits_article("article_id")),
    "passages": (_sees_article("article_id"), _edits_article("article_id")),
    "vectors": (f"{_SEES_ALL} OR {_USES_VECTOR}", _EDITS_ANY),
    "upcoming": (_SEES_ALL, _EDITS_ALL),
    "terms": (_SEES_ALL, _EDITS_ALL),
    "lengths": (_SEES_ALL, _EDITS_ALL),
    "removals": ("true", _EDITS_ANY),
    "history": ("true", _EDITS_ANY),
    "manifest": ("true", f"{_EDITS_ALL} OR (name = 'generation' AND {_EDITS_ANY})"),
    "followed": (_SEES_PLACE, _EDITS_PLACE),
    "pages": (_SEES_PAGE, f"{_EDITS_ANY} AND ({_SEES_PAGE})"),
    "queue": (_SEES_ALL, _EDITS_ALL),
    "worked": (_SEES_ALL, _EDITS_ALL),
    "conversations": (_OWN, _OWN),
    "exchanges": (_of_own("exchanges"), _of_own("exchanges")),
    "shares": (_of_own("shares"), _of_own("shares")),
}
_EDITORS_TABLES = (
    "articles, memberships, versions, bands, passages, vectors, removals, history, manifest, followed, pages, "
    "queue, worked"
)
_EDITORS_FUNCTIONS = "change_counts(text[], bigint[], bigint, bigint), remove_unused(bytea[])"
_ADMINS_FUNCTIONS = "let_in(text), use_rights()"


def _write_policies() -> str:
    written = []
    for table, (seen, changed) in _POLICIES.items():
        written.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        written.append(f"CREATE POLICY seen ON {table} FOR SELECT USING ({seen});")
        written.append(f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({changed});")
        written.append(f"CREATE POLICY changed ON {table} FOR UPDATE USING ({changed}) WITH CHECK ({changed});")
        written.append(f"CREATE POLICY removed ON {table} FOR DELETE USING ({changed});")
    return "\n".join(written)


# A function of the tables' owner sees past the policies. Its path ends with what a user can make tables in.
_AS_OWNER = "SECURITY DEFINER SET search_path FROM CURRENT"
# Each role that could read before goes on reading all, and one that could write goes on writing.
_KEEP_EARLIER = """
DO $$
DECLARE earlier record;
BEGIN
    FOR earlier IN
        SELECT grantee::text AS name, bool_or(privilege_type = 'INSERT') AS writes
        FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'articles' AND grantee <> 'PUBLIC'
        AND grantee NOT IN (SELECT tableowner FROM pg_tables WHERE schemaname = current_schema())
        AND grantee NOT IN (SELECT rolname FROM pg_roles WHERE rolsuper OR rolbypassrls)
        GROUP BY grantee
    LOOP
        INSERT INTO rights VALUES (earlier.name, '', CASE WHEN earlier.writes THEN 'editor' ELSE 'reader' END);
        PERFORM let_in(earlier.name);
    END LOOP;
END $$;
"""
# What a step adds, members get as they have the rest.
RENEW = "SELECT let_in(member) FROM (SELECT DISTINCT member FROM rights) known"
RIGHTS = f"""
SELECT set_config('search_path', current_setting('search_path') || ', pg_temp', true);
CREATE TABLE rights (
    member words, collection words, role words NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
    PRIMARY KEY (member, collection)
);
ALTER TABLE conversations ADD COLUMN kept_by words NOT NULL DEFAULT current_user;
CREATE SEQUENCE story_numbers;
SELECT setval('story_numbers', (SELECT max(story) FROM articles)) WHERE EXISTS (SELECT 1 FROM articles WHERE story > 0);

CREATE FUNCTION acting() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END
$$;
CREATE FUNCTION administers(wanted text) RETURNS boolean LANGUAGE sql STABLE {_AS_OWNER} AS $$
    SELECT EXISTS (SELECT 1 FROM rights WHERE member = acting() AND role = 'admin' AND collection IN ('', wanted))
$$;
-- An article that is there, and that a role doesn't see, can't be drawn into its collection by who knows the id.
CREATE FUNCTION may_join(article text) RETURNS boolean LANGUAGE sql STABLE {_AS_OWNER} AS $$
    SELECT NOT EXISTS (SELECT 1 FROM articles WHERE id = article) OR EXISTS (
        SELECT 1 FROM rights WHERE member = acting() AND (collection = '' OR EXISTS (
            SELECT 1 FROM memberships m WHERE m.article_id = article AND m.collection = rights.collection
        ))
    )
$$;
-- Others' conversations are seen by who has the link to a shared one, whose id can't be guessed; nobody lists them.
CREATE FUNCTION shared(link text) RETURNS TABLE (owner text, id text, name text, changed double precision)
LANGUAGE sql STABLE {_AS_OWNER} AS $$
    SELECT c.owner::text, c.id::text, c.name::text, c.changed FROM conversations c
    JOIN shares s ON s.owner = c.owner AND s.conversation = c.id WHERE s.id = link
$$;
CREATE FUNCTION shared_exchanges(whose text, wanted text) RETURNS TABLE (turn integer, folded text, exchange bytea)
LANGUAGE sql STABLE {_AS_OWNER} AS $$
    SELECT e.turn, e.folded::text, e.exchange FROM exchanges e
    JOIN shares s ON s.owner = e.owner AND s.conversation = e.conversation
    WHERE e.owner = whose AND e.conversation = wanted
$$;
CREATE FUNCTION sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT row_security_active('articles') OR {_SEES_ALL}
$$;
CREATE FUNCTION measured(OUT passages bigint, OUT terms bigint) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    IF sees_all() THEN
        SELECT l.passages, l.terms INTO measured.passages, measured.terms FROM lengths l;
    ELSE
        SELECT count(*), coalesce(sum(p.length), 0) INTO measured.passages, measured.terms FROM passages p;
    END IF;
END $$;
CREATE FUNCTION counted(asked text[]) RETURNS TABLE (found text, had bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF sees_all() THEN
        RETURN QUERY SELECT t.term::text, t.passages FROM terms t WHERE t.term = ANY (asked);
    ELSE
        RETURN QUERY SELECT term, count(*) FROM passages p, unnest(tsvector_to_array(p.terms)) AS term
            WHERE p.terms @@ array_to_string(ARRAY(
                SELECT '''' || replace(replace(one, '\\', '\\\\'), '''', '''''') || '''' FROM unnest(asked) AS one
            ), ' | ')::tsquery AND term = ANY (asked) GROUP BY term;
    END IF;
END $$;
CREATE FUNCTION counted_between(first text, past text) RETURNS TABLE (found text, had bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF sees_all() THEN
        RETURN QUERY SELECT t.term::text, t.passages FROM terms t WHERE t.term >= first AND t.term < past;
    ELSE
        RETURN QUERY SELECT term, count(*) FROM passages p, unnest(tsvector_to_array(p.terms)) AS term
            WHERE term COLLATE "C" >= first AND term COLLATE "C" < past GROUP BY term;
    END IF;
END $$;
CREATE FUNCTION change_counts(names text[], more bigint[], of_passages bigint, of_terms bigint) RETURNS void
LANGUAGE sql {_AS_OWNER} AS $$
    INSERT INTO terms SELECT * FROM unnest(names, more)
    ON CONFLICT (term) DO UPDATE SET passages = terms.passages + excluded.passages;
    DELETE FROM terms WHERE term = ANY (names) AND passages <= 0;
    UPDATE lengths SET passages = passages + of_passages, terms = terms + of_terms;
$$;
CREATE FUNCTION remove_unused(keys bytea[]) RETURNS void LANGUAGE sql {_AS_OWNER} AS $$
    DELETE FROM vectors WHERE key = ANY (keys) AND NOT {_USES_VECTOR};
$$;
CREATE FUNCTION let_in(who text) RETURNS void LANGUAGE plpgsql {_AS_OWNER} AS $$
DECLARE
    place text := quote_ident(current_schema());
    them text := quote_ident(who);
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = who AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'sees everything' USING ERRCODE = 'invalid_grant_operation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = who) THEN
        IF NOT EXISTS (SELECT 1 FROM rights WHERE member = who) THEN
            RETURN;
        END IF;
        BEGIN
            EXECUTE 'CREATE ROLE ' || them || ' NOLOGIN';
            EXECUTE 'GRANT ' || them || ' TO ' || quote_ident(current_user);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'no such role' USING ERRCODE = 'undefined_object';
        END;
    END IF;
    EXECUTE 'REVOKE ALL ON ALL TABLES IN SCHEMA ' || place || ' FROM ' || them;
    EXECUTE 'REVOKE ALL ON SCHEMA ' || place || ' FROM ' || them;
    EXECUTE 'REVOKE ALL ON SEQUENCE story_numbers FROM ' || them;
    EXECUTE 'REVOKE ALL ON FUNCTION {_EDITORS_FUNCTIONS}, {_ADMINS_FUNCTIONS} FROM ' || them;
    IF NOT EXISTS (SELECT 1 FROM rights WHERE member = who) THEN
        RETURN;
    END IF;
    EXECUTE 'GRANT USAGE ON SCHEMA ' || place || ' TO ' || them;
    EXECUTE 'GRANT SELECT ON ALL TABLES IN SCHEMA ' || place || ' TO ' || them;
    EXECUTE 'GRANT INSERT, UPDATE, DELETE ON conversations, exchanges, shares TO ' || them;
    IF EXISTS (SELECT 1 FROM rights WHERE member = who AND role <> 'reader') THEN
        EXECUTE 'GRANT INSERT, UPDATE, DELETE ON {_EDITORS_TABLES} TO ' || them;
        EXECUTE 'GRANT USAGE ON SEQUENCE story_numbers TO ' || them;
        EXECUTE 'GRANT EXECUTE ON FUNCTION {_EDITORS_FUNCTIONS} TO ' || them;
    END IF;
    IF EXISTS (SELECT 1 FROM rights WHERE member = who AND role = 'admin') THEN
        EXECUTE 'GRANT INSERT, UPDATE, DELETE ON rights TO ' || them;
        EXECUTE 'GRANT EXECUTE ON FUNCTION {_ADMINS_FUNCTIONS} TO ' || them;
    END IF;
END $$;
CREATE FUNCTION use_rights() RETURNS void LANGUAGE sql {_AS_OWNER} AS $$
    INSERT INTO manifest SELECT 'rights', 'used' WHERE EXISTS (SELECT 1 FROM rights) ON CONFLICT DO NOTHING;
$$;
REVOKE EXECUTE ON FUNCTION {_EDITORS_FUNCTIONS}, {_ADMINS_FUNCTIONS} FROM PUBLIC;
{_write_policies()}
{_KEEP_EARLIER}
"""
