-- housekeeping — called by a timer of the daemon, as nobody: what is old
-- goes, settings that fell silent are told once, and the planner's rankings of
-- the morning are kept. A caller can only have it done earlier: what it
-- deletes is older than a day whatever it is asked.
-- SPDX-License-Identifier: Apache-2.0

-- housekeep — one bounded run, unless another is at it. Rows: "pruned" with
-- what and how many; "kept" likewise; "setting_silent" and "setting_heard" with the setting
-- and the hours of silence; "again" when there is more to do; always
-- "silent" with how many settings are silent now.
CREATE FUNCTION api.housekeep(feed_days int, answer_days int)
RETURNS TABLE (event text, subject text, amount bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    c_run      CONSTANT int := 5000;
    c_notes    CONSTANT int := 200;
    c_rankings CONSTANT int := 20;
    v_feed     interval := make_interval(days => greatest($1, 1));
    v_answers  interval := make_interval(days => greatest($2, 1));
    v_is_again boolean := false;
    v_notes    bigint;
    v_job      record;
    v_gone     bigint;
    v_kept     bigint;
BEGIN
    IF pg_try_advisory_xact_lock(535310) THEN
        -- What is old, after how long, and the function that deletes it.
        FOR v_job IN
            SELECT j.* FROM (VALUES
                ('feed', v_feed, 'feed_prune'),
                ('answers', v_answers, 'answers_prune'),
                ('snapshots', interval '0', 'snapshots_expire'),
                ('exports', interval '0', 'exports_expire'),
                ('rankings', interval '0', 'planner_prune'))
                AS j (name, keep, job)
        LOOP
            EXECUTE format('SELECT core.%I($1, $2)', v_job.job)
               INTO v_gone USING v_job.keep, c_run;
            IF v_gone > 0 THEN
                RETURN QUERY SELECT 'pruned', v_job.name, v_gone;
            END IF;
            v_is_again := v_is_again OR v_gone >= c_run;
        END LOOP;
        v_kept := api.planner_morning(c_rankings);
        IF v_kept > 0 THEN
            RETURN QUERY SELECT 'kept', 'rankings', v_kept;
        END IF;
        v_is_again := v_is_again OR v_kept >= c_rankings;
        RETURN QUERY
            SELECT n.event, n.setting, n.hours::bigint
              FROM core.silence_note(c_notes) AS n;
        GET DIAGNOSTICS v_notes = ROW_COUNT;
        IF v_is_again OR v_notes >= c_notes THEN
            RETURN QUERY SELECT 'again', NULL, NULL::bigint;
        END IF;
    END IF;
    RETURN QUERY
        SELECT 'silent', NULL, count(*)
          FROM core.silences AS q
         WHERE q.is_silent;
END
$$;
