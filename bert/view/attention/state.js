// What is shown, which is all in the page's address: a link to it shows the same.

const exhibits = JSON.parse(byId("data").textContent).map(json => new Exhibit(json));

const filters = {all: "all", aa: "A → A", ab: "A → B", ba: "B → A", bb: "B → B"};
const kinds = {alpha: "α", norm: "‖α f(x)‖"};
const statistics = {
  entropy: "entropy (share of log n)", self: "on itself", next: "on the next token", previous: "on the previous token",
  cls: "on [CLS]", sep: "on [SEP]", punctuation: "on “.” and “,”", distance: "distance in tokens", a_to_b: "from A on B",
  b_to_a: "from B on A",
};

// q, k: the tokens that are pinned; heads: those whose lines are drawn.
const state = {};
const hover = {q: null, k: null};

function within(x, most, otherwise) { return /^\d+$/.test(x) && +x < most ? +x : otherwise; }

function readState() {
  const from = new URLSearchParams(location.hash.slice(1)), get = name => from.get(name) ?? "";
  state.view = Object.hasOwn(views, get("view")) ? get("view") : "head";
  state.text = within(get("text"), exhibits.length, 0);
  state.beside = within(get("beside"), exhibits.length, null);
  const shown = exhibits[state.text], last = Math.max(0, shown.layers.findLastIndex(at => at.weights));
  state.layer = within(get("layer"), shown.layers.length, last);
  const first = shown.layers[state.layer].heads.find(head => shown.isFull(state.layer, head)) ?? 0;
  state.head = get("head") === "mean" ? allHeads : within(get("head"), shown.heads, first);
  state.heads = get("heads").split("-").map(x => within(x, shown.heads, null)).filter(x => x !== null);
  if (!state.heads.length) state.heads = [state.head === allHeads ? first : state.head];
  state.weights = Object.hasOwn(kinds, get("weights")) ? get("weights") : "alpha";
  state.filter = shown.pairs && Object.hasOwn(filters, get("filter")) ? get("filter") : "all";
  state.renorm = get("renorm") === "1" && state.filter !== "all";
  state.statistic = Object.hasOwn(statistics, get("statistic")) ? get("statistic") : "entropy";
  state.q = within(get("q"), shown.n, null);
  state.k = within(get("k"), shown.n, null);
}

function writeState() {
  const to = new URLSearchParams({view: state.view, layer: state.layer, head: state.head === allHeads ? "mean" : state.head});
  if (state.view === "head") to.set("heads", state.heads.join("-"));
  if (state.view === "summary") to.set("statistic", state.statistic);
  if (exhibits.length > 1) to.set("text", state.text);
  for (const name of ["beside", "q", "k"]) if (state[name] !== null) to.set(name, state[name]);
  if (state.weights !== "alpha") to.set("weights", state.weights);
  if (state.filter !== "all") to.set("filter", state.filter);
  if (state.renorm) to.set("renorm", 1);
  history.replaceState(null, "", "#" + to);
}

function change(to) {
  Object.assign(state, to);
  hover.q = hover.k = null;
  showHint(null, null);
  writeState();
  readState();  // which mends what does not go together
  render();
}

// A token that is pinned stays while the pointer goes elsewhere; the same one again lets go of it.
function pin(q, k) {
  const same = state.q === q && state.k === k;
  state.q = same ? null : q, state.k = same ? null : k;
  writeState();
  update();
  const name = (what, i) => i === null ? [] : [`${what} ${tokenName(exhibits[state.text], i)}`];
  say(same ? "nothing is pinned" : [...name("query", q), ...name("key", k)].join(", ") + " is pinned");
}

// The pointer's token, or else the pinned one.
function focus() { return hover.q !== null || hover.k !== null ? hover : state; }

function point(q, k) {
  if (hover.q === q && hover.k === k) return;
  hover.q = q, hover.k = k;
  update();
}

function isView(...names) { return names.includes(state.view); }

// --- what views share ------------------------------------------------------------------------------------------------

function shownSliceOf(exhibit, layer, head) { return exhibit.slice(layer, head, state.weights, state.filter, state.renorm); }
function shownSlice(exhibit, head) { return shownSliceOf(exhibit, state.layer, head); }

// Which of so many rows a pointer is on.
function placeIn(area, y, rows) {
  const {top, height} = area.getBoundingClientRect();
  return Math.min(rows - 1, Math.max(0, Math.floor((y - top) / height * rows)));
}

// The keys of a picture: arrows go to its neighbours, Escape lets go.
function keys(box, go) {
  box.onkeydown = event => {
    const by = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (event.key === "Escape") pin(null, null);
    if (!by || event.target !== box || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(...by);
  };
}

// The same where arrows go from token to token; at the edge the last one stays pinned.
function moves(box, go) {
  keys(box, (dx, dy) => {
    const {q, k} = state;
    go(dx, dy);
    if (state.q === null && state.k === null && (q !== null || k !== null)) pin(q, k);
  });
}

const still = {update() {}};  // a picture that no token changes

function apology(box, text) {
  box.append(element("p", {class: "missing"}, text));
  return still;
}

function missing(box, exhibit) {
  const {layer, head} = state;
  if (!isView("head") && !exhibit.exists(layer, head)) return apology(box, `Head ${head} of layer ${layer} is pruned.`);
  const here = exhibit.layers.map((at, l) => at.weights ? l : null).filter(l => l !== null).join(", ");
  return apology(box, `The page holds layer ${layer} in small only (view “All heads”). In full it has layers ${here}: ` +
    `bertlet attention … --layers ${layer} chooses.`);
}
