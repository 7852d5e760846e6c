// fastify — the server one would write in Node: Fastify 5 with its schema
// validation and pg with prepared statements; a batch is one SQL call. Plain
// HTTP, no certificates, no log. Listens on PORT of 127.0.0.1.
// SPDX-License-Identifier: Apache-2.0
import Fastify from "fastify";
import pg from "pg";

pg.types.setTypeParser(1082, (text) => text); // a date is its text

const pool = new pg.Pool({ max: 8 });
const app = Fastify({ bodyLimit: 16 * 1024 * 1024 });

const record = {
	type: "object",
	required: ["kind", "source_id", "revision", "op", "data"],
	properties: {
		kind: { const: "need" },
		source_id: { type: "string", minLength: 1, maxLength: 100 },
		revision: { type: "integer", minimum: 1 },
		op: { enum: ["put"] },
		data: {
			type: "object",
			required: ["child", "provision", "start_on"],
			properties: {
				child: { type: "string" },
				provision: { enum: ["N", "K", "E"] },
				start_on: { type: "string", format: "date" },
				end_on: { type: "string", format: "date" },
				types: { type: "array", items: { type: "string" } },
			},
		},
	},
};
const batch = {
	body: {
		type: "object",
		required: ["records"],
		properties: { records: { type: "array", maxItems: 5000, items: record } },
	},
	querystring: {
		type: "object",
		required: ["setting"],
		properties: { setting: { type: "string" } },
	},
};

app.post("/needs", { schema: batch }, async (request) => {
	const { rows } = await pool.query({
		name: "sync",
		text: "SELECT app.needs_sync($1, $2) AS answer",
		values: [request.query.setting, JSON.stringify(request.body.records)],
	});
	return rows[0].answer;
});

app.get("/needs", async (request) => {
	const { rows } = await pool.query({
		name: "list",
		text: `SELECT setting, source_id, revision, child, provision, start_on,
		              end_on, types
		         FROM app.needs WHERE setting = $1 ORDER BY source_id LIMIT $2`,
		values: [request.query.setting, Number(request.query.limit)],
	});
	return { rows };
});

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
