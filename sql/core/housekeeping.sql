-- housekeeping — what is thrown away once it is old, each in runs of bounded
-- length. As owner: nobody else may delete.
-- SPDX-License-Identifier: Apache-2.0

-- answers_prune — deletes up to lim stored answers older than keep, and says
-- how many.
CREATE OR REPLACE FUNCTION core.answers_prune(keep interval, lim int)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_gone bigint;
BEGIN
    DELETE FROM core.sync_batches AS b
     USING (SELECT o.client_id, o.key
              FROM core.sync_batches AS o
             WHERE o.at < now() - keep
             LIMIT lim
               FOR UPDATE SKIP LOCKED) AS old
     WHERE b.client_id = old.client_id
       AND b.key = old.key;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END
$$;
