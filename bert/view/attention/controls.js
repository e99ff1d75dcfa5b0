// What is chosen above the pictures.

const views = {
  head: {
    title: "Head", draw: headView,
    about: "One layer. A line goes from a token that looks (left, the query) to one that is looked at (right, the " +
      "key); the stronger, the larger the weight. Point at a token for its lines and numbers, click to pin it. " +
      "Each head has its own colour.",
  },
  model: {
    title: "All heads", draw: modelView,
    about: "Every head of every layer in small: rows look at columns, the stronger the colour the more, by the root of the weight. " +
      "Click one to see it large.",
  },
  matrix: {
    title: "Matrix", draw: matrixView,
    about: "One head. A row says where its token looks and sums to 1; a column says who looks at it and need not. " +
      "That is why it is not symmetric.",
  },
  neuron: {
    title: "Neurons", draw: neuronView,
    about: "Where a weight comes from: the query times each key, element by element; their sum is the score, softmax " +
      "makes it the weight, and the values weighted so are added up; how long each part is when it is handed on, " +
      "‖α f(x)‖, stands last. Click a key to make it the query.",
  },
  token: {
    title: "Token", draw: tokenView,
    about: "One token in every layer: where it looks, who looks at it, and the rollout, an estimate of which inputs " +
      "its state comes from. Click a token to choose it.",
  },
  summary: {
    title: "Summary", draw: summaryView,
    about: "What each head does on this text, in numbers. They describe this text, not the language. Click a head to " +
      "choose it.",
  },
};

function options(id, list, chosen) {
  byId(id).replaceChildren(...list.map(([value, title]) => element("option", {value}, title)));
  byId(id).value = String(chosen);
}
function show(id, shown) { byId(id).hidden = !shown; }

function modelName(exhibit) { return exhibit.json.model.split("/").filter(Boolean).slice(-2).join("/"); }
function nameOf(i) {
  const several = exhibits.some(each => each.json.model !== exhibits[i].json.model);
  return (several ? modelName(exhibits[i]) + ": " : "") + short(exhibits[i].name, 60);
}

function fillControls() {
  const exhibit = exhibits[state.text];
  for (const tab of byId("views").children) {
    tab.setAttribute("aria-selected", tab.dataset.view === state.view);
    tab.tabIndex = tab.dataset.view === state.view ? 0 : -1;
  }
  fillTexts();
  options("layer", exhibit.layers.map((at, l) => [l, at.weights || isView("summary") ? l : `${l} (in small)`]), state.layer);
  show("layer-label", !isView("token"));
  options("weights", Object.entries(kinds), state.weights);
  show("weights-label", !isView("neuron", "summary"));
  fillFilter(exhibit);
  const known = Object.entries(statistics).filter(([name]) => exhibit.json.statistics.some(each => each[name] !== null));
  options("statistic", known, state.statistic);
  show("statistic-label", isView("summary"));
  byId("heads").replaceChildren(...headButtons(exhibit));
}

function fillTexts() {
  const names = exhibits.map((_, i) => [i, nameOf(i)]);
  options("text", names, state.text);
  options("beside", [["", "nothing"], ...names.filter(([i]) => i !== state.text)], state.beside ?? "");
  show("text-label", exhibits.length > 1), show("beside-label", exhibits.length > 1);
}

function fillFilter(exhibit) {
  const slices = exhibit.pairs && isView("head", "model", "matrix");
  options("filter", Object.entries(filters), state.filter);
  show("filter-label", slices), show("renorm-label", slices && state.filter !== "all");
  byId("renorm").checked = state.renorm;
}

function headButtons(exhibit) {
  const numbers = [...Array(exhibit.heads).keys()].filter(h => isView("token") || exhibit.exists(state.layer, h));
  const list = numbers.map(h => headButton(exhibit, h, h));
  if (isView("model", "matrix", "token")) list.unshift(headButton(exhibit, allHeads, "mean"));
  if (isView("head")) list.push(buttonForAll(exhibit));
  return list;
}

function buttonForAll(exhibit) {
  const all = element("button", {type: "button"}, "all");
  all.onclick = () => change({heads: exhibit.layers[state.layer].heads.filter(h => exhibit.isFull(state.layer, h))});
  return all;
}

// Where lines are drawn a click adds a head or takes it away; elsewhere one head is chosen.
function headButton(exhibit, h, title) {
  const lines = isView("head"), on = lines ? state.heads.includes(h) : state.head === h;
  const label = h === allHeads ? "mean of all heads" : "head " + h;
  const button = element("button", {type: "button", "aria-pressed": on, "aria-label": label, class: "chip"}, title);
  button.style.setProperty("--head", headColour(h));
  button.disabled = isView("head", "matrix", "neuron") && !exhibit.isFull(state.layer, h);
  const solo = () => change({head: h, heads: h === allHeads ? state.heads : [h]});
  button.onclick = event => lines && !event.shiftKey ? toggle(h) : solo();
  button.ondblclick = solo;
  if (lines) button.title = "click: on or off; shift or double click: this one alone";
  return button;
}

function toggle(h) {
  const heads = state.heads.includes(h) ? state.heads.filter(each => each !== h) : [...state.heads, h].sort((a, b) => a - b);
  if (heads.length) change({heads, head: heads[0]});
}

// Through all layers it is the mean of heads that says most; and neurons are those of one head.
function open(view) {
  const head = view === "token" ? allHeads : view === "neuron" && state.head === allHeads ? state.heads[0] : state.head;
  change({view, head});
}

function makeTabs() {
  for (const [name, view] of Object.entries(views)) {
    const tab = element("button", {type: "button", role: "tab", "data-view": name, id: "view-" + name}, view.title);
    tab.onclick = () => open(name);
    byId("views").append(tab);
  }
  byId("views").onkeydown = event => {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key], names = Object.keys(views);
    if (!by) return;
    open(names[(names.indexOf(state.view) + by + names.length) % names.length]);
    byId("view-" + state.view).focus();
  };
}

function listen() {
  const on = (id, f) => { byId(id).onchange = event => change(f(event.target)); };
  on("text", ({value}) => ({text: +value, beside: null, q: null, k: null}));
  on("beside", ({value}) => ({beside: value === "" ? null : +value}));
  on("layer", ({value}) => ({layer: +value}));
  on("weights", ({value}) => ({weights: value}));
  on("filter", ({value}) => ({filter: value}));
  on("renorm", ({checked}) => ({renorm: checked}));
  on("statistic", ({value}) => ({statistic: value}));
  byId("svg").onclick = () => keep(asFile(wholePicture().text), "svg");
  byId("png").onclick = () => pixels(wholePicture()).then(href => keep(href, "png"));
}
