// Which row is looked at: by mouse, by keyboard, by the address of the page.

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

/** Choose a row: light its words, show it whole; the address names it. */
function choose(row, { push = true, focus = false } = {}) {
  const inside = byId("cells").contains(document.activeElement); // it is about to go
  active = row;
  activeBare = null;
  hovered = -1;
  document.documentElement.classList.remove("aside");
  const text = textOf(row);
  if (text >= 0 && !namesText(row, shown)) goToText(text);
  uncover(row);
  light(row);
  showDetail(row);
  markActive();
  revealItem(activeItem);
  revealRow(row);
  const panel = byId("detail").parentElement;
  if (panel.scrollHeight > panel.clientHeight) byId("detail").scrollIntoView({ block: "nearest" });
  address(row, push);
  say(`${nameOf(row)}: ${cut(wordsOf(row), 120)}`);
  if (focus || inside) byId("detail-title").focus({ preventScroll: true });
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
  const own = [...marksOfRow.of(row)];
  const first = own.find((mark) => marks.text[mark] === shown);
  if (first !== undefined) return reveal(marks.start[first], marks.end[first]);
  const odd = oddOfRow.get(row)?.[0];
  const place = odd?.verdict === "out-of-range" ? odd.candidates[0] : (odd?.stated ?? odd?.candidates[0]);
  if (place) reveal(...place);
}

function address(row, push) {
  const hash = row >= 0 && isNamed(row) ? `#${shortOf(row)}` : "";
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
  if (!reference) return void (active >= 0 && leave());
  let row = rowOf(reference);
  if (row < 0) row = rowOf(plain);
  if (row >= 0) {
    if (row !== active) choose(row, { push: false });
    return;
  }
  if (document.getElementById(reference)) return; // a place of the page itself
  if (active >= 0) leave();
  byId("count").textContent = `There is no row ${plain} in this release.`;
}
addEventListener("hashchange", followAddress);
addEventListener("popstate", followAddress);

/** No row is looked at any more; the address stays as it is. */
function leave() {
  const inside = byId("detail").contains(document.activeElement);
  active = hovered = -1;
  light(-1);
  showDetail(-1);
  markActive();
  if (inside) listPane.focus({ preventScroll: true });
}

function chooseItem(place, options) {
  const item = items[place];
  if (item === undefined) return;
  if (isRow(item)) return choose(item, options);
  activeBare = item;
  leave();
  address(-1, false);
  revealItem(place);
  reveal(item.start, item.end);
  say(`${item.start} to ${item.end}: ${cut(item.words.trim(), 120)}`);
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
  // Alt and down opens a choice, Escape empties a search: they are theirs first.
  if (event.target.matches("select")) return;
  if (event.key === "Escape" && event.target.matches("[type=search]") && event.target.value) return;
  if (event.altKey && !event.ctrlKey && !event.metaKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    if (active >= 0) {
      leave();
      address(-1, false);
    } else if (filter.place) {
      filter.place = null;
      refilter();
    }
  }
});
// On a narrow screen the row lies over the rest: not where somebody goes on with the keyboard.
addEventListener("focusin", ({ target }) => {
  document.documentElement.classList.toggle("aside", target !== listPane && !byId("detail").contains(target));
  // The row came back over the list after the browser had scrolled to it.
  if (target === listPane && target.matches(":focus-visible")) target.scrollIntoView({ block: "nearest" });
});
byId("prev").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("close").addEventListener("click", () => {
  leave();
  address(-1, false);
});
byId("cite").addEventListener("click", cite);
byId("link").addEventListener("click", copyLink);
byId("detail").addEventListener("click", followLink);
byId("findings").addEventListener("click", followLink);
/** Links to rows are followed here: where there is no address to change, they work too. */
function followLink(event) {
  const link = event.target.closest("a.row-link");
  if (!link || ((event.ctrlKey || event.metaKey || event.shiftKey) && !isFramed)) return;
  event.preventDefault();
  choose(Number(link.dataset.row), { focus: true });
}
// In a frame a place of the page is one of the page around it: it would be loaded in here.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  listPane.focus();
});
addEventListener("auxclick", (event) => isFramed && event.target.closest("a") && event.preventDefault());
