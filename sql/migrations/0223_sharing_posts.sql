-- 0223_sharing_posts — what else a person is SENCO as gives way at the moment
-- at which the shared post is known.
-- SPDX-License-Identifier: Apache-2.0

DROP FUNCTION IF EXISTS core.sharing_posts_give_way(core.sharings, int, date,
    date);
