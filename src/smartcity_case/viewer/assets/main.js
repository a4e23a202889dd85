// The rest of the page: clicks on the text, several texts, findings, print; and its beginning.

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
  if (texts.length > 1) {
    listTexts();
    byId("text-list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }
  showBanner();
  refilter({ keep: false });
}

function listTexts() {
  const words = byId("text-search").value.trim().toLowerCase();
  const wanted = texts
    .map((text, number) => ({ text, number }))
    .filter(({ text, number }) => !words || `${text.name}\n${titleOf(number)}`.toLowerCase().includes(words));
  const listed = wanted.slice(0, MOST_TEXTS);
  const now = wanted.find(({ number }) => number === shown);
  if (now && !listed.includes(now)) listed.push(now);
  byId("text-list").replaceChildren(
    ...listed.map(({ text, number }) => {
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
  leave();
  address(-1, false);
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
  summary.classList.toggle("errors", errors > 0);
  summary.textContent = `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  // First what the eye can look for in the text.
  const ofSpans = ({ code }) => code.startsWith("span.");
  const listed = [...findings.filter(ofSpans), ...findings.filter((finding) => !ofSpans(finding))];
  for (const finding of listed.slice(0, MOST_FINDINGS)) {
    const item = make("li", { class: finding.severity });
    const row = finding.row >= 0 ? firstOf[finding.table] + finding.row : -1;
    if (row >= 0) item.append(linkTo(row, nameOf(row)));
    else item.append(make("strong", {}, finding.where));
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
  byId("print").replaceChildren(make("h2", {}, rowsCount()), list, make("p", {}, payload.citation.head));
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
