// "the cats sat on the [MASK]." and "it was tired" in a model of 3 layers and 4 heads.

const alpha = (l, a, i, j) => numbers[`layer.${l}.probabilities`].at(a, i, j);
const norm = (l, a, i, j) => alpha(l, a, i, j) * numbers[`layer.${l}.norms`].at(a, j);
const n = numbers["layer.0.probabilities"].shape[1], b = 4, a = n - b;  // tokens of A and of B
const upTo = (count, f) => Array.from({length: count}, (_, i) => f(i));
const sum = list => list.reduce((x, y) => x + y, 0);
check(n === 14, `got ${n} tokens, want 14`);

// Head: the numbers beside the keys of a query, and beside the queries of a key.
location.hash = "view=head&layer=1&head=2&heads=2";
dispatchEvent(new HashChangeEvent("hashchange"));
check(one('[aria-label="head 2"]').getAttribute("aria-pressed") === "true", "the address does not choose the head");
clickAt(one("[data-hit=q]"), 0.5, 3.5 / n);
const row = upTo(n, j => alpha(1, 2, 3, j));
near(sum(texts("#figures .value").map(asNumber)), sum(row.filter(x => x >= 0.01)), 0.06, "the row's sum");
near(Math.max(...texts("#figures .value").map(asNumber)), Math.max(...row), 0.01, "the row's largest");
check(location.hash.includes("q=3"), "the pinned token is not in the address");
clickAt(one("[data-hit=k]"), 0.5, 1.5 / n);
near(Math.max(...texts("#figures .value").map(asNumber)), Math.max(...upTo(n, i => alpha(1, 2, i, 1))), 0.01, "the column's largest");
check(!location.hash.includes("q=3"), "the query is still pinned");
press("Escape");
check(!/[&#][qk]=/.test(location.hash), "Escape does not let go");
press("ArrowDown");
press("ArrowDown");
check(location.hash.includes("q=1"), "arrow keys do not move: " + location.hash);
check(one("aside h2").textContent.includes("the"), "the side does not name the token");
press("Escape");
click(one('[aria-label="head 0"]'));
check(all('.chip[aria-pressed="true"]').length === 2, "a second head is not shown");
const strokes = new Set(all("#figures path").map(path => path.getAttribute("stroke")));
check(strokes.size === 2, `got ${strokes.size} colours for two heads`);
location.hash = "view=matrix&layer=1&head=2";
dispatchEvent(new HashChangeEvent("hashchange"));

// Matrix: its cells; a filter; rows that sum to 1 again; norms.
const read = (r, c, rows, columns) => { pointAt(one("[data-hit=cell]"), (c + 0.5) / columns, (r + 0.5) / rows); return hintValue(); };
for (const [i, j] of [[0, 0], [3, 1], [9, 12], [12, 5]]) near(read(i, j, n, n), alpha(1, 2, i, j), 0.006, `α ${i} ${j}`);
choose("filter", "ab");
for (const [i, j] of [[0, 0], [3, 1], [9, 3]]) near(read(i, j, a, b), alpha(1, 2, i, a + j), 0.006, `A → B ${i} ${j}`);
check(one("#about").textContent.includes("less than 1"), "it is not said that rows are not scaled");
one("#renorm").click();
const rest = i => sum(upTo(b, j => alpha(1, 2, i, a + j)));
for (const [i, j] of [[0, 0], [3, 1]]) near(read(i, j, a, b), alpha(1, 2, i, a + j) / rest(i), 0.03, `scaled ${i} ${j}`);
choose("filter", "all");
choose("weights", "norm");
const most = Math.max(...upTo(n * n, at => norm(1, 2, Math.floor(at / n), at % n)));
for (const [i, j] of [[0, 0], [3, 1], [12, 5]]) near(read(i, j, n, n), norm(1, 2, i, j), 0.02 * Math.max(1, most), `norm ${i} ${j}`);
click(one('[aria-label="mean of all heads"]'));
for (const [i, j] of [[0, 0], [3, 1]]) near(read(i, j, n, n), numbers["layer.1.together"].at(i, j), 0.02 * Math.max(1, most), `together ${i} ${j}`);
choose("weights", "alpha");
near(read(2, 2, n, n), sum(upTo(4, h => alpha(1, h, 2, 2) / 4)), 0.008, "the mean");
click(one('[aria-label="head 2"]'));

// Neurons: score and weight of every key.
open("neuron");
press("Escape");
click(one('[data-hit=key][data-i="4"]'));
check(one("#figures svg").dataset.query === "4", "a click does not choose the query");
check(texts("#figures .score").length === n, "not every key has a score");
texts("#figures .score").forEach((text, j) => near(asNumber(text), numbers["layer.1.scores"].at(2, 4, j), 0.25, `score 4 ${j}`));

texts("#figures .norm").forEach((text, j) => near(asNumber(text), norm(1, 2, 4, j), 0.02 * Math.max(1, most), `norm 4 ${j}`));

// Token: the rollout's last block, and who looks at it.
open("token");
check(one("#figures svg").dataset.token === "4", "the pinned token is not the view's");
const blocks = all("#figures [data-hit=cell]");
check(blocks.length === 3, `got ${blocks.length} blocks, want 3`);
for (const [l, j] of [[0, 4], [2, 0], [1, 7]]) {
  pointAt(blocks[2], (l + 0.5) / 3, (j + 0.5) / n);
  near(hintValue(), numbers[`layer.${l}.rollout`].at(4, j), 0.015, `rollout ${l} ${j}`);
}
pointAt(blocks[1], 1.5 / 3, 0.5 / n);
near(hintValue(), sum(upTo(4, h => alpha(1, h, 0, 4) / 4)), 0.01, "looked at by, mean of the heads");
click(one('[aria-label="head 2"]'));
pointAt(all("#figures [data-hit=cell]")[1], 1.5 / 3, 0.5 / n);
near(hintValue(), alpha(1, 2, 0, 4), 0.01, "looked at by, head 2");

// All heads: a click chooses.
open("model");
check(all("#figures .heads button").length === 12, "want 12 thumbnails");
click(one('[data-cell="2 3"]'));
check(location.hash.includes("layer=2") && location.hash.includes("head=3"), "a thumbnail does not choose its head");

// Summary: the share on itself, from the program's own numbers.
open("summary");
choose("statistic", "self");
near(asNumber(one('[data-layer="0"][data-head="1"] .value').textContent), sum(upTo(n, i => alpha(0, 1, i, i) / n)), 0.006, "on itself");
check(all("table.numbers tbody tr").length === 12, "the table lacks heads");

// Words for the mask stand at the side.
open("matrix");
press("Escape");
check(/words for \[MASK\]/.test(one("aside").textContent), "no words for [MASK]");
check(one("#beside-label").hidden, "one text has nothing to be beside");

// Pictures to keep: what a link would save.
const kept = [];
HTMLAnchorElement.prototype.click = function () { kept.push([this.download, this.href.slice(0, 30)]); };
click(one("#svg"));
click(one("#png"));
setTimeout(() => {
  check(kept.length === 2 && kept[0][0].endsWith(".svg") && kept[1][1].startsWith("data:image/png;base64,"), "saved: " + JSON.stringify(kept));
  done();
}, 3000);
