-- 0031_export_take — its new self answers the epoch and key of cursors too.
-- SPDX-License-Identifier: Apache-2.0

DROP FUNCTION IF EXISTS core.export_take();
