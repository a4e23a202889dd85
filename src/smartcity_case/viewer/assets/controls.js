// The controls of the filter: search, tables, columns, and the filters in force.

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
  byId("count").textContent = byId("uncoded").checked ? bareCount() : rowsCount();
}

const rowsCount = () => `${order.length.toLocaleString("en")} of ${counted(inScope, "row")}`;

function bareCount() {
  if (!texts[shown]?.text) return "There are no words of which to tell what has no row.";
  const without = bare.reduce((sum, { start, end }) => sum + end - start, 0);
  const share = Math.round((100 * without) / lengthOf(shown));
  return `${bare.length.toLocaleString("en")} stretch${bare.length === 1 ? "" : "es"} without a row: ${share} % of the text`;
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

const isUsual = () => filter.everywhere === texts.length < 2 && filter.off.size === usuallyOff.length && usuallyOff.every((t) => filter.off.has(t));

function clearFilters() {
  filter.off = new Set(usuallyOff);
  filter.facets.clear();
  filter.words = "";
  filter.place = null;
  showTables();
  for (const input of facetInputs.values()) input.value = "";
  byId("search").value = "";
  byId("uncoded").checked = false;
  filter.everywhere = byId("everywhere").checked = texts.length < 2;
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
  const label = make("label", { class: "table", title: table.description || "" }, box, swatch(t), name, " ",
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
