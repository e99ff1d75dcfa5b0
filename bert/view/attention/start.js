// The page itself: its controls, what is shown, and what it says beside.

const views = {
  head: {title: "Head", draw: headView, about: "One layer. A line goes from a token that looks (left, the query) to one that is looked at (right, the key); the stronger, the larger the weight. Point at a token for its lines and numbers, click to pin it. Each head has its own colour."},
  model: {title: "All heads", draw: modelView, about: "Every head of every layer in small: rows look at columns, darker is more, by the root of the weight. Click one to see it large."},
  matrix: {title: "Matrix", draw: matrixView, about: "One head. A row says where its token looks and sums to 1; a column says who looks at it and need not. That is why it is not symmetric."},
  neuron: {title: "Neurons", draw: neuronView, about: "Where a weight comes from: the query times each key, element by element; their sum is the score, softmax makes it the weight, and the values weighted so are added up. Click a key to make it the query."},
  token: {title: "Token", draw: tokenView, about: "One token in every layer: where it looks, who looks at it, and the rollout, an estimate of which inputs its state comes from. Click a token to choose it."},
  summary: {title: "Summary", draw: summaryView, about: "What each head does on this text, in numbers. They describe this text, not the language."},
};

let updates = [];

function update() {
  for (const each of updates) each();
  sideOf(exhibits[state.text]);
}

function options(select, list, chosen) {
  select.replaceChildren(...list.map(([value, title]) => element("option", {value}, title)));
  select.value = String(chosen);
}

function show(id, shown) { byId(id).hidden = !shown; }

// --- controls --------------------------------------------------------------------------------------------------------

function controls() {
  const exhibit = exhibits[state.text], view = state.view, names = exhibits.map((each, i) => [i, nameOf(i)]);
  for (const tab of byId("views").children) {
    tab.setAttribute("aria-selected", tab.dataset.view === view);
    tab.tabIndex = tab.dataset.view === view ? 0 : -1;
  }
  options(byId("text"), names, state.text);
  options(byId("beside"), [["", "nothing"], ...names.filter(([i]) => i !== state.text)], state.beside ?? "");
  show("text-label", exhibits.length > 1), show("beside-label", exhibits.length > 1);
  options(byId("layer"), exhibit.layers.map((at, l) => [l, at.weights || view === "summary" ? l : `${l} (in small)`]), state.layer);
  show("layer-label", view !== "token");
  options(byId("weights"), Object.entries(kinds), state.weights);
  show("weights-label", view !== "neuron" && view !== "summary");
  options(byId("filter"), Object.entries(filters), state.filter);
  const slices = ["head", "model", "matrix"].includes(view);
  show("filter-label", exhibit.pairs && slices), show("renorm-label", exhibit.pairs && slices && state.filter !== "all");
  byId("renorm").checked = state.renorm;
  options(byId("statistic"), Object.entries(statistics).filter(([name]) => exhibit.json.statistics.some(each => each[name] !== null)), state.statistic);
  show("statistic-label", view === "summary");
  byId("heads").replaceChildren(...headButtons(exhibit));
}

function nameOf(i) {
  const json = exhibits[i].json, several = exhibits.some(each => each.json.model !== json.model);
  return (several ? modelName(exhibits[i]) + ": " : "") + short(exhibits[i].name, 60);
}

function modelName(exhibit) { return exhibit.json.model.split("/").filter(Boolean).slice(-2).join("/"); }

function headButtons(exhibit) {
  const lines = state.view === "head", list = [];
  if (state.view === "summary") return list;
  if (!lines && state.view !== "neuron") list.push(headButton(exhibit, allHeads, "mean"));
  for (let h = 0; h < exhibit.heads; ++h) if (state.view === "token" || exhibit.exists(state.layer, h)) list.push(headButton(exhibit, h, String(h)));
  if (lines) {
    const all = element("button", {type: "button", class: "plain"}, "all");
    all.onclick = () => change({heads: exhibit.layers[state.layer].heads.filter(h => exhibit.isFull(state.layer, h))});
    list.push(all);
  }
  return list;
}

function headButton(exhibit, h, title) {
  const lines = state.view === "head", on = lines ? state.heads.includes(h) : state.head === h;
  const button = element("button", {type: "button", "aria-pressed": on, "aria-label": h === allHeads ? "mean of all heads" : "head " + h, class: "chip"}, title);
  button.style.setProperty("--head", headColour(h));
  if (state.view !== "token" && state.view !== "model" && !exhibit.isFull(state.layer, h)) button.disabled = true;
  const solo = () => change({head: h, heads: [h]});
  button.onclick = event => {
    if (!lines || event.shiftKey) return solo();
    const heads = on ? state.heads.filter(each => each !== h) : [...state.heads, h].sort((a, b) => a - b);
    change(heads.length ? {heads, head: heads[0]} : {});
  };
  button.ondblclick = solo;
  if (lines) button.title = "click: on or off; shift or double click: this one alone";
  return button;
}

// --- the side --------------------------------------------------------------------------------------------------------

function sideOf(exhibit) {
  const side = byId("side"), now = focus(), i = now.q ?? now.k, parts = [];
  const known = i !== null && i < exhibit.n;
  if (known) parts.push(element("h2", {}, "Token ", element("bdi", {}, exhibit.tokens[i].text), ` (${i})`), ...looks(exhibit, i));
  const masks = exhibit.tokens.map((token, at) => token.mask ? at : null).filter(at => at !== null);
  for (const at of known ? [i] : masks.slice(0, 5)) parts.push(...guesses(exhibit, at));
  const statistic = state.head === allHeads || state.view === "token" ? null : exhibit.statistic(state.layer, state.head);
  if (statistic && state.view !== "summary" && !(state.view === "head" && state.heads.length > 1)) parts.push(element("h2", {}, `Layer ${statistic.layer}, head ${statistic.head}: ${statistic.kind}`), listOf(headLines(statistic).slice(1).map(([name, value]) => [name, value])));
  if (!known) parts.push(element("p", {}, "Nothing is pinned. Click a token, or use the arrow keys in the picture; Escape lets go."));
  side.replaceChildren(...parts);
}

function listOf(pairs) {
  const list = element("dl", {class: "list"});
  for (const [name, value] of pairs) list.append(element("div", {}, element("dt", {}, element("bdi", {}, name)), element("dd", {}, value)));
  return list;
}

// The strongest of the row and of the column, in the heads that are shown.
function looks(exhibit, i) {
  const heads = (state.view === "head" ? state.heads : [state.head]).filter(h => exhibit.exists(state.layer, h) && exhibit.isFull(state.layer, h));
  const maps = state.view === "summary" ? [] : heads.map(h => exhibit.weights(state.layer, h, state.weights)).filter(Boolean);
  if (!maps.length) return [];
  const mean = at => maps.reduce((sum, map) => sum + map[at], 0) / maps.length;
  const top = of => Array.from({length: exhibit.n}, (_, j) => [j, mean(of(j))]).sort((a, b) => b[1] - a[1]).slice(0, 5).map(([j, x]) => [tokenName(exhibit, j), number(x)]);
  const where = `in layer ${state.layer}, ` + (heads.length > 1 ? `mean of heads ${heads.join(", ")}` : heads[0] === allHeads ? "mean of the heads" : "head " + heads[0]);
  return [element("p", {}, where), element("h3", {}, "looks at"), listOf(top(j => i * exhibit.n + j)), element("h3", {}, "is looked at by"), listOf(top(j => j * exhibit.n + i))];
}

function guesses(exhibit, i) {
  const list = exhibit.json.guesses[i];
  if (!list || !list.length) return [];
  return [element("h3", {}, exhibit.tokens[i].mask ? `The model's words for ${tokenName(exhibit, i)}` : "The model's words for this place"), listOf(list.map(([word, p]) => [word, number(p)]))];
}

// --- the whole -------------------------------------------------------------------------------------------------------

function figureOf(exhibit, draw, name) {
  const figure = element("figure"), box = element("div", {class: "box", tabindex: 0, role: "group", "aria-label": `${views[state.view].title}: arrow keys move, Escape lets go`});
  if (name) figure.append(element("figcaption", {}, element("bdi", {}, name)));
  figure.append(box);
  byId("figures").append(figure);
  return () => draw(box, exhibit);
}

function render() {
  const focused = document.activeElement, key = focused?.closest?.("#figures .box") ? "box" : focused?.dataset?.cell ?? null;
  const exhibit = exhibits[state.text], view = views[state.view], beside = state.beside !== null && state.beside !== state.text ? exhibits[state.beside] : null;
  const cell = focused?.dataset?.cell;
  controls();
  byId("what").replaceChildren(element("b", {title: exhibit.json.model}, element("bdi", {}, modelName(exhibit))), " ", element("bdi", {}, short(exhibit.name, 300)));
  byId("about").textContent = view.about + aboutWeights() + aboutFilter();
  show("remark", exhibit.json.remark), byId("remark").textContent = exhibit.json.remark;
  byId("figures").replaceChildren();
  byId("figures").classList.toggle("several", Boolean(beside));
  byId("figures").parentNode.classList.toggle("wide", Boolean(beside) || ["model", "summary"].includes(state.view));
  const makes = [figureOf(exhibit, view.draw, beside && nameOf(state.text))];
  if (beside) makes.push(figureOf(beside, view.draw, nameOf(state.beside)));
  if (beside && state.view === "matrix" && comparable(exhibit, beside)) makes.push(figureOf(exhibit, (box, a) => differenceView(box, a, beside), "The second less the first"));
  updates = makes.map(make => make());
  update();
  const again = cell ? document.querySelector(`#figures [data-cell="${cell}"]`) : key === "box" ? document.querySelector("#figures .box") : null;
  if (again) again.focus({preventScroll: true});
}

function comparable(a, b) {
  return a.n === b.n && a.pairs === b.pairs && [a, b].every(each => state.layer < each.layers.length && each.exists(state.layer, state.head) && each.isFull(state.layer, state.head));
}

function aboutWeights() {
  if (state.weights === "alpha" || ["neuron", "summary"].includes(state.view)) return "";
  return " ‖α f(x)‖ is the length of what a token really hands on: its weight times its value vector as the layer's output takes it; rows do not sum to 1.";
}

function aboutFilter() {
  if (state.filter === "all" || !["head", "model", "matrix"].includes(state.view)) return "";
  return ` Only ${filters[state.filter]} is shown: ` + (state.renorm ? "what is left of each row is scaled to sum to 1." : "the weights are those of the whole text, so rows sum to less than 1.");
}

// What a long text's views will ask for is unpacked while nothing else is to do.
function prepare() {
  const jobs = [];
  for (const exhibit of exhibits) {
    if (exhibit.n <= 128) continue;
    exhibit.layers.forEach((_, l) => exhibit.isFull(l, allHeads) && jobs.push(() => exhibit.alpha(l, allHeads)));
    for (const h of exhibit.layers[state.layer]?.heads ?? []) if (exhibit.isFull(state.layer, h)) jobs.push(() => exhibit.alpha(state.layer, h));
  }
  const idle = window.requestIdleCallback ?? (f => setTimeout(f, 50)), next = () => { jobs.shift()(); if (jobs.length) idle(next); };
  if (jobs.length) idle(next);
}

// Through all layers it is the mean of heads that says most; and neurons are those of one head.
function go(view) {
  const head = view === "token" ? allHeads : view === "neuron" && state.head === allHeads ? state.heads[0] : state.head;
  change({view, head});
}

function start() {
  for (const [name, view] of Object.entries(views)) {
    const tab = element("button", {type: "button", role: "tab", "data-view": name, id: "view-" + name}, view.title);
    tab.onclick = () => go(name);
    byId("views").append(tab);
  }
  byId("views").onkeydown = event => {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!by) return;
    const tabs = [...byId("views").children], to = tabs[(tabs.findIndex(tab => tab.dataset.view === state.view) + by + tabs.length) % tabs.length];
    go(to.dataset.view);
    to.focus();
  };
  byId("text").onchange = event => change({text: +event.target.value, beside: null, q: null, k: null});
  byId("beside").onchange = event => change({beside: event.target.value === "" ? null : +event.target.value});
  byId("layer").onchange = event => change({layer: +event.target.value});
  byId("weights").onchange = event => change({weights: event.target.value});
  byId("filter").onchange = event => change({filter: event.target.value});
  byId("renorm").onchange = event => change({renorm: event.target.checked});
  byId("statistic").onchange = event => change({statistic: event.target.value});
  byId("svg").onclick = () => keep(asFile(wholePicture().text), "svg");
  byId("png").onclick = () => pixels(wholePicture()).then(href => keep(href, "png"));
  addEventListener("hashchange", () => { readState(); render(); });
  isDark.addEventListener("change", render);
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) width = innerWidth, render(); });
  readState();
  render();
  prepare();
}

start();
