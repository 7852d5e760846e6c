# schools.sh — sixty schools of 1,000 children each for the figures of the
# sync: twenty send over the API, twenty are copied into, twenty belong to the
# script, so that no side works in another's pages.
# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: Apache-2.0

schools=20            # of each
pupils=1000           # of each school
passes=3              # of the whole roll in one measurement
records=$((schools * pupils * passes))

# Sets senders (as the API names them), receivers and scripted (numbers).
want_schools() {
	want_authority
	local all
	mapfile -t all < <(settings_of $((3 * schools)))
	[ ${#all[@]} = $((3 * schools)) ] || die 'too few schools'
	senders=$(printf ',id:%s' "${all[@]:0:schools}")
	senders=${senders#,}
	receivers=$(IFS=,; echo "${all[*]:schools:schools}")
	scripted=$(IFS=,; echo "${all[*]:2*schools}")
	once schools fill_schools
}

fill_schools() {
	local name
	for name in sender-1 sender-2; do
		# shellcheck disable=SC2046
		enrol "$work_port" "$name" school_system \
			$(printf -- '--setting %s ' ${senders//,/ })
	done
	sync_load "$work_port" sender-1,sender-2 "$senders" mixed $pupils 1 1 \
		created >/dev/null
	copy_children "$receivers"
	copy_children "$scripted"
	query 'VACUUM ANALYZE'
	query CHECKPOINT
}

# The same children, recorded by other schools.
copy_children() { # settings
	query "INSERT INTO core.child_records (setting_id, source_id, child_id,
	           revision, content_hash, surname, forename, born_on)
	       SELECT x.id, r.source_id, r.child_id, 1, r.content_hash,
	              r.surname, r.forename, r.born_on
	         FROM unnest('{${senders//id:/}}'::int[], '{$1}'::int[])
	              AS x (other, id)
	         JOIN core.child_records AS r ON r.setting_id = x.other
	        WHERE r.source_id LIKE 'bench-%'"
}

# A revision that nobody sent yet; takes as many as said.
next_revision() { # how many
	local revision
	revision=$(cat "$work/done/revision" 2>/dev/null || echo 2)
	echo $((revision + $1)) >"$work/done/revision"
	echo "$revision"
}
