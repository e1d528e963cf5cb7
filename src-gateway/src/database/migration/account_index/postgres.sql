-- A kind of account is a sum: 1 active, 2 administrator, 4 never signed in, 8 must change the password.
CREATE FUNCTION account_flags(is_active boolean, role text, last_login_key bigint, must_change boolean)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT is_active::integer + 2 * (role = 'admin')::integer + 4 * (last_login_key = 0)::integer
        + 8 * must_change::integer
$$;

-- How many accounts there are of each kind: the sum of a kind's rows. Whoever changes accounts adds rows and
-- changes none, so that writers neither wait for each other here nor for each other's rows crosswise.
CREATE TABLE account_counts (flags integer NOT NULL, accounts bigint NOT NULL);

-- What a search looks at, in narrow rows: hits far apart are then on few pages.
CREATE TABLE account_search (
    account_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    flags integer NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_key text COLLATE "C" NOT NULL
);

-- In the order of names: who shares a name, or a part of it, is then found on the same pages.
INSERT INTO account_search (account_id, flags, name_key, search_key)
SELECT id, account_flags(is_active, role, last_login_key, must_change_password), name_key, search_key FROM users
ORDER BY name_key COLLATE "C", id;

-- With all that a search in the order of names compares, so that walking along it reads nothing else.
CREATE INDEX account_search_by_name ON account_search (name_key, account_id) INCLUDE (flags, search_key);

INSERT INTO account_counts (flags, accounts) SELECT flags, COUNT(*) FROM account_search GROUP BY flags;

CREATE INDEX users_to_change_password ON users (id) WHERE must_change_password = TRUE;

-- Every three letters in a row of a text. The extension pg_trgm would give only those that the server's locale takes
-- for letters, which on many servers are the English ones alone, and never a dot or a space.
-- The cost says what it takes beside a comparison, so that few accounts are not worth reading all of, either. Not for
-- other processes: starting them to fetch the hits of a search takes longer than they save.
CREATE FUNCTION account_letters_of(key text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL RESTRICTED COST 500 AS $$
DECLARE
    letters text[] := string_to_array(key, NULL);
    found text[] := '{}';
BEGIN
    FOR place IN 1 .. coalesce(array_length(letters, 1), 0) - 2 LOOP
        found[place] := letters[place] || letters[place + 1] || letters[place + 2];
    END LOOP;
    RETURN found;
END
$$;

-- New letters wait in a short list, which searches read as well, until there are enough of them to be put in their
-- places together: a long list would make searches slow, and none would make writers so.
CREATE INDEX account_letters ON account_search
USING gin (account_letters_of(search_key)) WITH (gin_pending_list_limit = 512);

-- Puts the rows of each kind together. Rows that another transaction is about to put together are left to it.
CREATE FUNCTION sum_up_account_counts() RETURNS void LANGUAGE sql AS $$
    WITH taken AS (
        DELETE FROM account_counts WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM account_counts LIMIT 1000 FOR UPDATE SKIP LOCKED
        ))
        RETURNING flags, accounts
    )
    INSERT INTO account_counts (flags, accounts)
    SELECT flags, SUM(accounts) FROM taken GROUP BY flags HAVING SUM(accounts) <> 0
$$;

-- Each statement on accounts, however many it is about, adds what it has changed. Now and then the rows of counts
-- are put together, so that there are never many.
CREATE FUNCTION index_new_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_search (account_id, flags, name_key, search_key)
    SELECT id, account_flags(is_active, role, last_login_key, must_change_password), name_key, search_key
    FROM new_accounts;
    INSERT INTO account_counts (flags, accounts)
    SELECT account_flags(is_active, role, last_login_key, must_change_password) AS kind, COUNT(*)
    FROM new_accounts GROUP BY kind;
    IF random() < 0.02 THEN
        PERFORM sum_up_account_counts();
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION index_changed_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH both_states AS (
        SELECT
            was.id,
            account_flags(was.is_active, was.role, was.last_login_key, was.must_change_password) AS kind_before,
            account_flags(now.is_active, now.role, now.last_login_key, now.must_change_password) AS kind,
            (was.name_key, was.search_key) <> (now.name_key, now.search_key) AS is_other_text,
            now.name_key,
            now.search_key
        FROM old_accounts AS was INNER JOIN new_accounts AS now ON now.id = was.id
    ),
    changed AS (
        SELECT * FROM both_states WHERE kind <> kind_before OR is_other_text
    ),
    written AS (
        UPDATE account_search
        SET flags = changed.kind, name_key = changed.name_key, search_key = changed.search_key
        FROM changed WHERE account_id = changed.id
    )
    INSERT INTO account_counts (flags, accounts)
    SELECT kind, SUM(number) FROM (
        SELECT kind, 1 AS number FROM changed UNION ALL SELECT kind_before, -1 FROM changed
    ) AS moved
    GROUP BY kind HAVING SUM(number) <> 0;
    IF random() < 0.02 THEN
        PERFORM sum_up_account_counts();
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION forget_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Their rows in account_search go with them.
    INSERT INTO account_counts (flags, accounts)
    SELECT account_flags(is_active, role, last_login_key, must_change_password) AS kind, -COUNT(*)
    FROM old_accounts GROUP BY kind;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_inserted AFTER INSERT ON users REFERENCING NEW TABLE AS new_accounts
FOR EACH STATEMENT EXECUTE FUNCTION index_new_accounts();

CREATE TRIGGER users_updated AFTER UPDATE ON users REFERENCING OLD TABLE AS old_accounts NEW TABLE AS new_accounts
FOR EACH STATEMENT EXECUTE FUNCTION index_changed_accounts();

CREATE TRIGGER users_deleted AFTER DELETE ON users REFERENCING OLD TABLE AS old_accounts
FOR EACH STATEMENT EXECUTE FUNCTION forget_accounts();
