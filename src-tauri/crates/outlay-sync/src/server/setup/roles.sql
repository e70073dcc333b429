-- Who owns the ledger, and the two groups of those who use it. Roles belong to the whole server: another database
-- may have brought them already.
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['outlay_owner', 'outlay_member', 'outlay_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- somebody in another database was faster
            END;
        END IF;
    END LOOP;
END
$$;
