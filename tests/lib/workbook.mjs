// workbook.mjs — reads a workbook (XLSX) back: the ZIP by Node's zlib, the
// XML by a parser that has never heard of our writer. A cell is what its type
// and its number format make of it, as Excel would show it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { crc32 as crcOfNode, inflateRawSync } from 'node:zlib';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

const ALWAYS_LISTS = new Set(['sheet', 'row', 'c', 'col', 'xf', 'numFmt', 'font', 'f', 'pane', 'definedName']);
const parser = new XMLParser({
  ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false, trimValues: false,
  isArray: (name) => ALWAYS_LISTS.has(name),
});

/** Of a file of the ZIP, checked to be well-formed. */
function xml(files, name) {
  const text = files.get(name)?.toString('utf8');
  assert.ok(text, `the workbook has no ${name}`);
  assert.equal(XMLValidator.validate(text), true, name);
  return parser.parse(text);
}

/** name -> bytes, from the central directory. */
export function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  assert.ok(end >= 0, 'it is no ZIP');
  const files = new Map();
  for (let at = bytes.readUInt32LE(end + 16), n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    assert.equal(bytes.toString('latin1', at, at + 4), 'PK\x01\x02');
    const method = bytes.readUInt16LE(at + 10), crc = bytes.readUInt32LE(at + 16), size = bytes.readUInt32LE(at + 20);
    const [nameLen, extraLen, commentLen] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + size);
    const file = method === 8 ? inflateRawSync(packed) : packed;
    if (crcOfNode) assert.equal(crcOfNode(file), crc);
    files.set(bytes.toString('utf8', at + 46, at + 46 + nameLen), file);
    at += 46 + nameLen + extraLen + commentLen;
  }
  return files;
}

/** "AB12" -> 27 */
function columnOf(ref) {
  return [...ref.replace(/\d+/, '')].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** What Excel makes of "_x000D_" in a text. */
const unescape = (text) => text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(parseInt(code, 16)));

function valueOf(cell, format) {
  const v = cell.v?.['#text'] ?? cell.v;
  switch (cell['@t']) {
    case 'inlineStr': return unescape(String(cell.is.t?.['#text'] ?? cell.is.t ?? ''));
    case 'b': return v === '1';
    case undefined: case 'n': break;
    default: assert.fail(`a cell of type ${cell['@t']}`);
  }
  if (v === undefined) return null;
  if (!/yy/.test(format)) return Number(v);
  const text = new Date(Math.round((Number(v) - 25569) * 86400) * 1000).toISOString();
  return /hh/.test(format) ? text.replace('.000', '') : text.slice(0, 10);
}

function stylesOf(files) {
  const { styleSheet } = xml(files, 'xl/styles.xml');
  const formats = new Map((styleSheet.numFmts?.numFmt ?? []).map((one) => [one['@numFmtId'], one['@formatCode']]));
  formats.set('49', '@');
  return styleSheet.cellXfs.xf.map((one) => ({
    format: formats.get(one['@numFmtId']) ?? '',
    isBold: styleSheet.fonts.font[Number(one['@fontId'])].b !== undefined,
  }));
}

function sheetOf(files, number, name, styles) {
  const { worksheet } = xml(files, `xl/worksheets/sheet${number}.xml`);
  const rows = [], formats = [], bold = [];
  for (const row of worksheet.sheetData.row ?? []) {
    const values = [], seen = [], strong = [];
    for (const cell of row.c ?? []) {
      const at = columnOf(cell['@r']), style = styles[Number(cell['@s'] ?? 0)];
      assert.equal(cell.f, undefined, `${name}!${cell['@r']} holds a formula`);
      values[at] = valueOf(cell, style.format);
      seen[at] = style.format;
      strong[at] = style.isBold;
    }
    rows[Number(row['@r']) - 1] = values;
    formats[Number(row['@r']) - 1] = seen;
    bold[Number(row['@r']) - 1] = strong;
  }
  return { name, rows, formats, bold, filter: worksheet.autoFilter?.['@ref'],
    pane: worksheet.sheetViews.sheetView.pane?.[0], widths: (worksheet.cols?.col ?? []).flatMap((col) =>
      Array(Number(col['@max']) - Number(col['@min']) + 1).fill(Number(col['@width']))) };
}

/** The sheets in order, and the names of the files the workbook is of. */
export function readWorkbook(bytes) {
  const files = unzip(bytes), styles = stylesOf(files);
  const sheets = xml(files, 'xl/workbook.xml').workbook.sheets.sheet
    .map((sheet, i) => sheetOf(files, i + 1, sheet['@name'], styles));
  return { sheets, names: [...files.keys()] };
}

/** The list as objects by its heading; what is not there is null. */
export function rowsOfSheet(sheet) {
  const [heading, ...rows] = sheet.rows;
  return Array.from(rows, (row) => Object.fromEntries(heading.map((name, i) => [name, row?.[i] ?? null])));
}

/** What a row of JSON must be on a sheet: times to the second, lists and objects as text. */
export function asSheet(row, read = row) {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => {
    if (value !== null && typeof value === 'object') {
      assert.deepEqual(JSON.parse(read[name]), value, name);
      return [name, read[name]];
    }
    return [name, typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:]+\.?\d*Z$/.test(value) ? value.replace(/\.\d+Z$/, 'Z') : value];
  }));
}
