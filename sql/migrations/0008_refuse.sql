-- 0008_refuse — sql/core replaces functions, it drops none: one that gets
-- other arguments leaves its old self behind, and a call fits both.
-- SPDX-License-Identifier: Apache-2.0

DROP FUNCTION IF EXISTS core.refuse(text, text);
DROP FUNCTION IF EXISTS core.token_mac(text);
