-- 0230_senco_scope — who changes a post, or which settings a group has: the
-- feeds of the SENCOs it is about say so. Deferred, so that a post changed by
-- closing one version and adding another is not taken away in between. The
-- function is a stub: sql/core/feed.sql gives it its body. And advice is
-- given by those whose work it is: it was "everybody but a school system".
-- SPDX-License-Identifier: Apache-2.0

CREATE FUNCTION core.staff_scope_changed() RETURNS trigger
    LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CONSTRAINT TRIGGER posts_changed
    AFTER INSERT OR UPDATE OR DELETE ON core.posts
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION core.staff_scope_changed();
CREATE CONSTRAINT TRIGGER group_settings_changed
    AFTER INSERT OR UPDATE OR DELETE ON core.group_settings
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION core.staff_scope_changed();
CREATE TRIGGER post_records_changed
    AFTER INSERT OR UPDATE OR DELETE ON core.post_records
    FOR EACH ROW EXECUTE FUNCTION core.staff_scope_changed();

ALTER POLICY advice_added ON core.advice
    WITH CHECK (advice.client_id = (SELECT core.actor_id())
                AND (SELECT core.actor_role()) IN ('area_senco', 'la_officer',
                                                   'la_manager')
                AND advice.setting_id
                    = ANY ((SELECT core.actor_settings())::int[]));
