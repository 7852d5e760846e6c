// postgraphile — GraphQL made from the schema app: PostGraphile 4, the batch
// as the mutation it makes of app.needs_sync. Plain HTTP, no log. Listens on
// PORT of 127.0.0.1.
// SPDX-License-Identifier: Apache-2.0
import { createServer } from "node:http";
import pg from "pg";
import { postgraphile } from "postgraphile";

const pool = new pg.Pool({ max: 8 });
const serve = postgraphile(pool, "app", {
	dynamicJson: true,
	disableQueryLog: true,
	disableDefaultMutations: true,
	bodySizeLimit: "16MB",
	graphiql: false,
	retryOnInitFail: false,
});

createServer(serve).listen(Number(process.env.PORT), "127.0.0.1");
