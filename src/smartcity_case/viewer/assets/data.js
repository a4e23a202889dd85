// The payload, and what is derived from it once: rows numbered through all tables, the
// marks of each text in UTF-16 (the payload counts code points), who refers to whom.

const payload = JSON.parse(document.getElementById("payload").textContent);
const { tables, texts, findings } = payload;
// What is no tag of a language says nothing to a screen reader.
for (const text of texts) if (!/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(text.language)) text.language = "";

const byId = (id) => document.getElementById(id);

/** An element with properties and children; text is only ever text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Whether the page is in a frame without an address of its own, as in a notebook. */
const isFramed = location.protocol === "about:";

const counted = (number, noun) =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// --- rows: numbered through all tables ---------------------------------------------------

const firstOf = [];
let rowCount = 0;
for (const table of tables) {
  firstOf.push(rowCount);
  rowCount += table.rows.length;
}
const tableOf = new Uint16Array(rowCount);
tables.forEach((table, t) => tableOf.fill(t, firstOf[t], firstOf[t] + table.rows.length));

const cell = (row, field) => {
  const t = tableOf[row];
  return tables[t].columns[field][row - firstOf[t]];
};

function keyOf(row) {
  return tables[tableOf[row]].key.map((field) => cell(row, field));
}

/** TABLE/KEY as a reference has it; a table without a key has rows without names. */
function shortOf(row) {
  const table = tables[tableOf[row]];
  const index = row - firstOf[tableOf[row]];
  if (table.short) return table.short[index];
  return table.key.length ? [table.name, ...keyOf(row)].join("/") : "";
}

const nameOf = (row) =>
  shortOf(row) || `${tables[tableOf[row]].name}, row ${tables[tableOf[row]].rows[row - firstOf[tableOf[row]]]}`;

const rowNamed = new Map();
for (let row = rowCount - 1; row >= 0; row--) {
  const table = tables[tableOf[row]];
  if (table.key.length) rowNamed.set(JSON.stringify([table.name, ...keyOf(row)]), row);
}
/** Whether the name of a row is its own: a key that is there twice names the first. */
const isNamed = (row) => rowNamed.get(JSON.stringify([tables[tableOf[row]].name, ...keyOf(row)])) === row;

// --- references from row to row ----------------------------------------------------------

const keyPlaces = tables.map((table, t) => {
  const places = new Map();
  if (table.key.length === 1) {
    table.columns[table.key[0]].forEach((key, index) => {
      if (!places.has(key)) places.set(key, firstOf[t] + index);
    });
  }
  return places;
});

/** The row that a cell refers to, or -1. */
function targetOf(row, field) {
  const { refers } = tables[tableOf[row]].fields[field];
  return refers < 0 ? -1 : (keyPlaces[refers].get(cell(row, field)) ?? -1);
}

/** Lists of numbers by number, in two flat arrays. */
class Lists {
  constructor(count, pairs) {
    this.from = new Uint32Array(count + 1);
    for (let i = 0; i < pairs.length; i += 2) this.from[pairs[i] + 1]++;
    for (let i = 0; i < count; i++) this.from[i + 1] += this.from[i];
    const next = this.from.slice();
    this.all = new Uint32Array(pairs.length / 2);
    for (let i = 0; i < pairs.length; i += 2) this.all[next[pairs[i]]++] = pairs[i + 1];
  }
  of(number) {
    return this.all.subarray(this.from[number], this.from[number + 1]);
  }
}

const pairsOfReferences = [];
for (let t = 0; t < tables.length; t++) {
  tables[t].fields.forEach((each, field) => {
    if (each.refers < 0) return;
    for (let row = firstOf[t]; row < firstOf[t] + tables[t].rows.length; row++) {
      const target = targetOf(row, field);
      if (target >= 0) pairsOfReferences.push(target, row);
    }
  });
}
const referrers = new Lists(rowCount, pairsOfReferences);

// --- marks -------------------------------------------------------------------------------

/** From code points to UTF-16; null where they are the same. */
const unitsOf = texts.map(() => undefined);
function units(text) {
  if (unitsOf[text] === undefined) {
    const words = texts[text].text ?? "";
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(words)) unitsOf[text] = null;
    else {
      const places = [];
      let at = 0;
      for (const point of words) {
        places.push(at);
        at += point.length;
      }
      places.push(at);
      unitsOf[text] = Uint32Array.from(places);
    }
  }
  return unitsOf[text];
}
const toUnits = (text, point) => {
  const places = units(text);
  return places ? places[Math.min(point, places.length - 1)] : point;
};

const lengthOf = (text) => {
  const { text: words } = texts[text];
  return words === null ? Infinity : (units(text)?.length - 1 || words.length);
};

/** All marks, flat: row, span, text, start and end in code points; `stands` is 0 for a place
 * that is stated, but where other words stand. */
const marks = { row: [], span: [], text: [], start: [], end: [], stands: [] };
function addMark(row, span, text, start, end, stands) {
  marks.row.push(row);
  marks.span.push(span);
  marks.text.push(text);
  marks.start.push(start);
  marks.end.push(end);
  marks.stands.push(stands);
}
/** What is not as it is stated, by row: verdict, where the words stand instead. */
const oddOfRow = new Map();
tables.forEach((table, t) => {
  for (const [index, span, text, start, end] of table.marks) addMark(firstOf[t] + index, span, text, start, end, 1);
  for (const [index, span, verdict, candidates, exact, stated, text] of table.odd) {
    const row = firstOf[t] + index;
    if (!oddOfRow.has(row)) oddOfRow.set(row, []);
    oddOfRow.get(row).push({ span, verdict, candidates, exact, stated, text });
    if (stated && text >= 0 && stated[0] < stated[1] && stated[1] <= lengthOf(text)) addMark(row, span, text, ...stated, 0);
  }
});
const markCount = marks.row.length;
const marksOfRow = new Lists(rowCount, marks.row.flatMap((row, mark) => [row, mark]));
const marksOfText = new Lists(texts.length, marks.text.flatMap((text, mark) => [text, mark]));

const findingsOfRow = new Map();
findings.forEach((finding, number) => {
  if (finding.table < 0 || finding.row < 0) return;
  const row = firstOf[finding.table] + finding.row;
  if (!findingsOfRow.has(row)) findingsOfRow.set(row, []);
  findingsOfRow.get(row).push(number);
});

/** The text that a row points into first; -1 without one. */
function textOf(row) {
  const [first] = marksOfRow.of(row);
  return first === undefined ? (oddOfRow.get(row)?.[0].text ?? -1) : marks.text[first];
}

// --- words -------------------------------------------------------------------------------

/** The words of a row: those of its first span, with … where it is discontinuous. */
function wordsOf(row, span = -1) {
  const own = marksOfRow.of(row);
  const odds = oddOfRow.get(row) ?? [];
  const spans = [...odds.map((each) => each.span), ...[...own].map((mark) => marks.span[mark])];
  if (!spans.length) return "";
  const wanted = span < 0 ? Math.min(...spans) : span;
  const parts = [];
  for (const mark of own) {
    if (marks.span[mark] !== wanted) continue;
    const { text } = texts[marks.text[mark]];
    if (text !== null) parts.push(slice(mark));
  }
  const odd = odds.find((each) => each.span === wanted);
  return odd ? (odd.exact ?? parts.join(" … ")) : parts.join(" … ");
}

function slice(mark) {
  const text = marks.text[mark];
  return texts[text].text.slice(toUnits(text, marks.start[mark]), toUnits(text, marks.end[mark]));
}

/** What a row is called for people: its label, or what it refers to. */
function labelOf(row) {
  const table = tables[tableOf[row]];
  if (table.label >= 0) return cell(row, table.label);
  const named = [];
  table.fields.forEach((field, f) => {
    const target = targetOf(row, f);
    if (target < 0) return;
    const { label } = tables[tableOf[target]];
    named.push(`${field.title || field.name}: ${label >= 0 ? cell(target, label) : cell(row, f)}`);
  });
  return named.join(" · ");
}

/** What a text is called for people: its title, or the label of the row that it belongs to. */
function titleOf(text) {
  const { name, title } = texts[text];
  if (title) return title;
  const [resource, ...key] = name.split("/");
  const row = rowNamed.get(JSON.stringify([resource, key.join("/")])) ?? -1;
  const label = row < 0 ? -1 : tables[tableOf[row]].label;
  return (label >= 0 && cell(row, label)) || name;
}

function termOf(field, value) {
  return field.terms?.find((term) => term.value === value);
}
