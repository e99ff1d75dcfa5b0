// All heads in numbers: one statistic as a grid, and a map on which heads that do alike lie together.

function summaryView(box, exhibit) {
  const both = box.appendChild(element("div", {class: "both"}));
  const first = both.appendChild(element("div", {class: "large"})), second = both.appendChild(element("div", {class: "large"}));
  first.append(element("h3", {}, statistics[state.statistic]), element("div", {class: "scroll"}));
  first.lastChild.append(statisticGrid(first, exhibit));
  second.append(element("h3", {}, "Heads that look alike lie together"), element("div", {class: "scroll"}));
  second.lastChild.append(headMap(second, exhibit));
  second.append(element("p", {class: "note"}, "Each is named layer·head; shape and colour are its cluster. Distance is the root of the Jensen–Shannon divergence of where they look, as well as two dimensions can show it."));
  box.append(numbersTable(exhibit));
  return () => {};
}

function chooses(image) {
  image.addEventListener("click", event => {
    const hit = event.target.closest("[data-head]");
    if (hit) change({layer: +hit.dataset.layer, head: +hit.dataset.head, heads: [+hit.dataset.head]});
  });
}

function statisticGrid(box, exhibit) {
  const heads = exhibit.heads, layers = exhibit.layers.length, left = 26, top = 24;
  const cell = Math.max(22, Math.min(44, Math.floor((Math.max(280, Math.min(620, box.clientWidth)) - left) / heads))), named = cell >= 38, high = named ? 34 : Math.max(20, cell * 0.7);
  const image = picture(left + cell * heads + 2, top + high * layers + 34, statistics[state.statistic] + " of every head"), table = tables().plain;
  const all = exhibit.json.statistics.map(each => each[state.statistic]).filter(x => x !== null);
  const most = state.statistic === "distance" ? Math.max(1, ...all) : 1;
  const soft = colour("soft");
  for (let h = 0; h < heads; ++h) image.append(svg("text", {x: left + (h + 0.5) * cell, y: top - 7, "text-anchor": "middle", fill: headColour(h), "font-weight": 600, "font-size": 11}, h));
  exhibit.layers.forEach((_, layer) => {
    image.append(svg("text", {x: left - 7, y: top + (layer + 0.65) * high, "text-anchor": "end", fill: soft, "font-size": 11}, layer));
    for (let h = 0; h < heads; ++h) {
      const statistic = exhibit.statistic(layer, h);
      if (!statistic) continue;
      const x = statistic[state.statistic], rgb = table[Math.round(255 * Math.min(1, (x ?? 0) / most))], light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140;
      const group = svg("g", {"data-layer": layer, "data-head": h, style: "cursor: pointer"}), chosen = layer === state.layer && h === state.head;
      group.append(svg("rect", {x: left + h * cell + 0.5, y: top + layer * high + 0.5, width: cell - 1, height: high - 1, fill: hex(rgb), stroke: chosen ? colour("mark") : colour("line"), "stroke-width": chosen ? 2.5 : 1}),
                   svg("text", {x: left + (h + 0.5) * cell, y: top + (layer + 0.5) * high + (named ? -1 : 3.5), "text-anchor": "middle", "font-size": cell < 28 ? 8.5 : 10, fill: light ? "#111" : "#fff", "class": "value"},
                       x === null ? "–" : state.statistic === "distance" ? x.toFixed(x < 10 ? 1 : 0) : x.toFixed(2).replace(/^0/, "")));
      if (named) group.append(svg("text", {x: left + (h + 0.5) * cell, y: top + (layer + 0.5) * high + 10, "text-anchor": "middle", "font-size": 8.5, fill: light ? "#111" : "#fff"},
                                  {punctuation: "punct.", previous: "prev."}[statistic.kind] ?? statistic.kind));
      group.addEventListener("pointermove", event => showHint(event, headLines(statistic)));
      group.addEventListener("pointerleave", () => showHint(null, null));
      image.append(group);
    }
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map(x => [x, number(x * most)]);
  drawLegend(image, left, top + high * layers + 10, Math.min(200, cell * heads), {marks, table});
  chooses(image);
  return image;
}

function headLines(statistic) {
  return [[`layer ${statistic.layer}, head ${statistic.head}`, statistic.kind],
          ...Object.entries(statistics).filter(([name]) => statistic[name] !== null).map(([name, title]) => [title, name === "distance" ? statistic[name].toFixed(1) : number(statistic[name])]),
          ["cluster", statistic.cluster + 1]];
}

const clusterShapes = ["M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5", "M-4.5-4.5h9v9h-9z", "M0-6L5.5 4.5H-5.5z", "M0-6.2L6.2 0L0 6.2L-6.2 0z", "M-2-5.5h4v3.5h3.5v4H2v3.5h-4V2h-3.5v-4H-2z", "M0 6L5.5-4.5H-5.5z",
                       "M-5 0L-2.5-5h5L5 0L2.5 5h-5z", "M-5.5-2L0-6L5.5-2L3.5 5h-7z"];

function headMap(box, exhibit) {
  const width = Math.max(280, Math.min(560, box.clientWidth)), height = width * 0.78, edge = 26;
  const image = picture(width, height + 4, "Map of all heads"), all = exhibit.json.statistics;
  const range = name => [Math.min(...all.map(each => each[name])), Math.max(...all.map(each => each[name]))];
  const [left, right] = range("x"), [low, high] = range("y");
  const by = Math.min((width - 2 * edge) / (right - left || 1), (height - 2 * edge) / (high - low || 1));
  const xOf = each => width / 2 + (each.x - (left + right) / 2) * by, yOf = each => height / 2 - (each.y - (low + high) / 2) * by;
  image.append(svg("rect", {x: 0.5, y: 0.5, width: width - 1, height: height - 1, fill: "none", stroke: colour("line")}));
  for (const each of all) {
    const group = svg("g", {"data-layer": each.layer, "data-head": each.head, transform: `translate(${xOf(each).toFixed(1)} ${yOf(each).toFixed(1)})`, style: "cursor: pointer"});
    const chosen = each.layer === state.layer && each.head === state.head;
    group.append(svg("path", {d: clusterShapes[each.cluster % clusterShapes.length], fill: perceived(isDark.matches ? 0.75 : 0.55, 0.12, 20 + each.cluster * 137.5), stroke: chosen ? colour("mark") : colour("card"), "stroke-width": chosen ? 2.5 : 1}),
                 svg("text", {x: 7, y: 3, "font-size": 8.5, fill: colour("soft")}, `${each.layer}·${each.head}`));
    group.addEventListener("pointermove", event => showHint(event, headLines(each)));
    group.addEventListener("pointerleave", () => showHint(null, null));
    image.append(group);
  }
  chooses(image);
  return image;
}

function numbersTable(exhibit) {
  const names = Object.keys(statistics).filter(name => exhibit.json.statistics.some(each => each[name] !== null));
  const head = element("tr"), body = element("tbody");
  head.append(...["layer", "head", "kind", "cluster", ...names.map(name => name.replaceAll("_", " "))].map(name => element("th", {scope: "col"}, name)));
  for (const each of exhibit.json.statistics) {
    const row = body.appendChild(element("tr"));
    row.append(element("td", {}, each.layer), element("td", {}, each.head), element("td", {class: "text"}, each.kind), element("td", {}, each.cluster + 1),
               ...names.map(name => element("td", {}, number(each[name]))));
  }
  const table = element("table", {class: "numbers"});
  table.append(element("thead"), body);
  table.tHead.append(head);
  const details = element("details");
  details.append(element("summary", {}, "All numbers"), element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": "All numbers"}, table));
  return details;
}
