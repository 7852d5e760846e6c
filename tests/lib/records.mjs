// records.mjs — small, recognisably fictional records for the API tests.
// SPDX-License-Identifier: Apache-2.0

/** The check letter of a UPN, from DfE-00116-2020 Annex A. */
export function upn(body) {
  const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ';
  const sum = [...body].reduce((total, char, i) =>
    total + (i + 2) * (char >= '0' && char <= '9' ? Number(char) : letters.indexOf(char)), 0);
  return letters[sum % 23] + body;
}

export function child(n, data = {}, revision = 1) {
  return { kind: 'child', source_id: `c-${n}`, revision, op: 'put', data: {
    surname: `Fictional-${n}`, forename: 'Testchild', born_on: '2018-05-0' + (1 + (n % 9)), year_group: '3', ...data } };
}

export function placement(n, data = {}, revision = 1) {
  return { kind: 'placement', source_id: `p-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, start_on: '2022-09-01', ...data } };
}

export function need(n, data = {}, revision = 1) {
  return { kind: 'need', source_id: `n-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, provision: 'K', start_on: '2023-09-01', types: ['SLCN', 'ASD'], ...data } };
}

export function transition(n, data = {}, revision = 1) {
  return { kind: 'transition', source_id: `t-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, kind: 'PRS', year: 2027, ...data } };
}

export function plan(n, data = {}, revision = 1) {
  return { kind: 'plan', source_id: `pl-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, start_on: '2025-09-08', review_due_on: '2025-12-05', outcomes: ['reads ten words', 'asks "why?"'],
    provision: ['daily reading, ten minutes'], parent_involved: true, ...data } };
}

export function involvement(n, data = {}, revision = 1) {
  return { kind: 'involvement', source_id: `i-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, agency: 'speech_language', referred_on: '2025-09-15', purpose: 'assessment', ...data } };
}

export function contact(n, data = {}, revision = 1) {
  return { kind: 'contact', source_id: `k-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, held_on: '2025-10-01', voice: 'parent', mode: 'phone', views: ['happy at lunch'], agreed: ['a quiet place'], ...data } };
}

export function post(n, data = {}, revision = 1) {
  return { kind: 'post', source_id: `s-${n}`, revision, op: 'put', data: {
    kind: 'senco', arrangement: 'own', name: 'Ada Example', start_on: '2024-09-01', hours_per_week: 12.5, teaching_percent: 40,
    is_head: false, is_qualified_teacher: true, npq_began_on: '2024-10-01', ...data } };
}

export function rollCount(n, data = {}, revision = 1) {
  return { kind: 'roll', source_id: `r-${n}`, revision, op: 'put', data: {
    counted_on: '2026-01-15', year_group: 'R', headcount: 30, sen_support: 4, ehcp: 1, ...data } };
}

export function ehcTransfer(n, data = {}, revision = 1) {
  return { kind: 'ehc_transfer', source_id: `e-${n}`, revision, op: 'put', data: {
    child: `c-${n}`, year: 2027, review_held_on: '2026-11-10', ...data } };
}

/** One builder a kind that settings own, in the order a batch is applied. */
export const builders = { child, placement, need, transition, plan, involvement, contact, post, roll: rollCount };

/** n children with a placement and a need each. */
export function roll(from, to) {
  const records = [];
  for (let n = from; n < to; n++) records.push(child(n), placement(n), need(n));
  return records;
}
