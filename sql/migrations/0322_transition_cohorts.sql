-- 0322_transition_cohorts — which children a cohort makes cases of, and what
-- can be found of a case, in words.
-- SPDX-License-Identifier: Apache-2.0

-- The SEN status of the children of the cohort that get a case.
CREATE TABLE law.transition_provisions (
    provision  text NOT NULL, -- as law.sen_provisions stands for
    valid_from date NOT NULL,
    valid_to   date,
    rule_id    text NOT NULL,
    PRIMARY KEY (provision, valid_from),
    CONSTRAINT transition_provisions_ordered CHECK (valid_to >= valid_from)
);

CREATE TABLE law.transition_findings (
    id       text PRIMARY KEY,
    rule_id  text NOT NULL,
    severity text NOT NULL,
    sentence text NOT NULL,
    CONSTRAINT transition_findings_severity_known
        CHECK (severity IN ('error', 'warn', 'info'))
);
