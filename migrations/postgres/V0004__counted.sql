-- What counts is added up in a fraction of the time: of most rows nothing needs to be asked.
--
-- Not here: what counts. That is said by `counted_generations` alone, which nothing of this changes.

UPDATE outlay.meta SET schema_version = 4;

-- What counts, of the whole team or of a member's own rows, as `counted_generations` says it. That is asked only about
-- rows whose facts may have others (their ids differ in the last four bytes only), that somebody voided, or about whose
-- account somebody answered: any other counts, and in full. Where these are many the view is asked about all.
-- As the owner, for facts are compared over the rows of all; what the login may see is looked at here.
CREATE OR REPLACE FUNCTION outlay.counted(of_team boolean, OUT rows bigint, OUT cost_nanos numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    me CONSTANT text := outlay.my_user();
    everybody CONSTANT boolean := of_team AND outlay.read_all();
    to_ask uuid[];
BEGIN
    SELECT count(*) FILTER (WHERE NOT is_asked), coalesce(sum(cost) FILTER (WHERE NOT is_asked), 0),
        coalesce(array_agg(id) FILTER (WHERE is_asked), '{}')
    INTO rows, cost_nanos, to_ask
    FROM (
        SELECT g.id, g.cost_nanos AS cost,
            coalesce(g.import_id IN (SELECT v.target FROM outlay.voided v), false)
                OR g.id IN (SELECT v.target FROM outlay.voided v)
                OR (g.provider, g.account) IN (SELECT a.provider, a.account FROM outlay.authorities a)
                OR g.id IN (SELECT unnest(ARRAY[near.id, near.next]) FROM (
                    SELECT n.id, n.fact, lead(n.id) OVER by_id AS next, lead(n.fact) OVER by_id AS fact_of_next FROM (
                        SELECT a.id, substr(uuid_send(a.id), 1, 12) AS fact FROM public.ai_generations a ORDER BY a.id OFFSET 0
                    ) AS n WINDOW by_id AS (ORDER BY n.id)
                ) AS near WHERE near.fact = near.fact_of_next) AS is_asked
        FROM public.ai_generations g
        WHERE everybody OR g.user_id = me
            OR g.id IN (SELECT m.generation_id FROM outlay.import_members m WHERE m.user_id = me)
        OFFSET 0 -- so that it is decided once for each row
    ) AS shown;
    IF cardinality(to_ask) > 20000 THEN
        SELECT count(*), coalesce(sum(c.cost_nanos), 0) INTO rows, cost_nanos FROM public.counted_generations c
        WHERE everybody OR c.user_id = me
            OR c.id IN (SELECT m.generation_id FROM outlay.import_members m WHERE m.user_id = me);
    ELSIF to_ask <> '{}' THEN
        SELECT counted.rows + count(*), counted.cost_nanos + coalesce(sum(c.cost_nanos), 0) INTO rows, cost_nanos
        FROM public.counted_generations c WHERE c.id = ANY (to_ask);
    END IF;
END
$$;
