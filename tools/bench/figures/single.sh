#!/bin/bash
# single — batches of one record each, as a system sends that reports every
# change at once: sixteen kept connections, each batch its own transaction
# with its stored answer, on disk before the reply.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154
. "${0%/*}/../lib/bench.sh"
. "$bench/lib/servers.sh"
. "$bench/lib/setup.sh"
. "$bench/lib/schools.sh"
trap stop_started EXIT
children=50           # of each school: 800 batches a round

want_schools
connections=$(printf ',sender-%s' 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2)
sixteen=$(cut -d , -f 1-16 <<<"$senders") # one for each connection
say 'batches of one record, sixteen connections'
for ((round = -1; round < rounds; round++)); do
	rate=$(sync_load "$work_port" "${connections#,}" "$sixteen" need \
		$children "$(next_revision 1)" 1 updated 1)
	[ $round -ge 0 ] || continue
	note single "$rate" -
done

limit single /s '>= 2000' 'batches of one record, 16 connections'
