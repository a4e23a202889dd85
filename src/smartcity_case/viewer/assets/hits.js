// Where the words that are searched for stand in the text: painted, and gone through with Enter.

let hits = []; // [start, end] in UTF-16, of the text shown
let hit = -1;
const MOST_HITS = 10_000;

function findHits() {
  const words = filter.words.trim();
  const text = texts[shown]?.text ?? "";
  hits = [];
  hit = -1;
  if (words) {
    const pattern = new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu");
    for (const found of text.matchAll(pattern)) {
      hits.push([found.index, found.index + found[0].length]);
      if (hits.length === MOST_HITS) break;
    }
  }
  const many = hits.length === MOST_HITS ? "at least " : "";
  byId("hits").textContent = !words ? "" : `${many}${counted(hits.length, "place")} in the text${hits.length ? "; Enter goes through them" : ""}`;
  paintHits();
}

/** Paint those in the blocks that have their marks; the rest are painted when they are drawn. */
function paintHits() {
  if (!globalThis.CSS?.highlights) return;
  const ranges = [];
  const now = [];
  if (hits.length) {
    for (const block of blocks) {
      if (!block.near || !block.segments) continue;
      const [from, to] = [toUnits(shown, block.from), toUnits(shown, block.to)];
      for (let i = firstHit(from); i < hits.length && hits[i][0] < to; i++) {
        const range = rangeIn(block, Math.max(from, hits[i][0]), Math.min(to, hits[i][1]));
        (i === hit ? now : ranges).push(range);
      }
    }
  }
  CSS.highlights.set("hits", new Highlight(...ranges));
  CSS.highlights.set("hit", new Highlight(...now));
}

function firstHit(unit) {
  let [low, high] = [0, hits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hits[middle][1] <= unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeIn(block, from, to) {
  const range = new Range();
  for (const { element, start, end } of block.segments) {
    const [first, last] = [toUnits(shown, start), toUnits(shown, end)];
    if (from >= first && from < last) range.setStart(element.firstChild, from - first);
    if (to > first && to <= last) {
      range.setEnd(element.firstChild, to - first);
      break;
    }
  }
  return range;
}

function nextHit(step) {
  if (!hits.length) return;
  hit = (hit + step + hits.length) % hits.length;
  const [start, end] = hits[hit].map((unit) => toPoints(shown, unit));
  reveal(start, end);
  paintHits();
  say(`place ${hit + 1} of ${hits.length}`);
}
