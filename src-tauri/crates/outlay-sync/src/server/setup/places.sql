CREATE SCHEMA IF NOT EXISTS outlay AUTHORIZATION outlay_owner;
DO $$
BEGIN
    IF NOT has_schema_privilege('outlay_owner', 'public', 'CREATE') THEN
        GRANT USAGE, CREATE ON SCHEMA public TO outlay_owner;
    END IF;
    IF NOT has_schema_privilege('outlay_member', 'public', 'USAGE') THEN
        GRANT USAGE ON SCHEMA public TO outlay_member, outlay_reader;
    END IF;
END
$$;
