// shim.mjs — builds fault_shim.c, and speaks to whoever has it loaded: jumps
// of the wall clock, a disk without space.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { root } from './stage.mjs';

const FIELDS = ['databaseClock', 'clock', 'disk', 'diskHits', 'commitUs']; // of struct control, 8 bytes each
const DISK = { hasSpace: 0, fullForData: 1, fullForWal: 2 };

export class Shim {
  constructor() {
    // The loader takes LD_PRELOAD apart at blanks: not below a path that may have one.
    this.dir = mkdtempSync('/tmp/sencod-shim-');
    chmodSync(this.dir, 0o755);
    const library = path.join(this.dir, 'shim.so'), control = path.join(this.dir, 'control');
    execFileSync('cc', ['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC',
      '-o', library, path.join(root, 'tests/lib/fault_shim.c'), '-ldl']);
    writeFileSync(control, Buffer.alloc(8 * FIELDS.length));
    chmodSync(control, 0o666); // PostgreSQL may run as another user
    this.control = openSync(control, 'r+');
    // A sanitizer wants to be the first library, and need not be.
    this.env = { LD_PRELOAD: library, FAULT_SHIM: control,
      ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':') };
  }

  put(field, value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(this.control, bytes, 0, 8, 8 * FIELDS.indexOf(field));
  }

  /** Seconds added to the clock of the daemon and of programs. */
  set clock(seconds) { this.put('clock', seconds); }

  /** Seconds added to the clock of PostgreSQL. */
  set databaseClock(seconds) { this.put('databaseClock', seconds); }

  /** hasSpace, fullForData: no table can grow; fullForWal: nothing can be logged. */
  set disk(state) { this.put('disk', DISK[state]); }

  /** How long each write to PostgreSQL's log takes more. */
  set commitUs(us) { this.put('commitUs', us); }

  /** How many writes found no space so far. */
  get diskHits() {
    const bytes = Buffer.alloc(8);
    readSync(this.control, bytes, 0, 8, 8 * FIELDS.indexOf('diskHits'));
    return Number(bytes.readBigInt64LE());
  }

  release() {
    closeSync(this.control);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
