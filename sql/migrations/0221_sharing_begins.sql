-- 0221_sharing_begins — since when, or from when on, each school of an
-- arrangement has the SENCO: regulation 49's clock runs from there.
-- SPDX-License-Identifier: Apache-2.0

ALTER TYPE core.sharing_case ADD ATTRIBUTE begins_at date[];
