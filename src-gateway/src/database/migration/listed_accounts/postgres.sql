-- A time as text, the same whatever a connection has set. What to_char writes by this pattern depends on no setting,
-- though PostgreSQL cannot know that.
CREATE FUNCTION moment_in_utc(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'
$$;

-- An account's values as users/list/listed.rs takes them. A generated column cannot be out of date: PostgreSQL writes
-- it with every change of the row, whoever makes it, and lets nobody write anything else.
ALTER TABLE users ADD COLUMN listed_values text GENERATED ALWAYS AS (
    id::text || ','
    || octet_length(email)::text || ':' || email
    || octet_length(full_name)::text || ':' || full_name
    || octet_length(role)::text || ':' || role
    || (is_active::integer + 2 * must_change_password::integer + 4 * mfa_enabled::integer)::text || ','
    || moment_in_utc(created_at) || ','
    || moment_in_utc(updated_at) || ','
    || coalesce(moment_in_utc(last_login), '') || ','
    || version::text || ','
    || CASE WHEN failed_sign_ins > 0 THEN
        failed_sign_ins::text || ','
        || coalesce(moment_in_utc(last_failure_at), '') || ','
        || octet_length(coalesce(last_failure_address, ''))::text || ':' || coalesce(last_failure_address, '')
        || coalesce(moment_in_utc(locked_until), '') || ','
    ELSE '0,' END
) STORED;
