// One row, whole: its words, its cells with what they mean, what refers to it, how it is cited.

const ROUGH = /[ \x00-\x1f\x7f-\x9f\u2028\u2029]+/g;
/** Text on one line, as `smartcity-case cite` writes it. */
const oneLine = (text) => text.replace(ROUGH, " ").replace(/^ +| +$/g, "");

/** Whether nothing at all is stated of a span, though something must be. */
function isEmpty(row, odd) {
  const { start, end, exact } = tables[tableOf[row]].spans[odd.span];
  return [start, end, exact].every((field) => field < 0 || cell(row, field) === "");
}

/** What `smartcity-case cite TABLE/KEY` prints; "" for a row that has no name or whose words do not stand. */
function citationOf(row) {
  const short = shortOf(row);
  if (!short || !isNamed(row) || oddOfRow.get(row)?.some((odd) => !isEmpty(row, odd))) return "";
  const { name, version } = payload.package;
  const { head, inText, reference } = payload.citation;
  const lines = [head, "", reference + short, `  in the text: (${inText}, ${short})`];
  const own = [...marksOfRow.of(row)];
  tables[tableOf[row]].spans.forEach((span, s) => {
    const mark = own.find((each) => marks.span[each] === s);
    if (mark === undefined) return;
    const [start, end] = [cell(row, span.start), cell(row, span.end)].map(Number);
    const text = texts[marks.text[mark]];
    let words = "words withheld";
    if (text.text !== null) {
      const exact = span.exact >= 0 ? cell(row, span.exact) : text.text.slice(toUnits(marks.text[mark], start), toUnits(marks.text[mark], end));
      words = `“${oneLine(exact)}”`;
    }
    lines.push(`  ${words} (${oneLine(span.name)}, ${oneLine(text.name)} ${start} to ${end})`);
  });
  return lines.join("\n");
}

function showDetail(row) {
  byId("citation").hidden = true;
  byId("detail").hidden = row < 0;
  document.documentElement.classList.toggle("open", row >= 0);
  if (row < 0) return;
  const table = tables[tableOf[row]];
  const title = byId("detail-title");
  title.replaceChildren(swatch(tableOf[row]), nameOf(row));
  byId("cite").disabled = !citationOf(row);
  byId("cite").title = citationOf(row) ? "" : "Only rows with a key, whose words stand where they say, are cited";
  byId("link").disabled = !isNamed(row);
  const parts = [];
  const label = table.label >= 0 ? cell(row, table.label) : "";
  if (label) parts.push(make("p", { class: "gloss" }, label));
  parts.push(...table.spans.map((span, s) => spanPart(row, span, s)).filter(Boolean));
  for (const number of findingsOfRow.get(row) ?? []) parts.push(findingPart(findings[number]));
  parts.push(cellList(row, table));
  const back = referrerPart(row);
  if (back) parts.push(back);
  byId("cells").replaceChildren(...parts);
  byId("detail").scrollTop = 0;
}

function spanPart(row, span, s) {
  const odd = oddOfRow.get(row)?.find((each) => each.span === s);
  const own = odd ? [] : [...marksOfRow.of(row)].filter((mark) => marks.span[mark] === s);
  if (!own.length && !odd) return null;
  const text = texts[own.length ? marks.text[own[0]] : odd.text];
  const words = wordsOf(row, s);
  const places = own.map((mark) => `${marks.start[mark]} to ${marks.end[mark]}`).join(", ");
  const called = tables[tableOf[row]].spans.length > 1 ? `${span.title || span.name}, ` : "";
  return make(
    "p",
    { class: odd ? "span odd" : "span" },
    make("q", { lang: text?.language ?? "" }, !odd && text.text === null ? "words withheld" : words),
    make("span", { class: "quiet" }, ` ${called}${odd ? oddWords(odd) : `${text.name} ${places}`}`),
  );
}

const VERDICTS = {
  "left-out": "its text is not on this page",
  unsearched: "not there; where else was not searched, there are too many",
};

function oddWords({ verdict, stated, candidates }) {
  const place = stated ? `stated at ${stated.join(" to ")}` : "no place is stated";
  const shown = candidates.slice(0, 5).map((each) => each.join(" to "));
  if (candidates.length > shown.length) shown.push(`${candidates.length - shown.length} more places`);
  return `${VERDICTS[verdict] ?? verdict}: ${place}${shown.length ? `; the words stand at ${shown.join(", ")}` : ""}`;
}

function findingPart(finding) {
  return make(
    "div",
    { class: `told ${finding.severity}` },
    make("strong", {}, `${finding.severity}: ${finding.code}`),
    make("p", {}, `${finding.field ? `${finding.field}: ` : ""}${finding.message}`),
    make("p", { class: "quiet" }, finding.fix),
  );
}

function cellList(row, table) {
  const list = make("dl");
  table.fields.forEach((field, f) => {
    const value = cell(row, f);
    if (!value || field.span || f === table.label) return;
    const target = targetOf(row, f);
    const content = make("dd");
    if (target >= 0) {
      const { label } = tables[tableOf[target]];
      content.append(linkTo(target, label >= 0 ? cell(target, label) : nameOf(target)));
    } else content.append(value);
    const term = termOf(field, value);
    if (term?.description) content.append(make("span", { class: "quiet" }, ` ${term.description}`));
    list.append(make("div", {}, make("dt", { title: field.description || "" }, field.title || field.name), content));
  });
  return list;
}

function linkTo(row, words) {
  const name = nameOf(row);
  return make("a", { href: `#${shortOf(row) || "rows"}`, class: "row-link", "data-row": String(row) }, words || name);
}

const MOST_REFERRERS = 60;
function referrerPart(row) {
  const all = [...new Set(referrers.of(row))];
  if (!all.length) return null;
  const list = make("ul", { class: "referrers" });
  for (const other of all.slice(0, MOST_REFERRERS)) {
    const text = textOf(other);
    list.append(
      make("li", {}, swatch(tableOf[other]), linkTo(other, nameOf(other)), " ",
        make("span", { class: "quiet", lang: texts[text]?.language ?? "" }, cut(wordsOf(other), 80))),
    );
  }
  if (all.length > MOST_REFERRERS) list.append(make("li", {}, `and ${all.length - MOST_REFERRERS} more`));
  return make("details", { open: all.length <= 8 }, make("summary", {}, `${counted(all.length, "row")} refer${all.length === 1 ? "s" : ""} to it`), list);
}

async function copy(words, told) {
  try {
    await navigator.clipboard.writeText(words);
    return told;
  } catch {
    return "Not copied: this browser does not let the page. Select it and copy it.";
  }
}

/** Show what is to be copied, and copy it; where that is not allowed, it is selected. */
async function offer(words, told) {
  byId("citation-text").textContent = words;
  byId("citation").hidden = false;
  const result = await copy(words, told);
  byId("citation-told").textContent = result;
  say(result);
  if (result !== told) getSelection().selectAllChildren(byId("citation-text"));
}

const cite = () => offer(citationOf(active), "Citation copied.");

/** The address of a row; in a frame without an address of its own, its name. */
function copyLink() {
  const { href } = location;
  if (isFramed) return offer(payload.citation.reference + shortOf(active), "Name of the row copied.");
  return offer(`${href.replace(/#.*$/s, "")}#${shortOf(active)}`, "Link copied.");
}
