-- 0151_findings.sql — what the colours of a transition can say, each with the
-- rule it follows from; and the order of the milestones, kept by the table.
-- SPDX-License-Identifier: Apache-2.0

-- {days} in a sentence is the rule's count of days, {day} its day of the year.
CREATE TABLE law.findings (
    id       text NOT NULL PRIMARY KEY,
    rag      text NOT NULL,
    rule_id  text,
    sentence text NOT NULL,
    CONSTRAINT findings_rag_is_known
        CHECK (rag IN ('GREEN', 'AMBER', 'RED', 'BLACK', 'BLUE')),
    CONSTRAINT findings_id_names_its_colour
        CHECK (id LIKE lower(rag) || '\_%')
);

ALTER TABLE core.ehc_transfers
    ADD CONSTRAINT ehc_transfers_year_is_plausible
        CHECK (year BETWEEN 2014 AND 2100),
    ADD CONSTRAINT ehc_transfers_in_order CHECK (
        amendment_noticed_on >= review_held_on
        AND plan_final_on >= amendment_noticed_on
        AND plan_final_on >= review_held_on);

CREATE INDEX ehc_transfers_year ON core.ehc_transfers (year);
