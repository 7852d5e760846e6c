-- 0211_creations — what a client made under which Idempotency-Key, for all
-- that has a number: the same key again is answered with what it made, other
-- content is refused. Of the content only a hash is kept.
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE core.creations (
    client_id    uuid NOT NULL REFERENCES core.clients,
    what         text NOT NULL, -- 'post', 'staff' …
    key          text NOT NULL,
    content_hash uuid NOT NULL,
    id           int NOT NULL,  -- of what was made
    at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT creations_pkey PRIMARY KEY (client_id, what, key)
);
