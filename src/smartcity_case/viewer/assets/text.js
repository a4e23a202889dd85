// The text: in blocks, of which only those near the window have their marks; each table has a
// line of its own under the words, so that what overlaps stays apart.

const BLOCK = 3_000; // characters, more or less
const textPane = byId("text");

let shown = -2; // the number of the text; -1 if there is none
let blocks = []; // { element, from, to (UTF-16), marks, segments | null, stale }
let lanes = new Int16Array(tables.length).fill(-1);
let laneCount = 0;
let bare = []; // of the text shown, if asked for
let lit = new Set(); // marks of the row that is looked at
let soft = new Set(); // marks of the rows that refer to it
let special = []; // { start, end, kind: "wrong" | "meant", row }
let cursor = -1; // where the keyboard is, in code points

function cutInBlocks(words) {
  const cuts = [0];
  let from = 0;
  while (words.length - from > BLOCK) {
    let to = words.indexOf("\n", from + BLOCK / 2) + 1;
    if (!to || to - from > BLOCK * 3) {
      // A line without end: cut at a space, else between two characters.
      to = words.lastIndexOf(" ", from + BLOCK * 2) + 1;
      if (to <= from) to = Math.min(words.length, from + BLOCK * 2);
      if (/[\udc00-\udfff]/.test(words[to] ?? "")) to++;
    }
    if (to >= words.length) break;
    cuts.push(to);
    from = to;
  }
  return [...cuts, words.length];
}

function toPoints(text, unit) {
  const places = units(text);
  if (!places) return unit;
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const near = new IntersectionObserver(
  (entries) => {
    let drew = false;
    for (const entry of entries) {
      const block = blocks[entry.target.dataset.block];
      if (!block || block.element !== entry.target) continue;
      block.near = entry.isIntersecting;
      block.element.classList.toggle("near", block.near);
      if (block.near) drawBlock(block);
      drew ||= block.near;
    }
    if (drew && hits.length) paintHits();
  },
  { root: textPane, rootMargin: "600px" },
);

function showText(text) {
  if (text === shown) return;
  shown = text;
  near.disconnect();
  textPane.replaceChildren();
  textPane.scrollTop = 0;
  cursor = -1;
  blocks = [];
  special = [];
  const { text: words, language, why } = texts[text] ?? { text: null, why: "" };
  byId("text-title").textContent = text < 0 ? "No text" : titleOf(text);
  textPane.lang = language || "";
  if (words === null) {
    const told = why === "withheld" ? "is withheld: give it with --source" : "cannot be read";
    textPane.append(make("p", { class: "banner" }, texts.length ? `The text ${told}.` : "The package has no text."));
    return;
  }
  for (const [row, odds] of oddOfRow) {
    for (const { candidates, stated, verdict, text: own } of odds) {
      if (own !== text) continue;
      // What is no stretch of the text has no place in it.
      if (stated && verdict !== "out-of-range") special.push({ row, start: stated[0], end: stated[1], kind: "wrong" });
      for (const [start, end] of candidates) special.push({ row, start, end, kind: "meant" });
    }
  }
  const cuts = cutInBlocks(words);
  const own = marksOfText.of(text);
  for (let b = 0; b + 1 < cuts.length; b++) {
    const piece = words.slice(cuts[b], cuts[b + 1]);
    const cutLine = b + 2 < cuts.length && !piece.endsWith("\n");
    const element = make("div", { class: cutLine ? "block cut" : "block" }, piece);
    element.dataset.block = b;
    const places = { from: toPoints(text, cuts[b]), to: toPoints(text, cuts[b + 1]) };
    blocks.push({ element, ...places, marks: [], segments: null, near: false });
  }
  for (const mark of own) {
    for (let b = blockAt(marks.start[mark]); b < blocks.length && blocks[b].from < marks.end[mark]; b++) {
      blocks[b].marks.push(mark);
    }
  }
  textPane.append(...blocks.map((block) => block.element));
  for (const block of blocks) near.observe(block.element);
}

/** The block that has a code point. */
function blockAt(point) {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (blocks[middle].from <= point) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Give a block its marks, if it has none yet, and its looks. */
function drawBlock(block) {
  if (!block.segments) {
    const edges = new Set([block.from, block.to]);
    const add = (start, end) => {
      if (start > block.from && start < block.to) edges.add(start);
      if (end > block.from && end < block.to) edges.add(end);
    };
    for (const mark of block.marks) add(marks.start[mark], marks.end[mark]);
    for (const { start, end } of special) add(start, end);
    const places = [...edges].sort((a, b) => a - b);
    const words = texts[shown].text;
    const sorted = [...block.marks].sort((a, b) => marks.start[a] - marks.start[b]);
    let next = 0;
    let open = [];
    block.segments = [];
    for (let i = 0; i + 1 < places.length; i++) {
      const [start, end] = [places[i], places[i + 1]];
      open = open.filter((mark) => marks.end[mark] > start);
      while (next < sorted.length && marks.start[sorted[next]] <= start) {
        if (marks.end[sorted[next]] > start) open.push(sorted[next]);
        next++;
      }
      const element = make(open.length ? "mark" : "span", {}, words.slice(toUnits(shown, start), toUnits(shown, end)));
      element.className = open.length ? "seg" : "gap";
      element.dataset.start = start;
      element.dataset.end = end;
      block.segments.push({ element, start, end, marks: open });
    }
    block.element.replaceChildren(...block.segments.map((segment) => segment.element));
  }
  styleBlock(block);
}

function styleBlock(block) {
  for (const segment of block.segments) styleSegment(segment);
}

function styleSegment({ element, start, end, marks: own }) {
  const depth = new Uint8Array(laneCount);
  const begins = new Uint8Array(laneCount);
  const flags = { lit: false, soft: false };
  for (const mark of own) {
    if (lit.has(mark)) flags.lit = true;
    else if (soft.has(mark)) flags.soft = true;
    const row = marks.row[mark];
    const lane = lanes[tableOf[row]];
    if (!matching[row] || lane < 0) continue;
    depth[lane]++;
    if (marks.start[mark] === start) begins[lane] = 1;
  }
  const [images, sizes, places] = [[], [], []];
  let visible = false;
  for (let lane = 0; lane < laneCount; lane++) {
    if (!depth[lane]) continue;
    visible = true;
    const colour = `var(--lane-${laneTable[lane] % 8})`;
    images.push(`linear-gradient(${colour},${colour})`);
    sizes.push(`calc(100% - ${begins[lane] ? 2 : 0}px) ${depth[lane] > 1 ? 4 : 2}px`);
    places.push(`right 0 bottom ${(laneCount - 1 - lane) * PITCH + (depth[lane] > 1 ? 0 : 1)}px`);
  }
  const { style } = element;
  style.backgroundImage = images.join(",");
  style.backgroundSize = sizes.join(",");
  style.backgroundPosition = places.join(",");
  const classes = [own.length ? "seg" : "gap"];
  if (visible) classes.push("on");
  if (flags.lit) classes.push("lit");
  if (flags.soft) classes.push("soft");
  if (filter.place && filter.place.text === shown && start < filter.place.end && end > filter.place.start) {
    classes.push("asked");
  }
  if (cursor === start) classes.push("cursor");
  if (bare.length && inBare(start)) classes.push("bare");
  for (const { start: from, end: to, kind, row } of special) {
    if (from < end && to > start && (kind === "wrong" || row === looked())) classes.push(kind);
  }
  element.className = classes.join(" ");
}

const PITCH = 5;
const MOST_LANES = 8; // as many as there are colours; more tables share them
let laneTable = [];

function setLanes() {
  laneTable = [];
  lanes.fill(-1);
  tables.forEach((table, t) => {
    if (filter.off.has(t) || !table.marks.length) return;
    lanes[t] = laneTable.length % MOST_LANES;
    laneTable.push(t);
  });
  laneCount = Math.min(MOST_LANES, laneTable.length);
  textPane.style.setProperty("--lanes", laneCount);
}

function inBare(point) {
  let [low, high] = [0, bare.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (bare[middle].end <= point) low = middle + 1;
    else if (bare[middle].start > point) high = middle - 1;
    else return true;
  }
  return false;
}

function restyle() {
  for (const block of blocks) if (block.near && block.segments) styleBlock(block);
}

/** Light up the words of a row, and those of the rows that refer to it. */
function light(row) {
  lit = new Set(row < 0 ? [] : marksOfRow.of(row));
  soft = new Set();
  if (row >= 0) for (const other of referrers.of(row)) for (const mark of marksOfRow.of(other)) soft.add(mark);
  restyle();
}

/** Scroll a stretch of the text into view, unless it is there. */
function reveal(start, end, again = true) {
  if (!blocks.length) return;
  const block = blocks[blockAt(start)];
  block.element.classList.add("near"); // so that its height is no guess
  drawBlock(block);
  const segment = block.segments.find((each) => each.end > start && each.start < end) ?? block.segments[0];
  const pane = textPane.getBoundingClientRect();
  const place = segment.element.getClientRects()[0] ?? block.element.getBoundingClientRect();
  if (place.top >= pane.top + 8 && place.bottom <= pane.bottom - 24) return;
  const smooth = isReady() && Math.abs(place.top - pane.top) < 1_500 && !calm.matches;
  textPane.scrollBy({ top: place.top - pane.top - pane.height / 3, behavior: smooth ? "smooth" : "instant" });
  // On the way blocks became as high as they are, where before their height was guessed.
  if (again && !smooth) requestAnimationFrame(() => requestAnimationFrame(() => reveal(start, end, false)));
}
const isReady = () => document.documentElement.dataset.ready === "yes";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** The segments with visible marks, from a place on or back. */
function segmentFrom(point, step) {
  let b = point < 0 ? (step > 0 ? 0 : blocks.length - 1) : blockAt(point);
  for (; b >= 0 && b < blocks.length; b += step) {
    const block = blocks[b];
    if (!block.marks.length) continue;
    drawBlock(block);
    const list = step > 0 ? block.segments : [...block.segments].reverse();
    const found = list.find(
      ({ start, marks: own }) =>
        (point < 0 || (step > 0 ? start > point : start < point)) &&
        own.some((mark) => matching[marks.row[mark]]),
    );
    if (found) return found;
  }
  return null;
}
