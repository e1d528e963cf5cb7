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

INSERT INTO account_search (account_id, flags, name_key, search_key)
SELECT id, account_flags(is_active, role, last_login_key, must_change_password), name_key, search_key FROM users;

-- With all that a search in the order of names compares, so that walking along it reads nothing else.
CREATE INDEX account_search_by_name ON account_search (name_key, account_id) INCLUDE (flags, search_key);

INSERT INTO account_counts (flags, accounts) SELECT flags, COUNT(*) FROM account_search GROUP BY flags;

CREATE INDEX users_to_change_password ON users (id) WHERE must_change_password = TRUE;

-- The index of letters needs an extension that comes with PostgreSQL. Where it may not be made, a search reads
-- all of account_search.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX account_letters ON account_search USING gin (search_key gin_trgm_ops) WITH (fastupdate = off);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'no index of letters: the extension pg_trgm cannot be made here (%)', SQLERRM;
END
$$;

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

CREATE FUNCTION index_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind integer;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        kind := account_flags(old.is_active, old.role, old.last_login_key, old.must_change_password);
        INSERT INTO account_counts (flags, accounts) VALUES (kind, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        kind := account_flags(new.is_active, new.role, new.last_login_key, new.must_change_password);
        INSERT INTO account_counts (flags, accounts) VALUES (kind, 1);
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO account_search (account_id, flags, name_key, search_key)
        VALUES (new.id, kind, new.name_key, new.search_key);
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE account_search SET flags = kind, name_key = new.name_key, search_key = new.search_key
        WHERE account_id = new.id;
    END IF;
    -- Now and then, so that there are never many rows.
    IF random() < 0.02 THEN
        PERFORM sum_up_account_counts();
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_inserted AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION index_account();

CREATE TRIGGER users_updated
AFTER UPDATE OF search_key, name_key, is_active, role, last_login_key, must_change_password ON users FOR EACH ROW
WHEN (
    old.search_key <> new.search_key OR old.name_key <> new.name_key OR old.role <> new.role
    OR old.is_active <> new.is_active OR (old.last_login_key = 0) <> (new.last_login_key = 0)
    OR old.must_change_password <> new.must_change_password
)
EXECUTE FUNCTION index_account();
