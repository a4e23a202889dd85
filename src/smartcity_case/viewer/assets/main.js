// What is looked at, and what a person does about it.

let active = -1; // the row that is chosen
let activeBare = null;
let hovered = -1;

const looked = () => (hovered >= 0 ? hovered : active);
const live = byId("live");
/** Tell it to those who do not see it. */
function say(words) {
  live.textContent = "";
  live.textContent = words;
}

// --- filters -----------------------------------------------------------------------------

/** Everything again after a filter was changed. */
function refilter({ keep = true } = {}) {
  applyFilter(shown);
  setLanes();
  bare = byId("uncoded").checked && shown >= 0 ? bareStretches(shown) : [];
  activeBare = null;
  setItems(byId("uncoded").checked ? bare : order);
  restyle();
  findHits();
  showCount();
  showChips();
  if (keep && active >= 0) revealItem(activeItem);
}

function showCount() {
  const words = texts[shown]?.text ?? "";
  if (byId("uncoded").checked) {
    const length = units(shown)?.length - 1 || words.length || 1;
    const without = bare.reduce((sum, { start, end }) => sum + end - start, 0);
    const share = Math.round((100 * without) / length);
    byId("count").textContent = `${counted(bare.length, "stretch").replace("stretchs", "stretches")} without a row: ${share} % of the text`;
  } else {
    byId("count").textContent = `${order.length.toLocaleString("en")} of ${counted(inScope, "row")}`;
  }
}

const chipBox = byId("chips");
function showChips() {
  const chips = [];
  const add = (words, remove) => {
    const chip = make("button", { type: "button", class: "chip", "aria-label": `Remove the filter ${words}` }, `${words} ✕`);
    chip.addEventListener("click", () => {
      remove();
      refilter();
      (chipBox.querySelector("button") ?? byId("search")).focus();
    });
    chips.push(chip);
  };
  if (filter.place) {
    const { text, start, end } = filter.place;
    const words = texts[text].text.slice(toUnits(text, start), toUnits(text, end));
    add(`on “${cut(words.trim(), 40)}”`, () => (filter.place = null));
  }
  for (const [id, value] of filter.facets) {
    if (value === "") continue;
    const facet = facets.find((each) => each.id === id) ?? abouts.find((each) => each.id === id);
    add(`${facet.title}: ${value}`, () => {
      filter.facets.delete(id);
      facetInputs.get(id).value = "";
    });
  }
  chipBox.replaceChildren(...chips);
  byId("clear").hidden = !chips.length && !filter.words && !byId("uncoded").checked && isUsual();
  const set = [...filter.facets.values()].filter(Boolean).length;
  byId("more").firstElementChild.textContent = set ? `Filters by column (${set} in force)` : "Filters by column";
}

const isUsual = () => filter.off.size === usuallyOff.length && usuallyOff.every((t) => filter.off.has(t));

function clearFilters() {
  filter.off = new Set(usuallyOff);
  filter.facets.clear();
  filter.words = "";
  filter.place = null;
  showTables();
  for (const input of facetInputs.values()) input.value = "";
  byId("search").value = "";
  byId("uncoded").checked = false;
}

/** The boxes as the filter has it. */
function showTables() {
  for (const box of tableBox.querySelectorAll("input")) box.checked = !filter.off.has(Number(box.dataset.table));
}

const tableBox = byId("tables");
tables.forEach((table, t) => {
  if (!table.rows.length && !table.spans.length) return;
  const box = make("input", { type: "checkbox", value: table.name, "data-table": String(t) });
  box.checked = !filter.off.has(t);
  box.addEventListener("change", () => {
    if (box.checked) filter.off.delete(t);
    else filter.off.add(t);
    refilter();
  });
  const name = make("span", {}, table.title || table.name);
  const label = make("label", { class: "table", title: table.description || "" }, box, swatch(t), name,
    make("span", { class: "quiet" }, table.rows.length.toLocaleString("en")));
  tableBox.append(label);
});

const facetInputs = new Map();
const MOST_OPTIONS = 500;
function addFacet(box, id, title, options, told = "") {
  const wide = options.length > MOST_OPTIONS;
  const input = make(wide ? "input" : "select", { "data-facet": id });
  if (wide) input.placeholder = "a key";
  else {
    input.append(make("option", { value: "" }, "any"));
    for (const [value, words] of options) input.append(make("option", { value }, words));
  }
  input.addEventListener("change", () => {
    filter.facets.set(id, input.value);
    refilter();
  });
  facetInputs.set(id, input);
  box.append(make("label", { class: "facet", title: told }, make("span", {}, title), input));
}

function group(title) {
  const box = make("fieldset", {}, make("legend", {}, title));
  byId("facets").append(box);
  return box;
}

function buildFacets() {
  if (abouts.length) {
    const box = group("About");
    for (const { id, title, target } of abouts) {
      const options = [];
      tables[target].rows.forEach((_, index) => {
        const row = firstOf[target] + index;
        const [key] = keyOf(row);
        if (key === undefined || !referrers.of(row).length) return;
        const { label } = tables[target];
        options.push([key, label >= 0 ? `${cut(cell(row, label), 60)} (${key})` : `${key} ${cut(wordsOf(row), 50)}`]);
      });
      addFacet(box, id, title, options, "The row itself, all that refer to it, and what is linked with these");
    }
  }
  tables.forEach((table, t) => {
    const own = facets.filter((facet) => facet.table === t);
    const ready = own.map((facet) => [facet, optionsOf(facet)]).filter(([, options]) => options.length);
    if (!ready.length) return;
    const box = group(table.title || table.name);
    for (const [facet, options] of ready) {
      const others = [...facet.columns.keys()].slice(1).map((each) => tables[each].title || tables[each].name);
      addFacet(box, facet.id, others.length ? `${facet.title} (also ${others.join(", ")})` : facet.title, options, facet.field.description);
    }
  });
  if (!facetInputs.size) byId("more").hidden = true;
}

/** The values that occur, in the order of the vocabulary, with how often. */
function optionsOf(facet) {
  const counts = new Map();
  for (const [t, f] of facet.columns) {
    for (const value of tables[t].columns[f]) if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const { refers } = facet.field;
  const known = refers >= 0 ? [...keyPlaces[refers].keys()] : facet.field.terms.map((term) => term.value);
  const values = [...new Set([...known, ...counts.keys()])].filter((value) => counts.has(value));
  return values.map((value) => {
    const target = refers >= 0 ? keyPlaces[refers].get(value) : undefined;
    const label = target !== undefined && tables[refers].label >= 0 ? cut(cell(target, tables[refers].label), 60) : termOf(facet.field, value)?.label;
    const words = label && label !== value ? `${label} (${value})` : value;
    return [value, `${words}: ${counts.get(value)}`];
  });
}

byId("search").addEventListener("input", (event) => {
  filter.words = event.target.value;
  refilter();
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") nextHit(event.shiftKey ? -1 : 1);
});
byId("uncoded").addEventListener("change", () => refilter());
byId("everywhere").addEventListener("change", (event) => {
  filter.everywhere = event.target.checked;
  refilter();
});
byId("clear").addEventListener("click", () => {
  clearFilters();
  refilter();
  byId("search").focus();
});

// --- choosing ----------------------------------------------------------------------------

/** Choose a row: light its words, show it whole; the address names it. */
function choose(row, { push = true, focus = false } = {}) {
  active = row;
  activeBare = null;
  hovered = -1;
  if (row >= 0) {
    const text = textOf(row);
    if (text >= 0 && text !== shown) goToText(text);
    uncover(row);
  }
  light(row);
  showDetail(row);
  markActive();
  revealItem(activeItem);
  revealRow(row);
  address(row, push);
  if (row >= 0) say(`${nameOf(row)}: ${cut(wordsOf(row), 120)}`);
  if (focus && row >= 0) byId("detail-title").focus({ preventScroll: true });
}

/** Change the filters, if they hide a row: its table is shown, and all others are cleared if need be. */
function uncover(row) {
  const hidden = () => !matching[row] || !(filter.everywhere || namesText(row, shown));
  if (!hidden() && !byId("uncoded").checked) return;
  filter.off.delete(tableOf[row]);
  byId("uncoded").checked = false;
  applyFilter(shown);
  if (hidden()) {
    clearFilters();
    filter.off.delete(tableOf[row]);
    if (!namesText(row, shown)) filter.everywhere = byId("everywhere").checked = true;
  }
  showTables();
  refilter({ keep: false });
}

function revealRow(row) {
  if (row < 0) return;
  const own = [...marksOfRow.of(row)];
  const first = own.find((mark) => marks.text[mark] === shown);
  if (first !== undefined) return reveal(marks.start[first], marks.end[first]);
  const odd = oddOfRow.get(row)?.[0];
  const place = odd?.verdict === "out-of-range" ? odd.candidates[0] : (odd?.stated ?? odd?.candidates[0]);
  if (place) reveal(...place);
}

function address(row, push) {
  const hash = row >= 0 && shortOf(row) ? `#${shortOf(row)}` : "";
  if (hash === location.hash) return;
  try {
    history[push ? "pushState" : "replaceState"](null, "", hash || location.href.replace(/#.*$/s, ""));
  } catch {
    // In a frame without an address of its own there is none to change.
  }
}

/** The row that a reference names: TABLE/KEY, maybe with :COLUMN, maybe NAME@VERSION# before it. */
function rowOf(reference) {
  const mark = reference.lastIndexOf("#");
  const head = reference.slice(0, Math.max(0, mark));
  if (head && `${head}#` !== payload.citation.reference && head !== payload.package.name) return -1;
  const [path] = reference.slice(mark + 1).split(":");
  try {
    return rowNamed.get(JSON.stringify(path.split("/").map(decodeURIComponent))) ?? -1;
  } catch {
    return -1;
  }
}

function followAddress() {
  const reference = location.hash.slice(1);
  let plain = reference;
  try {
    // A browser encodes what a reference leaves as it is; what a reference encodes is encoded twice.
    plain = decodeURI(reference);
  } catch {
    // It is no address of ours; rowOf will say so.
  }
  if (!reference) return void (active >= 0 && choose(-1, { push: false }));
  const row = Math.max(rowOf(reference), rowOf(plain));
  if (row >= 0) {
    if (row !== active) choose(row, { push: false });
    return;
  }
  if (document.getElementById(reference)) return; // a place of the page itself
  byId("count").textContent = `There is no row ${plain} in this release.`;
}
addEventListener("hashchange", followAddress);
addEventListener("popstate", followAddress);

function chooseItem(place, options) {
  const item = items[place];
  if (item === undefined) return;
  if (isRow(item)) return choose(item, options);
  activeBare = item;
  active = -1;
  light(-1);
  showDetail(-1);
  markActive();
  revealItem(place);
  reveal(item.start, item.end);
}

const step = (by) => chooseItem(activeItem < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, activeItem + by)), { push: false });

listPane.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const page = Math.max(1, Math.floor(listPane.clientHeight / itemHeight) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key in moves) {
    event.preventDefault();
    if (event.key === "Home") chooseItem(0, { push: false });
    else if (event.key === "End") chooseItem(items.length - 1, { push: false });
    else step(moves[event.key]);
  } else if ((event.key === "Enter" || event.key === " ") && active >= 0) {
    event.preventDefault();
    byId("detail-title").focus();
  }
});
listPane.addEventListener("click", (event) => {
  const element = event.target.closest(".item");
  if (element) chooseItem(Number(element.dataset.place));
});

let waiting = 0;
listPane.addEventListener("mouseover", (event) => {
  const element = event.target.closest(".item[data-row]");
  if (!element) return;
  const row = Number(element.dataset.row);
  if (row === hovered) return;
  hovered = row;
  light(row);
  clearTimeout(waiting);
  waiting = setTimeout(() => hovered === row && textOf(row) === shown && revealRow(row), 120);
});
listPane.addEventListener("mouseleave", () => {
  clearTimeout(waiting);
  if (hovered < 0) return;
  hovered = -1;
  light(active);
});

addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && !event.metaKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    if (active >= 0) {
      const inside = byId("detail").contains(document.activeElement);
      choose(-1, { push: false });
      if (inside) listPane.focus();
    } else if (filter.place) {
      filter.place = null;
      refilter();
    }
  }
});
byId("prev").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("close").addEventListener("click", () => {
  choose(-1, { push: false });
  listPane.focus({ preventScroll: true });
});
byId("cite").addEventListener("click", cite);
byId("link").addEventListener("click", copyLink);
byId("detail").addEventListener("click", followLink);
byId("findings").addEventListener("click", followLink);
/** Links to rows are followed here: where there is no address to change, they work too. */
function followLink(event) {
  const link = event.target.closest("a.row-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = link.dataset.row === undefined ? rowOf(link.getAttribute("href").slice(1)) : Number(link.dataset.row);
  if (row < 0) return;
  event.preventDefault();
  choose(row, { focus: true });
}

// --- the text ----------------------------------------------------------------------------

function askPlace(start, end) {
  filter.place = { text: shown, start, end };
  byId("uncoded").checked = false;
  hovered = -1;
  refilter({ keep: false });
  say(`${counted(order.length, "row")} rest on “${cut(texts[shown].text.slice(toUnits(shown, start), toUnits(shown, end)), 60)}”`);
}

textPane.addEventListener("click", (event) => {
  if (!getSelection().isCollapsed) return; // words are being selected, to copy them
  const segment = event.target.closest("mark");
  if (segment) askPlace(Number(segment.dataset.start), Number(segment.dataset.end));
});
textPane.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || shown < 0) return;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    const found = segmentFrom(cursor, event.key === "ArrowRight" ? 1 : -1);
    if (!found) return;
    cursor = found.start;
    restyle();
    reveal(found.start, found.end);
    const rows = new Set(found.marks.map((mark) => marks.row[mark]));
    say(`“${cut(found.element.textContent.trim(), 120)}”: ${counted(rows.size, "row")}`);
  } else if ((event.key === "Enter" || event.key === " ") && cursor >= 0) {
    event.preventDefault();
    const found = blocks[blockAt(cursor)].segments?.find((each) => each.start === cursor);
    if (found) askPlace(found.start, found.end);
  }
});

// --- several texts -----------------------------------------------------------------------

const MOST_TEXTS = 300;
function goToText(text) {
  filter.place = null;
  showText(text);
  for (const link of byId("text-list").querySelectorAll("button")) {
    if (Number(link.dataset.text) === text) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  showBanner();
  refilter({ keep: false });
}

function listTexts() {
  const words = byId("text-search").value.trim().toLowerCase();
  const wanted = texts
    .map((text, number) => ({ text, number }))
    .filter(({ text, number }) => !words || `${text.name}\n${titleOf(number)}`.toLowerCase().includes(words));
  byId("text-list").replaceChildren(
    ...wanted.slice(0, MOST_TEXTS).map(({ text, number }) => {
      const button = make("button", { type: "button", "data-text": String(number) }, titleOf(number), " ",
        make("span", { class: "quiet" }, text.text === null ? text.why : counted(rowsIn(number), "row")));
      if (number === shown) button.setAttribute("aria-current", "true");
      return make("li", {}, button);
    }),
  );
  byId("text-more").hidden = wanted.length <= MOST_TEXTS;
  byId("text-more").textContent = `and ${(wanted.length - MOST_TEXTS).toLocaleString("en")} more; search for their names`;
}
const rowsInMemo = new Map();
function rowsIn(text) {
  if (!rowsInMemo.has(text)) rowsInMemo.set(text, new Set([...marksOfText.of(text)].map((mark) => marks.row[mark])).size);
  return rowsInMemo.get(text);
}
byId("text-search").addEventListener("input", listTexts);
byId("text-list").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  choose(-1, { push: false });
  goToText(Number(button.dataset.text));
});

function showBanner() {
  const told = findings.filter((finding) => finding.text === shown && finding.severity === "error");
  const banner = byId("text-banner");
  banner.hidden = !told.length;
  banner.replaceChildren(...told.slice(0, 5).map((finding) => make("p", {}, `${finding.code}: ${finding.message}`)));
}

// --- findings, the head and the foot of the page -----------------------------------------

const MOST_FINDINGS = 500;
function showFindings() {
  const box = byId("findings");
  if (!findings.length) return;
  box.hidden = false;
  box.open = findings.some((finding) => finding.severity === "error");
  const [summary, list] = box.children;
  const { errors, warnings } = payload.report;
  summary.textContent = `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  for (const finding of findings.slice(0, MOST_FINDINGS)) {
    const item = make("li", { class: finding.severity });
    const row = finding.row >= 0 ? firstOf[finding.table] + finding.row : -1;
    if (row >= 0) {
      const link = linkTo(row, nameOf(row));
      if (link.tagName === "SPAN") item.append(make("a", { href: "#rows", class: "row-link", "data-row": String(row) }, nameOf(row)));
      else {
        link.dataset.row = row;
        item.append(link);
      }
    } else item.append(make("strong", {}, finding.where));
    item.append(` ${finding.code}: ${finding.message}`);
    list.append(item);
  }
  const more = findings.length - MOST_FINDINGS + payload.moreFindings;
  if (more > 0) list.append(make("li", {}, `and ${more.toLocaleString("en")} more; smartcity-case validate has them all`));
}

function showFrame() {
  const { name, version, title } = payload.package;
  byId("title").textContent = title || name;
  byId("release").textContent = [name, version].filter(Boolean).join(" ");
  const { ok, errors, line } = payload.report;
  const verdict = byId("verdict");
  verdict.textContent = ok ? "valid" : errors ? "not valid" : "not checked whole";
  verdict.className = ok ? "good" : "bad";
  verdict.title = line;
  byId("cited").textContent = payload.citation.head;
  for (const { of, text } of payload.rights) byId("rights").append(make("li", {}, make("strong", {}, `${of}: `), text));
  if (texts.length > 1) {
    byId("texts").hidden = byId("everywhere-label").hidden = false;
    document.body.classList.add("several");
    listTexts();
  }
}

const THEMES = [["", "as the system has them"], ["light", "light"], ["dark", "dark"]];
byId("theme").addEventListener("click", () => {
  const { dataset } = document.documentElement;
  const now = THEMES.findIndex(([name]) => name === (dataset.theme ?? ""));
  const [name, words] = THEMES[(now + 1) % THEMES.length];
  dataset.theme = name;
  byId("theme").setAttribute("aria-label", `Colours: ${words}`);
  byId("theme").title = `Colours: ${words}`;
});

// --- print: the whole text, and every wanted row -----------------------------------------

function makePrint() {
  for (const block of blocks) drawBlock(block);
  const list = make("ol");
  for (const row of order) {
    list.append(make("li", {}, swatch(tableOf[row]), make("strong", {}, nameOf(row)), " ",
      make("q", { lang: texts[textOf(row)]?.language ?? "" }, wordsOf(row)), " ",
      make("span", {}, [labelOf(row), chipsOf(row)].filter(Boolean).join(" · "))));
  }
  byId("print").replaceChildren(make("h2", {}, byId("count").textContent), list, make("p", {}, payload.citation.head));
}
addEventListener("beforeprint", makePrint);
matchMedia("print").addEventListener("change", (event) => event.matches && makePrint());
addEventListener("afterprint", () => byId("print").replaceChildren());

// --- begin -------------------------------------------------------------------------------

showFrame();
showFindings();
buildFacets();
goToText(texts.length ? 0 : -1);
followAddress();
document.documentElement.dataset.ready = "yes";
