-- grants — who may touch what, stated in full after every rebuild.
-- SPDX-License-Identifier: Apache-2.0

-- api works on the tables, under their policies; it deletes nothing of a
-- child, and of the audit log it may only add to.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA core TO api;
REVOKE ALL ON core.secret, core.migrations, core.child_claims FROM api;
REVOKE INSERT, UPDATE ON core.kinds, core.snapshot_rules FROM api;
REVOKE ALL ON core.feed FROM api;
REVOKE INSERT, UPDATE ON core.feed_scope, core.facts_told, core.facts,
    core.handovers_open, core.transition_names, core.ehc_durations FROM api;
REVOKE INSERT, UPDATE ON core.child_identifiers FROM api;
REVOKE UPDATE ON core.planner_rankings, core.planner_ranking_rows FROM api;
GRANT DELETE ON core.setting_identifiers, core.setting_links TO api;
GRANT SELECT ON ALL TABLES IN SCHEMA law TO api;
GRANT INSERT ON audit.entries TO api;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA core, law TO api;

GRANT USAGE ON SCHEMA audit TO auditor;
GRANT SELECT ON audit.entries TO auditor;

-- The daemon: schema api and nothing else.
GRANT USAGE ON SCHEMA api TO sencod;
GRANT SELECT ON ALL TABLES IN SCHEMA api TO sencod;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA api TO sencod;

-- Functions inside a view or a policy are checked against the caller. None
-- of these can be named by the daemon: it has no USAGE on their schemas.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT p.oid
          FROM pg_proc AS p
         WHERE p.pronamespace IN ('core'::regnamespace, 'law'::regnamespace)
           AND (NOT p.prosecdef
                OR p.proname IN ('actor_id', 'actor_role', 'actor_sees_all',
                                 'actor_settings'))
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO sencod', v_function);
    END LOOP;
END
$$;

-- What only a deploy calls.
REVOKE EXECUTE ON FUNCTION core.feed_restored, core.enrol_administrator,
    core.digest_rebuild, core.kind_define,
    core.kind_define_proposals, core.kind_proposal_template,
    core.kind_statement, core.kind_template, core.kind_data,
    core.kind_register, core.kind_register_fact, core.kind_records,
    core.kind_table_secure, core.snapshot_stage_define FROM api, sencod;
