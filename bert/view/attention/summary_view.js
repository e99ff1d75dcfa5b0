// All heads in numbers: one statistic as a grid, and a map on which heads that do alike lie together.

function summaryView(box, exhibit) {
  const both = box.appendChild(element("div", {class: "both"}));
  const first = both.appendChild(element("div", {class: "large"})), second = both.appendChild(element("div", {class: "large"}));
  first.append(element("h2", {}, statistics[state.statistic]));
  first.append(statisticGrid(first, exhibit));
  second.append(element("h2", {}, "Heads that look alike lie together"));
  second.append(headMap(second, exhibit));
  second.append(element("p", {class: "note"}, aboutMap));
  box.append(numbersTable(exhibit));
  keys(box, (dx, dy) => {
    const layer = Math.min(exhibit.layers.length - 1, Math.max(0, state.layer + dy));
    const head = Math.min(exhibit.heads - 1, Math.max(0, state.head + dx));
    change({layer, head, heads: [head]});
  });
  return still;
}

const aboutMap = "Each is named layer·head; shape and colour are its cluster. Distance is the root of the Jensen–Shannon " +
  "divergence of where they look, as well as two dimensions can show it.";

// What stands for a head in a picture: it is chosen by a click, and told of where the pointer is.
function headMark(image, statistic, attributes = {}) {
  const {layer, head} = statistic;
  const mark = image.appendChild(svg("g", {"data-layer": layer, "data-head": head, style: "cursor: pointer", ...attributes}));
  mark.addEventListener("click", () => change({layer, head, heads: [head]}));
  mark.addEventListener("pointermove", event => showHint(event, headLines(statistic)));
  mark.addEventListener("pointerleave", () => showHint(null, null));
  return mark;
}

function headLines(statistic) {
  const known = Object.entries(statistics).filter(([name]) => statistic[name] !== null);
  return [[`layer ${statistic.layer}, head ${statistic.head}`, statistic.kind],
          ...known.map(([name, title]) => [title, statisticText(name, statistic[name])]), ["cluster", statistic.cluster + 1]];
}

function statisticText(name, x) { return x !== null && name === "distance" ? x.toFixed(x < 10 ? 1 : 0) : number(x); }

function frameOf(statistic, plain) {
  const chosen = statistic.layer === state.layer && statistic.head === state.head;
  return chosen ? {stroke: colour("mark"), "stroke-width": 2.5} : {stroke: plain, "stroke-width": 1};
}

function statisticGrid(box, exhibit) {
  const heads = exhibit.heads, layers = exhibit.layers.length, left = 26, top = 24;
  const cell = Math.max(22, Math.min(44, Math.floor((Math.max(280, Math.min(620, box.clientWidth)) - left) / heads)));
  const high = cell >= 38 ? 34 : Math.max(20, cell * 0.7), table = tables().plain;
  const image = picture(left + cell * heads + 2, top + high * layers + 34, statistics[state.statistic] + " of every head");
  const all = exhibit.json.statistics.map(each => each[state.statistic]);
  const most = state.statistic === "distance" ? Math.max(1, ...all) : 1, middle = {"text-anchor": "middle"};
  for (let h = 0; h < heads; ++h)
    textAt(image, left + (h + 0.5) * cell, top - 7, h, {...middle, fill: headColour(h), "font-weight": 600, "font-size": 11});
  for (let l = 0; l < layers; ++l)
    textAt(image, left - 7, top + (l + 0.65) * high, l, {"text-anchor": "end", fill: colour("soft"), "font-size": 11});
  for (const each of exhibit.json.statistics)
    statisticCell(headMark(image, each), each, {x: left + each.head * cell, y: top + each.layer * high, cell, high, table, most});
  const marks = [0, 0.25, 0.5, 0.75, 1].map(x => [x, number(x * most)]);
  drawLegend(image, left, top + high * layers + 10, Math.max(160, Math.min(200, cell * heads)), {marks, table});
  return image;
}

// Its number, and where there is room what the head mostly does.
function statisticCell(mark, statistic, {x, y, cell, high, table, most}) {
  const value = statistic[state.statistic], rgb = table[Math.round(255 * Math.min(1, Math.max(0, (value ?? 0) / most)))], named = high === 34;
  const style = {"text-anchor": "middle", fill: isLight(rgb) ? "#111" : "#fff"}, middle = y + high / 2;
  rectAt(mark, x + 0.5, y + 0.5, cell - 1, high - 1, {fill: hex(rgb), ...frameOf(statistic, colour("line"))});
  textAt(mark, x + cell / 2, middle + (named ? -1 : 3.5), statisticText(state.statistic, value).replace(/^0\./, "."),
         {...style, "font-size": cell < 28 ? 8.5 : 10, class: "value"});
  const kind = {punctuation: "punct.", previous: "prev."}[statistic.kind] ?? statistic.kind;
  if (named) textAt(mark, x + cell / 2, middle + 10, kind, {...style, "font-size": 8.5});
}

const clusterShapes = [
  "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5", "M-4.5-4.5h9v9h-9z", "M0-6L5.5 4.5H-5.5z", "M0-6.2L6.2 0L0 6.2L-6.2 0z",
  "M-2-5.5h4v3.5h3.5v4H2v3.5h-4V2h-3.5v-4H-2z", "M0 6L5.5-4.5H-5.5z", "M-5 0L-2.5-5h5L5 0L2.5 5h-5z", "M-5.5-2L0-6L5.5-2L3.5 5h-7z",
];
function clusterColour(cluster) { return perceived(isDark.matches ? 0.75 : 0.55, 0.12, 20 + cluster * 137.5); }

function headMap(box, exhibit) {
  const width = Math.max(280, Math.min(560, box.clientWidth)), height = width * 0.78, edge = 26;
  const image = picture(width, height, "Map of all heads"), all = exhibit.json.statistics;
  const range = name => [Math.min(...all.map(each => each[name])), Math.max(...all.map(each => each[name]))];
  const [left, right] = range("x"), [low, high] = range("y");
  const by = Math.min((width - 2 * edge) / (right - left || 1), (height - 2 * edge) / (high - low || 1));
  rectAt(image, 0.5, 0.5, width - 1, height - 1, {fill: "none", stroke: colour("line")});
  for (const each of all) {
    const x = width / 2 + (each.x - (left + right) / 2) * by, y = height / 2 - (each.y - (low + high) / 2) * by;
    const mark = headMark(image, each, {transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`});
    const shape = clusterShapes[each.cluster % clusterShapes.length];
    mark.append(svg("path", {d: shape, fill: clusterColour(each.cluster), ...frameOf(each, colour("card"))}));
    textAt(mark, 7, 3, `${each.layer}·${each.head}`, {"font-size": 8.5, fill: colour("soft")});
  }
  return image;
}

function numbersTable(exhibit) {
  const all = exhibit.json.statistics, names = Object.keys(statistics).filter(name => all.some(each => each[name] !== null));
  const row = (tag, cells) => element("tr", {}, ...cells.map(cell => element(tag, tag === "th" ? {scope: "col"} : {}, cell)));
  const titles = ["layer", "head", "kind", "cluster", ...names.map(name => name.replaceAll("_", " "))];
  const values = each => names.map(name => number(each[name]));
  const rows = all.map(each => row("td", [each.layer, each.head, each.kind, each.cluster + 1, ...values(each)]));
  const table = element("table", {class: "numbers"}, element("thead", {}, row("th", titles)), element("tbody", {}, ...rows));
  const scroll = element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": "All numbers"}, table);
  return element("details", {}, element("summary", {}, "All numbers"), scroll);
}
