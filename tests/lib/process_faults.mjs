// process_faults.mjs — what can happen to the processes under senders: each
// fault is done once, aimed at a request in flight, and answers whether there
// was one. All of them leave everything running again.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { until } from './stage.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Its pid while it runs. */
function postmaster(stage) {
  const file = stage.file('pg/data/postmaster.pid');
  const pid = existsSync(file) && readFileSync(file, 'utf8').split('\n')[0];
  return pid && existsSync(`/proc/${pid}`) ? Number(pid) : undefined;
}

export class ProcessFaults {
  /** isOver: the test has failed and waits for nothing more. */
  constructor(stage, lanes, shim, random, isOver) {
    Object.assign(this, { stage, lanes, shim, random, isOver });
  }

  async until(what, condition, seconds) {
    await until(what, () => this.isOver() || condition(), seconds);
    if (this.isOver()) throw new Error('the test is over');
  }

  /** Attempts that are at the server now. */
  inFlight() {
    return this.lanes.map((lane) => ({ lane, attempt: lane.now })).filter(({ lane, attempt }) => attempt && lane.worker());
  }

  /** Does it, and answers how many of the attempts in flight came to harm by it and not by their line. */
  async harm(attempts, action) {
    await action();
    await Promise.all(attempts.map(({ ended }) => ended));
    return attempts.filter(({ failed, fault }) => failed && !fault?.hit).length;
  }

  /** Batches are acknowledged again. */
  async goesOn() {
    const count = () => this.lanes.reduce((sum, { batches }) => sum + batches, 0), before = count();
    await this.until('batches to go on', () => count() > before, 120);
  }

  async aLane() {
    let all;
    await this.until('a request in flight', () => { all = this.inFlight(); return all.length > 0; }, 120);
    return all[Math.floor(this.random() * all.length)];
  }

  // ---- the daemon ----

  async workerKilled() {
    const { lane, attempt } = await this.aLane();
    await pause(this.random() * 15);
    const pid = lane.worker(), { length } = this.stage.workers();
    if (!pid || lane.now !== attempt) return false;
    const harmed = await this.harm([attempt], () => process.kill(pid, 'SIGKILL'));
    await this.until('another worker', () => this.stage.workers().length === length && !this.stage.workers().includes(pid), 60);
    return harmed > 0;
  }

  /** The worker that serves this lane, as soon as one does; false when the request was over first. */
  async workerOf(lane) {
    await this.until('its request', () => lane.now && lane.worker(), 120);
    await pause(this.random() * 10);
    const attempt = lane.now, pid = lane.worker();
    if (!attempt || !pid) return false;
    return await this.harm([attempt], () => process.kill(pid, 'SIGKILL')) > 0;
  }

  /** No worker outlives it; whoever started it starts it again. */
  async supervisorKilled() {
    await this.aLane();
    await pause(this.random() * 15);
    const workers = this.stage.workers(), flying = this.inFlight();
    this.stage.daemon.kill('SIGKILL');
    await this.stage.exited;
    await this.until('the last worker to end', () => !workers.some((pid) => existsSync(`/proc/${pid}`)), 60);
    await this.stage.launch();
    await this.goesOn();
    return flying.length > 0;
  }

  // ---- the database ----

  /**
   * Waits within the database for a session of the daemon that is at a stage
   * of a batch, and does this to it or to all; answers whether there was one.
   */
  async aim(stage, deed) {
    const notices = await this.stage.sql(`DO $$
      DECLARE v_pid int; v_postmaster int := split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int;
      BEGIN
        FOR i IN 1..2000 LOOP
          PERFORM pg_stat_clear_snapshot();
          SELECT a.pid INTO v_pid FROM pg_stat_activity AS a
           WHERE a.usename = 'sencod' AND a.state = 'active' AND a.query LIKE '%api.%${stage}%' ORDER BY random() LIMIT 1;
          EXIT WHEN FOUND;
          PERFORM pg_sleep(0.001);
        END LOOP;
        IF v_pid IS NOT NULL THEN ${deed} END IF;
        PERFORM set_config('app.pid', coalesce(v_pid::text, ''), false);
      END $$; SELECT current_setting('app.pid')`).catch((error) => {
      // Whoever stops the database is stopped with it.
      if (/server closed the connection|terminating connection|connection to server/.test(error.stderr)) return [['all']];
      throw error;
    });
    return (notices[0]?.[0] ?? '') !== '';
  }

  async sessionEnded() {
    const stage = ['sync_open', '_merge', 'sync_close'][Math.floor(this.random() * 3)];
    return this.aim(stage, 'PERFORM pg_terminate_backend(v_pid);');
  }

  /** Started when it is down. While it recovers by itself it is left alone: a stop could last for minutes. */
  async back() {
    await this.until('the database to start', async () => {
      if (!postmaster(this.stage)) await this.stage.cluster('restart');
      return await this.stage.sql('SELECT 1');
    }, 120);
    await this.goesOn();
  }

  async databaseSignalled(signal, stage) {
    const isHit = await this.aim(stage, `EXECUTE format($c$COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; kill -${signal} %s || true'$c$, v_postmaster); PERFORM pg_sleep(0.3);`);
    if (isHit) await this.until('the database to end', () => !postmaster(this.stage), 120);
    await this.back();
    return isHit;
  }

  /** Within a batch, or between its commit and the answer. */
  stoppedFast() { return this.databaseSignalled('INT', this.random() < 0.5 ? '_merge' : 'sync_close'); }

  crashed() { return this.databaseSignalled('QUIT', this.random() < 0.3 ? '_merge' : 'sync_close'); }

  /** The postmaster ends all sessions and recovers. */
  async sessionKilled() {
    const isHit = await this.aim('_merge', `EXECUTE format($c$COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; kill -KILL %s || true'$c$, v_pid); PERFORM pg_sleep(0.3);`);
    await this.goesOn();
    return isHit;
  }

  /** No room for another page of any table: refused as "try again", nothing half done. */
  async diskFull() {
    const refused = () => this.lanes.reduce((sum, { refusals }) => sum + refusals, 0);
    const hits = this.shim.diskHits, before = refused();
    this.shim.disk = 'fullForData';
    try {
      await this.until('a write without space', () => this.shim.diskHits > hits && refused() > before, 120);
    } finally {
      this.shim.disk = 'hasSpace';
    }
    await this.goesOn();
    return true;
  }

  /** No room for the log: PostgreSQL ends at once, and recovers when there is. */
  async diskFullForLog() {
    const hits = this.shim.diskHits, flying = this.inFlight();
    this.shim.disk = 'fullForWal';
    try {
      await this.until('a write without space', () => this.shim.diskHits > hits, 120);
    } finally {
      this.shim.disk = 'hasSpace';
    }
    await this.back();
    return flying.length > 0;
  }

  // ---- the clocks ----

  async jump(which, seconds) {
    const workers = this.stage.workers(), counts = () => this.lanes.reduce((sum, lane) => sum + lane.batches + lane.failures + lane.refusals, 0);
    const flying = this.inFlight(), before = counts();
    this.shim[which] = seconds;
    try {
      await this.until('attempts under another clock', () => counts() > before + 2 * this.lanes.length, 120);
    } finally {
      this.shim[which] = 0;
    }
    await this.goesOn();
    assert.deepEqual(workers, this.stage.workers(), 'a jump of the clock ended a worker');
    return flying.length > 0;
  }

  /** An hour, or so far that no certificate is good. */
  clockJumps() { return this.jump('clock', [3600, -3600, 86400 * 4000, -86400 * 400][Math.floor(this.random() * 4)]); }

  /** Tokens expire by this clock. */
  databaseClockJumps() { return this.jump('databaseClock', [90, 7200, -90, -7200][Math.floor(this.random() * 4)]); }
}
