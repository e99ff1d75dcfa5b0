// The page as a whole: the state is drawn, and drawn again when it changes.

let updates = [];  // of the pictures, for another token

function update() {
  for (const each of updates) each();
  fillSide(exhibits[state.text]);
}

function render() {
  const exhibit = exhibits[state.text], again = focused();
  const beside = state.beside === null || state.beside === state.text ? null : exhibits[state.beside];
  fillControls();
  describe(exhibit);
  byId("figures").replaceChildren();
  byId("figures").classList.toggle("several", Boolean(beside));
  byId("figures").parentNode.classList.toggle("wide", Boolean(beside) || isView("model", "summary"));
  const draws = [figureOf(beside && nameOf(state.text), box => views[state.view].draw(box, exhibit))];
  if (beside) draws.push(figureOf(nameOf(state.beside), box => views[state.view].draw(box, beside)));
  if (beside && isView("matrix") && comparable(exhibit, beside))
    draws.push(figureOf("The second less the first", box => differenceView(box, exhibit, beside)));
  updates = draws.map(draw => draw());
  update();
  document.querySelector(again)?.focus({preventScroll: true});
}

// How to find again what had the focus, once it is drawn anew.
function focused() {
  const cell = document.activeElement?.dataset?.cell;
  if (cell) return `#figures [data-cell="${cell}"]`;
  return document.activeElement?.classList?.contains("box") ? "#figures .box" : "#none";
}

function figureOf(name, draw) {
  const label = `${views[state.view].title}: arrow keys move, Escape lets go`;
  const box = element("div", {class: "box", tabindex: 0, role: "group", "aria-label": label});
  const figure = byId("figures").appendChild(element("figure"));
  if (name) figure.append(element("figcaption", {}, element("bdi", {}, name)));
  figure.append(box);
  return () => draw(box);
}

function comparable(a, b) {
  const {layer, head} = state;
  const has = each => layer < each.layers.length && each.exists(layer, head) && each.isFull(layer, head) && shownSlice(each, head);
  return a.n === b.n && a.pairs === b.pairs && has(a) && has(b);
}

function describe(exhibit) {
  const model = element("b", {title: exhibit.json.model}, element("bdi", {}, modelName(exhibit)));
  byId("what").replaceChildren(model, " ", element("bdi", {}, short(exhibit.name, 300)));
  byId("about").textContent = views[state.view].about + aboutWeights() + aboutFilter();
  show("remark", exhibit.json.remark);
  byId("remark").textContent = exhibit.json.remark;
}

function aboutWeights() {
  if (state.weights === "alpha" || isView("neuron", "summary")) return "";
  return " ‖α f(x)‖ is the length of what a token really hands on: its weight times its value vector as the layer's output " +
    "takes it; rows do not sum to 1.";
}

function aboutFilter() {
  if (state.filter === "all" || !isView("head", "model", "matrix")) return "";
  const rows = state.renorm ? "what is left of each row is scaled to sum to 1."
    : "the weights are those of the whole text, so rows sum to less than 1.";
  return ` Only ${filters[state.filter]} is shown: ${rows}`;
}

// What a long text's views will ask for is unpacked while nothing else is to do.
function prepare() {
  const jobs = [];
  for (const exhibit of exhibits.filter(each => each.n > 128)) {
    const add = (l, h) => exhibit.isFull(l, h) && jobs.push(() => exhibit.alpha(l, h));
    exhibit.layers.forEach((_, l) => add(l, allHeads));
    for (const h of exhibit.layers[state.layer]?.heads ?? []) add(state.layer, h);
  }
  const idle = window.requestIdleCallback ?? (f => setTimeout(f, 50));
  const next = () => { jobs.shift()(); if (jobs.length) idle(next); };
  if (jobs.length) idle(next);
}

makeTabs();
listen();
readState();
render();
prepare();
addEventListener("hashchange", () => { readState(); render(); });
isDark.addEventListener("change", render);
let widthBefore = innerWidth;
addEventListener("resize", () => { if (innerWidth !== widthBefore) widthBefore = innerWidth, render(); });
