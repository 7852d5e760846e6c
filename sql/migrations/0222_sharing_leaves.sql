-- 0222_sharing_leaves — functions that answer for many settings at once take
-- the place of those for one.
-- SPDX-License-Identifier: Apache-2.0

DROP FUNCTION IF EXISTS core.senco_candidates(int, text, numeric, int, date);
DROP FUNCTION IF EXISTS core.senco_leaves(int, date);
