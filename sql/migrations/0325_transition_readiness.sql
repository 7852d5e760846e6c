-- 0325_transition_readiness — whether a move is ready: settings that were
-- asked whether they can take the child, the plan of an enhanced move, the
-- milestones of practice, and what the colours can say.
-- SPDX-License-Identifier: Apache-2.0

-- A colour is a finding: how urgent (1 first), and how severe.
CREATE TABLE law.colours (
    code     text PRIMARY KEY,
    rank     smallint NOT NULL UNIQUE,
    severity text NOT NULL,
    name     text NOT NULL,
    CONSTRAINT colours_severity_known
        CHECK (severity IN ('error', 'warn', 'info'))
);

-- A setting is asked whether it can take a child that has no plan (with one
-- it is consulted under section 39: core.ehc_events). It is told what it needs
-- to answer, and not who the child is: of that, sen_status and primary_need
-- are as known on the day it was asked.
CREATE TABLE core.transition_consultations (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id      uuid NOT NULL REFERENCES core.transition_cases,
    child_id     uuid NOT NULL REFERENCES core.children, -- the case's
    n            int NOT NULL, -- 1, 2 … of the case
    setting_id   int NOT NULL REFERENCES core.settings,
    sent_on      date NOT NULL,
    question     text,
    year         int NOT NULL, -- the case's, for who does not see the case
    kind         text NOT NULL,
    target_on    date NOT NULL,
    sen_status   text,
    primary_need text,
    answered_on  date,
    answer       text,
    reasons      text,
    client_id    uuid NOT NULL REFERENCES core.clients,
    key          text NOT NULL,
    content      uuid NOT NULL,
    answered_by  uuid REFERENCES core.clients,
    version      bigint NOT NULL DEFAULT 1,
    at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT transition_consultations_once UNIQUE (case_id, n),
    CONSTRAINT transition_consultations_key_once UNIQUE (client_id, key),
    CONSTRAINT transition_consultations_answer_known
        CHECK (answer IN ('yes', 'no')),
    CONSTRAINT transition_consultations_no_says_why
        CHECK (answer <> 'no' OR reasons <> ''),
    CONSTRAINT transition_consultations_answered_whole CHECK (
        (answer IS NULL) = (answered_on IS NULL)
        AND (answer IS NULL) = (answered_by IS NULL)),
    CONSTRAINT transition_consultations_in_order
        CHECK (answered_on >= sent_on),
    CONSTRAINT transition_consultations_short
        CHECK (length(question) <= 500 AND length(reasons) <= 1000)
);
CREATE INDEX transition_consultations_child
    ON core.transition_consultations (child_id);
CREATE INDEX transition_consultations_setting
    ON core.transition_consultations (setting_id);
CREATE UNIQUE INDEX transition_consultations_one_open
    ON core.transition_consultations (case_id, setting_id)
    WHERE answer IS NULL;

-- The consulted setting sees its own question and nobody else's; so does who
-- sees the setting that is left, all of them, since it is its child.
SELECT core.child_table_secure('transition_consultations');
ALTER POLICY transition_consultations_seen ON core.transition_consultations
    USING ((SELECT core.actor_sees_all())
        OR setting_id = ANY ((SELECT core.actor_settings())::int[])
        OR EXISTS (SELECT FROM core.transition_cases AS c
                    WHERE c.id = transition_consultations.case_id
                      AND c.from_setting_id
                          = ANY ((SELECT core.actor_settings())::int[])));
ALTER POLICY transition_consultations_added ON core.transition_consultations
    WITH CHECK ((SELECT core.actor_sees_all())
        OR EXISTS (SELECT FROM core.transition_cases AS c
                    WHERE c.id = transition_consultations.case_id
                      AND c.from_setting_id
                          = ANY ((SELECT core.actor_settings())::int[])));
ALTER POLICY transition_consultations_changed ON core.transition_consultations
    USING ((SELECT core.actor_sees_all())
        OR setting_id = ANY ((SELECT core.actor_settings())::int[]));

-- The plan of a move that needs more than the usual: one a case. The tier is
-- the case's own.
CREATE TABLE core.transition_plans (
    case_id            uuid PRIMARY KEY REFERENCES core.transition_cases,
    child_id           uuid NOT NULL REFERENCES core.children, -- the case's
    key_adult          text,
    meeting_planned_on date,
    meeting_held_on    date,
    met                text, -- who met
    agreed_on          date,
    agreed_by          text,
    visits_planned_on  date[] NOT NULL DEFAULT '{}',
    visits_done_on     date[] NOT NULL DEFAULT '{}',
    training_planned_on date,
    training_done_on   date,
    training           text, -- in what
    version            bigint NOT NULL DEFAULT 1,
    changed_at         timestamptz NOT NULL DEFAULT now(),
    changed_by         uuid NOT NULL REFERENCES core.clients,
    CONSTRAINT transition_plans_agreed_by_known CHECK (
        agreed_by IN ('parent', 'young_person', 'representative')),
    CONSTRAINT transition_plans_agreed_by_somebody
        CHECK ((agreed_on IS NULL) = (agreed_by IS NULL)),
    CONSTRAINT transition_plans_short CHECK (
        length(key_adult) <= 200 AND length(met) <= 500
        AND length(training) <= 500)
);
CREATE INDEX transition_plans_child ON core.transition_plans (child_id);

-- Whoever sees the case sees and writes its plan.
SELECT core.child_table_secure('transition_plans');
ALTER POLICY transition_plans_seen ON core.transition_plans
    USING (EXISTS (SELECT FROM core.transition_cases AS c
                    WHERE c.id = transition_plans.case_id));
ALTER POLICY transition_plans_added ON core.transition_plans
    WITH CHECK (EXISTS (SELECT FROM core.transition_cases AS c
                         WHERE c.id = transition_plans.case_id));
ALTER POLICY transition_plans_changed ON core.transition_plans
    USING (EXISTS (SELECT FROM core.transition_cases AS c
                    WHERE c.id = transition_plans.case_id));

-- Unanswered consultations are looked for in every report.
CREATE INDEX ehc_events_consultations ON core.ehc_events (on_date)
    WHERE event = 'consultation_sent';
CREATE INDEX ehc_events_consultation_answers ON core.ehc_events (of_event)
    WHERE event = 'consultation_answered';

-- Who must act can also be on the receiving side.
ALTER TABLE law.clocks
    DROP CONSTRAINT clocks_owner_known,
    ADD CONSTRAINT clocks_owner_known CHECK (owner IN ('la', 'new_la',
        'setting', 'receiving_setting', 'adviser', 'parent', 'health',
        'area_senco'));

-- Which clocks are the milestones of which moves. A list that is NULL names
-- all. starts: what the day is counted from (target: the first day there;
-- september: that of the year moved in; left: the last day at the setting
-- left). after: the milestone it cannot come before.
CREATE TABLE law.transition_milestones (
    clock    text PRIMARY KEY,
    n        smallint NOT NULL, -- in the order of the year
    kinds    text[],
    statuses text[],
    tiers    text[],
    starts   text NOT NULL,
    CONSTRAINT transition_milestones_starts_known
        CHECK (starts IN ('target', 'september', 'left'))
);
