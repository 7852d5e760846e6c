-- 0154_rules_due — what falls due under a rule, in the words a person reads
-- beside the date: "final plan", "transition form sent".
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE law.rules ADD COLUMN due text
    CONSTRAINT rules_due_says_something CHECK (due <> '');
