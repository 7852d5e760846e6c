-- 0022_child_claims — who adds a number of a child waits for who is adding
-- the same one, and for nobody else. The wait is that of a unique index: a
-- claim is a row that its own transaction has deleted again, so the table is
-- always empty, and a crash may empty it.
-- SPDX-License-Identifier: Apache-2.0

CREATE UNLOGGED TABLE core.child_claims (
    claim bigint PRIMARY KEY -- hash of scheme, number and date of birth
);
ALTER TABLE core.child_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.child_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_passes ON core.child_claims TO owner
    USING (true) WITH CHECK (true);
