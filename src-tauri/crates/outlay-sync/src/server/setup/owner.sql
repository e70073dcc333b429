-- To work as the owner, whoever runs this must be one for a moment. A superuser is anybody anyway.
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        GRANT outlay_owner TO CURRENT_USER;
    END IF;
END
$$;
