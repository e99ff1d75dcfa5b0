// The page as a whole: the state is drawn, and drawn again when it changes.

let pictures = [], drawn = null;  // what is on the page, and what its layout hangs on

function update() {
  for (const each of pictures) each.update();
  fillSide(exhibits[state.text]);
}

function render() {
  const exhibit = exhibits[state.text], again = focused();
  urgent = [];
  fillControls();
  describe(exhibit);
  const {view, text, beside, filter} = state, layout = [view, text, beside, filter, innerWidth, isDark.matches].join();
  if (layout !== drawn || !pictures.every(each => each.again?.())) drawAnew(exhibit);
  drawn = layout;
  update();
  document.querySelector(again)?.focus({preventScroll: true});
}

function drawAnew(exhibit) {
  const beside = state.beside === null || state.beside === state.text ? null : exhibits[state.beside];
  byId("figures").replaceChildren();
  byId("figures").classList.toggle("several", Boolean(beside));
  byId("figures").parentNode.classList.toggle("wide", Boolean(beside) || isView("model", "summary"));
  const draws = [figureOf(beside && nameOf(state.text), box => views[state.view].draw(box, exhibit))];
  if (beside) draws.push(figureOf(nameOf(state.beside), box => views[state.view].draw(box, beside)));
  if (beside && isView("matrix") && comparable(exhibit, beside))
    draws.push(figureOf("The second less the first", box => differenceView(box, exhibit, beside)));
  pictures = draws.map(draw => draw());
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

makeTabs();
listen();
readState();
render();
prepare();
addEventListener("hashchange", () => { readState(); render(); });
isDark.addEventListener("change", render);
let widthBefore = innerWidth;
addEventListener("resize", () => { if (innerWidth !== widthBefore) widthBefore = innerWidth, render(); });
