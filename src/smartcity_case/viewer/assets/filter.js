// Which rows are wanted: tables, columns, words, a place in the text; and what has no row.

/** Tables of details: their rows must belong to a row of another that has marks of its own. */
const usuallyOff = tables.flatMap((table, t) =>
  table.fields.some(({ refers, required }) => required && refers >= 0 && refers !== t && tables[refers].marks.length)
    ? [t]
    : [],
);

const filter = {
  off: new Set(usuallyOff), // numbers of tables
  facets: new Map(), // facet -> value
  words: "",
  place: null, // { text, start, end } in code points: rows that rest on it, of all tables
  everywhere: texts.length < 2,
};

/** Columns by which rows are chosen: a vocabulary or a reference; the same one in two tables once. */
const facets = [];
tables.forEach((table, t) => {
  table.fields.forEach((field, f) => {
    if (field.span || (field.refers < 0 && !field.terms)) return;
    const values = field.terms?.map((term) => term.value) ?? null;
    const same = JSON.stringify([field.name, field.refers, values]);
    let facet = facets.find((each) => each.same === same);
    if (!facet) {
      facet = { same, name: field.name, title: field.title || field.name, field, columns: new Map() };
      facets.push(facet);
    }
    facet.columns.set(t, f);
  });
});
for (const facet of facets) {
  const alike = facets.filter((each) => each.name === facet.name);
  const [first] = facet.columns.keys();
  facet.id = alike.length > 1 ? `${tables[first].name}.${facet.name}` : facet.name;
  facet.table = first;
}

/** A row in any role: itself, what refers to it, and what is linked with these by a table of links. */
const abouts = tables
  .map((table, t) => ({ id: `→${table.name}`, title: `${table.title || table.name}, in any role`, target: t }))
  .filter(({ target }) => tables.some((table) => table.fields.some((each) => each.refers === target)));

// A table all of whose own columns are references to two or more others says nothing but that
// their rows belong together.
const linkFields = tables.map((table) => {
  const fields = [];
  table.fields.forEach((field, f) => {
    if (field.refers >= 0 && field.required) fields.push(f);
  });
  return fields.length > 1 ? fields : null;
});

const aboutMemo = new Map();
function rowsAbout(target) {
  if (aboutMemo.has(target)) return aboutMemo.get(target);
  const near = new Set([target, ...referrers.of(target)]);
  const all = new Set(near);
  for (const row of near) {
    for (const link of [row, ...referrers.of(row)]) {
      const fields = linkFields[tableOf[link]];
      if (!fields) continue;
      all.add(link);
      for (const field of fields) {
        const other = targetOf(link, field);
        if (other >= 0 && tableOf[other] !== tableOf[target]) all.add(other);
      }
    }
  }
  aboutMemo.set(target, all);
  return all;
}

let haystacks = null;
/** All cells of a row and the labels of what it refers to, in lower case. */
function haystack(row) {
  haystacks ??= new Array(rowCount);
  if (haystacks[row] === undefined) {
    const table = tables[tableOf[row]];
    const parts = [];
    table.fields.forEach((field, f) => {
      const value = cell(row, f);
      if (!value) return;
      parts.push(value);
      const target = targetOf(row, f);
      if (target >= 0 && tables[tableOf[target]].label >= 0) {
        parts.push(cell(target, tables[tableOf[target]].label));
      }
    });
    haystacks[row] = parts.join("\n").toLowerCase();
  }
  return haystacks[row];
}

const matching = new Uint8Array(rowCount);
/** The wanted rows by the place of their first mark, those without one last. */
let order = [];
let inScope = 0;

const firstMarks = new Float64Array(rowCount).fill(Infinity);
for (let mark = 0; mark < markCount; mark++) {
  const place = marks.text[mark] * 2 ** 32 + marks.start[mark];
  if (place < firstMarks[marks.row[mark]]) firstMarks[marks.row[mark]] = place;
}
const byPlace = Uint32Array.from({ length: rowCount }, (_, row) => row).sort(
  (a, b) => (firstMarks[a] === firstMarks[b] ? a - b : firstMarks[a] - firstMarks[b]),
);

function rowsAt({ text, start, end }) {
  const found = new Set();
  for (const mark of marksOfText.of(text)) {
    if (marks.start[mark] < end && marks.end[mark] > start) found.add(marks.row[mark]);
  }
  return found;
}

const namesText = (row, text) => {
  for (const mark of marksOfRow.of(row)) if (marks.text[mark] === text) return true;
  const first = textOf(row);
  return first < 0 ? texts.length < 2 : first === text;
};

function applyFilter(text) {
  const words = filter.words.trim().toLowerCase();
  const chosen = [...filter.facets].filter(([, value]) => value !== "");
  const sets = [];
  const columns = [];
  for (const [id, value] of chosen) {
    const about = abouts.find((each) => each.id === id);
    if (about) sets.push(rowsAbout(keyPlaces[about.target].get(value) ?? -1));
    else columns.push([facets.find((each) => each.id === id).columns, value]);
  }
  if (filter.place) sets.push(rowsAt(filter.place));
  order = [];
  inScope = 0;
  for (const row of byPlace) {
    const here = filter.everywhere || namesText(row, text);
    if (here) inScope++;
    const table = tableOf[row];
    const wanted =
      (filter.place !== null || !filter.off.has(table)) &&
      columns.every(([places, value]) => places.has(table) && cell(row, places.get(table)) === value) &&
      sets.every((set) => set.has(row)) &&
      (!words || haystack(row).includes(words) || (words.includes("/") && shortOf(row).toLowerCase().includes(words)));
    matching[row] = wanted ? 1 : 0;
    if (wanted && here) order.push(row);
  }
}

const LETTER = /[\p{L}\p{N}]/u;

/** The stretches of a text on which no wanted row rests and that have a letter or digit. */
function bareStretches(text) {
  const words = texts[text].text;
  if (words === null) return [];
  const spans = [];
  for (const mark of marksOfText.of(text)) {
    if (marks.stands[mark] && matching[marks.row[mark]]) spans.push([marks.start[mark], marks.end[mark]]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const places = units(text);
  spans.push([places ? places.length - 1 : words.length, Infinity]);
  const bare = [];
  let covered = 0;
  for (const [start, end] of spans) {
    if (start > covered) {
      const between = words.slice(toUnits(text, covered), toUnits(text, start));
      if (LETTER.test(between)) bare.push({ text, start: covered, end: start, words: between });
    }
    covered = Math.max(covered, end);
  }
  return bare;
}
