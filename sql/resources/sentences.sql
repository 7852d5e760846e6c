-- sentences.sql — what core/sentences.sql does, for the reads of schema api,
-- which cannot name core.
-- SPDX-License-Identifier: Apache-2.0

-- finding_sentence — the text of a finding with what was found put into it.
CREATE FUNCTION api.finding_sentence(sentence text, inputs jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN core.sentence_fill(sentence, inputs);
END
$$;
