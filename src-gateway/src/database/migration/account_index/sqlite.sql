-- How many accounts there are of each kind. A kind is a sum: 1 active, 2 administrator, 4 never signed in,
-- 8 must change the password.
CREATE TABLE account_counts (flags INTEGER PRIMARY KEY, accounts INTEGER NOT NULL);

WITH RECURSIVE kinds (flags) AS (SELECT 0 UNION ALL SELECT flags + 1 FROM kinds WHERE flags < 15)
INSERT INTO account_counts SELECT flags, 0 FROM kinds;

-- A number for each account tells what a search needs to know of its hits without looking at the accounts: the
-- highest 35 bits roughly where the name is sorted, then 24 bits that no two accounts share, then the kind in 4.
-- Beside the number stands what decides where the number does not.
CREATE TABLE account_search (
    number INTEGER PRIMARY KEY,
    account_id BLOB NOT NULL UNIQUE,
    name_key TEXT NOT NULL,
    flags INTEGER GENERATED ALWAYS AS (number & 15) VIRTUAL
);

-- The last of the 24 bits that were given away; after the last of all it begins again.
CREATE TABLE account_serial (last INTEGER NOT NULL);

-- Every three letters in a row of every account's text for searching. The text itself is in the account.
CREATE VIRTUAL TABLE account_letters
    USING fts5(search_key, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1');

-- What an account's number is made of. The place is that of the first three letters, each in so many bits; after
-- one that is beyond them, the rest is not looked at. So it never contradicts the order of names.
CREATE VIEW account_places AS
SELECT
    account_id,
    name_key,
    search_key,
    flags,
    (first << 22) + CASE WHEN first < 8191 THEN second << 11 ELSE 0 END
        + CASE WHEN first < 8191 AND second < 2047 THEN third ELSE 0 END AS place
FROM (
    SELECT
        id AS account_id,
        name_key,
        search_key,
        (is_active <> 0) + 2 * (role = 'admin') + 4 * (last_login_key = 0) + 8 * (must_change_password <> 0)
            AS flags,
        MIN(COALESCE(UNICODE(name_key), 0), 8191) AS first,
        MIN(COALESCE(UNICODE(SUBSTR(name_key, 2, 1)), 0), 2047) AS second,
        MIN(COALESCE(UNICODE(SUBSTR(name_key, 3, 1)), 0), 2047) AS third
    FROM users
);

INSERT INTO account_search (number, account_id, name_key)
SELECT (place << 28) + (ROW_NUMBER() OVER (ORDER BY account_id) << 4) + flags AS number, account_id, name_key
FROM account_places ORDER BY number;

INSERT INTO account_serial SELECT COUNT(*) FROM account_search;

INSERT INTO account_letters (rowid, search_key)
SELECT account_search.number, users.search_key
FROM account_search INNER JOIN users ON users.id = account_search.account_id
ORDER BY account_search.number;

UPDATE account_counts
SET accounts = (SELECT COUNT(*) FROM account_search WHERE account_search.flags = account_counts.flags);

CREATE INDEX users_to_change_password ON users (id) WHERE must_change_password = TRUE;

CREATE TRIGGER users_inserted AFTER INSERT ON users BEGIN
    UPDATE account_serial SET last = (last + 1) & 16777215;
    INSERT INTO account_search (number, account_id, name_key)
    SELECT (place << 28) + ((SELECT last FROM account_serial) << 4) + flags, account_id, name_key
    FROM account_places WHERE account_id = new.id;
    INSERT INTO account_letters (rowid, search_key)
    SELECT number, new.search_key FROM account_search WHERE account_id = new.id;
    UPDATE account_counts SET accounts = accounts + 1
    WHERE flags = (SELECT flags FROM account_search WHERE account_id = new.id);
END;

CREATE TRIGGER users_updated
AFTER UPDATE OF search_key, name_key, is_active, role, last_login_key, must_change_password ON users
WHEN old.search_key <> new.search_key OR old.name_key <> new.name_key OR old.role <> new.role
    OR old.is_active <> new.is_active OR (old.last_login_key = 0) <> (new.last_login_key = 0)
    OR old.must_change_password <> new.must_change_password
BEGIN
    UPDATE account_counts SET accounts = accounts - 1
    WHERE flags = (SELECT flags FROM account_search WHERE account_id = old.id);
    INSERT INTO account_letters (account_letters, rowid, search_key)
    SELECT 'delete', number, old.search_key FROM account_search WHERE account_id = old.id;
    UPDATE account_search
    SET
        number = (
            SELECT (place << 28) + (account_search.number & 268435440) + account_places.flags
            FROM account_places WHERE account_places.account_id = old.id
        ),
        name_key = new.name_key
    WHERE account_id = old.id;
    INSERT INTO account_letters (rowid, search_key)
    SELECT number, new.search_key FROM account_search WHERE account_id = old.id;
    UPDATE account_counts SET accounts = accounts + 1
    WHERE flags = (SELECT flags FROM account_search WHERE account_id = old.id);
END;

CREATE TRIGGER users_deleted AFTER DELETE ON users BEGIN
    UPDATE account_counts SET accounts = accounts - 1
    WHERE flags = (SELECT flags FROM account_search WHERE account_id = old.id);
    INSERT INTO account_letters (account_letters, rowid, search_key)
    SELECT 'delete', number, old.search_key FROM account_search WHERE account_id = old.id;
    DELETE FROM account_search WHERE account_id = old.id;
END;
