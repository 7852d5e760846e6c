-- 0052_identities — what is left behind when two persons of the index prove
-- to be one, or one proves to be two.
-- SPDX-License-Identifier: Apache-2.0

-- Where a child that was merged into another is found now.
CREATE TABLE core.child_redirects (
    child_id uuid PRIMARY KEY, -- no longer in core.children
    into_child_id uuid NOT NULL REFERENCES core.children,
    at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX child_redirects_into ON core.child_redirects (into_child_id);

-- Two children that an officer has told apart, and by which record.
CREATE TABLE core.child_separations (
    child_id       uuid NOT NULL,
    other_child_id uuid NOT NULL, -- the new one, made of that record
    setting_id     int NOT NULL REFERENCES core.settings,
    source_id      text COLLATE "C" NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (child_id, other_child_id)
);
CREATE INDEX child_separations_other
    ON core.child_separations (other_child_id);

-- A number that both of them bear still leads to the first; from the setting
-- whose record was told apart it leads to the second, so that a record
-- deleted and sent anew is not glued to the first again.
CREATE TABLE core.child_numbers_apart (
    setting_id int NOT NULL REFERENCES core.settings,
    scheme     text NOT NULL,
    value      text COLLATE "C" NOT NULL,
    born_on    date NOT NULL,
    child_id   uuid NOT NULL REFERENCES core.children,
    PRIMARY KEY (setting_id, scheme, value, born_on)
);
CREATE INDEX child_numbers_apart_child
    ON core.child_numbers_apart (child_id);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['child_redirects', 'child_separations',
        'child_numbers_apart']
    LOOP
        EXECUTE format('ALTER TABLE core.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE core.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('CREATE POLICY owner_passes ON core.%I TO owner
            USING (true) WITH CHECK (true)', v_table);
    END LOOP;
END
$$;

-- Who sees the child sees that it was known by another id.
CREATE POLICY child_redirects_seen ON core.child_redirects
    FOR SELECT TO api
    USING ((SELECT core.actor_sees_all())
           OR EXISTS (
               SELECT 1
                 FROM core.child_records AS r
                WHERE r.child_id = child_redirects.into_child_id
                  AND r.setting_id
                      = ANY ((SELECT core.actor_settings())::int[])));
CREATE POLICY child_separations_seen ON core.child_separations
    FOR SELECT TO api
    USING ((SELECT core.actor_sees_all()));
CREATE POLICY child_numbers_apart_seen ON core.child_numbers_apart
    FOR SELECT TO api
    USING ((SELECT core.actor_sees_all()));
