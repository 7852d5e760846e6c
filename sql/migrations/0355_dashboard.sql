-- 0355_dashboard — the numbers of the first page, counted from time to time:
-- of 60,000 children they cannot be counted while somebody waits. No child is
-- in this table.
-- SPDX-License-Identifier: Apache-2.0

-- A row a setting, and one of the whole authority (no setting): what cannot be
-- laid at a setting's door is in that one only.
CREATE TABLE core.dashboard_counts (
    setting_id       int REFERENCES core.settings,
    counted_at       timestamptz NOT NULL,
    on_date          date NOT NULL, -- as on this day
    children         int NOT NULL,
    ehc_plans        int NOT NULL,
    sen_support      int NOT NULL,
    moving           int NOT NULL,
    open_cases       int NOT NULL,
    deadlines_late   int NOT NULL,
    between_settings int NOT NULL,
    between_escalated int NOT NULL,
    handovers_late   int NOT NULL,
    CONSTRAINT dashboard_counts_once UNIQUE NULLS NOT DISTINCT (setting_id)
);
