-- records — every live record of every kind that the actor may see, those of
-- its settings and the facts the authority tells them, as it is sent: the
-- feed, the exports and the digest read it. One branch a kind; a reader that
-- says which kind, setting and source_id touches one row by primary key.
-- after: kinds
-- SPDX-License-Identifier: Apache-2.0

SELECT core.kind_records();
