// pouchdb — CouchDB's protocol by express-pouchdb on LevelDB: a batch is
// _bulk_docs with the sender's own revisions, as a replication sends it. Plain
// HTTP, no log. Keeps its files in DIR and listens on PORT of 127.0.0.1.
// SPDX-License-Identifier: Apache-2.0
import express from "express";
import expressPouch from "express-pouchdb";
import PouchDB from "pouchdb";

const Stored = PouchDB.defaults({ prefix: `${process.env.DIR}/` });
const app = express();

app.use(expressPouch(Stored, {
	mode: "minimumForPouchDB",
	inMemoryConfig: true,
	logPath: "/dev/null",
}));
await new Stored("needs").info();
app.listen(Number(process.env.PORT), "127.0.0.1");
