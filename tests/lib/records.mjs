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

/** n children with a placement and a need each. */
export function roll(from, to) {
  const records = [];
  for (let n = from; n < to; n++) records.push(child(n), placement(n), need(n));
  return records;
}
