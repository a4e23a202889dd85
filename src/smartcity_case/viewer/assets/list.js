// The list of rows: of many thousand only those in the window are there.

const listPane = byId("rows");
const listSpace = make("div", { class: "space", role: "presentation" });
listPane.append(listSpace);

let items = []; // rows (numbers), or bare stretches (objects)
let itemHeight = 0;
const drawn = new Map(); // place in the list -> element
let activeItem = -1;

const isRow = (item) => typeof item === "number";

function setItems(given) {
  items = given;
  for (const element of drawn.values()) element.remove();
  drawn.clear();
  listPane.scrollTop = 0;
  measure();
  drawItems();
}

function measure() {
  const sample = make("div", { class: "item", role: "presentation" });
  listSpace.append(sample);
  itemHeight = sample.getBoundingClientRect().height || 72;
  sample.remove();
  listSpace.style.height = `${Math.max(1, items.length * itemHeight)}px`;
}

function drawItems() {
  const first = Math.max(0, Math.floor(listPane.scrollTop / itemHeight) - 6);
  const last = Math.min(items.length, Math.ceil((listPane.scrollTop + listPane.clientHeight) / itemHeight) + 6);
  for (const [place, element] of drawn) {
    if (place < first || place >= last) {
      element.remove();
      drawn.delete(place);
    }
  }
  const added = document.createDocumentFragment();
  for (let place = first; place < last; place++) {
    if (drawn.has(place)) continue;
    const element = isRow(items[place]) ? rowItem(items[place]) : bareItem(items[place]);
    element.id = `item-${place}`;
    element.dataset.place = place;
    element.setAttribute("aria-setsize", items.length);
    element.setAttribute("aria-posinset", place + 1);
    element.style.top = `${place * itemHeight}px`;
    drawn.set(place, element);
    added.append(element);
  }
  listSpace.append(added);
  // Screen readers go by the order of the elements.
  if (added.childElementCount !== drawn.size) {
    const sorted = [...drawn].sort((a, b) => a[0] - b[0]).map(([, element]) => element);
    if (sorted.some((element, i) => listSpace.children[i] !== element)) listSpace.replaceChildren(...sorted);
  }
  markActive();
}

function markActive() {
  activeItem = items.findIndex((item) => (isRow(item) ? item === active : item === activeBare));
  for (const [place, element] of drawn) {
    element.setAttribute("aria-selected", String(place === activeItem));
  }
  if (drawn.has(activeItem)) listPane.setAttribute("aria-activedescendant", `item-${activeItem}`);
  else listPane.removeAttribute("aria-activedescendant");
}

function revealItem(place) {
  if (place < 0) return;
  const top = place * itemHeight;
  if (top < listPane.scrollTop) listPane.scrollTop = top;
  else if (top + itemHeight > listPane.scrollTop + listPane.clientHeight) {
    listPane.scrollTop = top + itemHeight - listPane.clientHeight;
  }
  drawItems();
}

const cut = (words, most = 300) => (words.length > most ? `${words.slice(0, most)}…` : words);

function rowItem(row) {
  const t = tableOf[row];
  const table = tables[t];
  const element = make("div", { class: "item", role: "option", "aria-selected": "false" });
  element.dataset.ref = shortOf(row);
  element.dataset.row = row;
  const name = make("span", { class: "name" }, nameOf(row));
  const head = make("span", { class: "head" }, swatch(t), name);
  const told = findingsOfRow.get(row);
  if (told) {
    const errors = told.filter((number) => findings[number].severity === "error").length;
    const warnings = told.length - errors;
    const words = [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean);
    head.append(make("span", { class: errors ? "flag error" : "flag" }, words.join(", ")));
  }
  head.append(make("span", { class: "chips" }, cut(chipsOf(row), 120)));
  const text = textOf(row);
  const words = make("span", { class: "words", lang: texts[text]?.language ?? "" });
  words.textContent = cut(wordsOf(row)) || (text >= 0 ? "words withheld" : "no words");
  element.append(head, words, make("span", { class: "label" }, cut(labelOf(row) || table.title || "")));
  return element;
}

/** The row's terms, in words. */
function chipsOf(row) {
  const said = [];
  tables[tableOf[row]].fields.forEach((field, f) => {
    const value = cell(row, f);
    if (!value || !field.terms || field.type === "boolean" || field.span || said.length > 5) return;
    said.push(value);
  });
  return said.join(" · ");
}

function bareItem(stretch) {
  const element = make("div", { class: "item", role: "option", "aria-selected": "false" });
  element.append(
    make("span", { class: "head" }, make("span", { class: "name" }, `${stretch.start} to ${stretch.end}`), make("span", { class: "chips" }, "no row rests here")),
    make("span", { class: "words", lang: texts[stretch.text].language ?? "" }, cut(stretch.words.trim())),
    make("span", { class: "label" }, titleOf(stretch.text)),
  );
  return element;
}

function swatch(t) {
  const element = make("span", { class: "swatch", "aria-hidden": "true" });
  element.style.backgroundColor = `var(--lane-${t % 8})`;
  return element;
}

listPane.addEventListener("scroll", drawItems, { passive: true });
new ResizeObserver(() => {
  measure();
  for (const [place, element] of drawn) element.style.top = `${place * itemHeight}px`;
  drawItems();
}).observe(listPane);
