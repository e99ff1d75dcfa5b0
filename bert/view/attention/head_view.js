// One layer: each line goes from a token that looks to one that is looked at.

const mostLines = 600;

function headView(box, exhibit) {
  const heads = state.heads.filter(head => exhibit.exists(state.layer, head) && exhibit.isFull(state.layer, head));
  const maps = heads.map(head => ({head, ...exhibit.slice(state.layer, head, state.weights, state.filter, state.renorm)}));
  if (!maps.length) return missing(box, exhibit);
  const {rows, columns} = maps[0], most = Math.max(...maps.map(map => map.most)), longest = Math.max(rows.length, columns.length);
  const step = longest <= 40 ? 21 : longest <= 128 ? 17 : 14, top = 34, ends = Math.min(step * 0.7, 2.2 * (maps.length - 1));
  const width = Math.max(300, Math.min(720, box.clientWidth)), side = Math.min(190, width * 0.33), left = side + 4, right = width - side - 4;
  const image = picture(width, top + longest * step + 8, `Layer ${state.layer}, heads ${heads.join(", ")}: where tokens look`);
  const y = place => top + (place + 0.5) * step, letters = Math.floor((side - 12) / 7);
  const ink = colour("ink"), soft = colour("soft");

  image.append(svg("text", {x: left - 8, y: 16, "text-anchor": "end", fill: soft}, width < 500 ? "query" : "query: looks"),
               svg("text", {x: right + 8, y: 16, fill: soft}, width < 500 ? "key" : "key: is looked at"));
  const bars = image.appendChild(svg("g")), lines = image.appendChild(svg("g", {fill: "none"})), names = image.appendChild(svg("g"));
  const labels = {q: [], k: []};
  const add = (list, key, x, anchor) => list.forEach((i, place) => {
    const text = svg("text", {x, y: y(place) + 4, "text-anchor": anchor, fill: ink}, short(exhibit.tokens[i].text, letters));
    const hit = svg("rect", {x: key === "q" ? 0 : right, y: y(place) - step / 2, width: side + 4, height: step, fill: "transparent", "data-hit": key, "data-i": i});
    labels[key].push(text);
    names.append(text, hit);
  });
  add(rows, "q", left - 8, "end");
  add(columns, "k", right + 8, "start");

  const placeOf = {q: new Map(rows.map((i, place) => [i, place])), k: new Map(columns.map((i, place) => [i, place]))};
  const at = (map, r, c) => map.values[r * columns.length + c];

  // The strongest lines of all, or all of one token.
  function chosen(r, c) {
    const found = [];
    const floor = r === undefined && c === undefined ? strongest() : 0.002 * most;
    maps.forEach((map, nth) => {
      const from = r ?? 0, to = r ?? rows.length - 1;
      for (let i = from; i <= to; ++i)
        for (let j = c ?? 0; j <= (c ?? columns.length - 1); ++j)
          if (at(map, i, j) >= floor) found.push({map, nth, i, j, weight: at(map, i, j) / most});
    });
    return found.sort((a, b) => a.weight - b.weight).slice(-2 * mostLines);
  }
  function strongest() {
    const counts = new Uint32Array(1001);
    for (const map of maps) for (const x of map.values) ++counts[Math.floor(1000 * Math.min(1, x / most))];
    let floor = 1000;
    for (let lines = counts[1000]; floor > 20 && lines + counts[floor - 1] <= mostLines; --floor) lines += counts[floor - 1];
    return floor / 1000 * most;
  }

  function lineOf({map, nth, i, j, weight}) {
    const shift = maps.length > 1 ? ends * (nth / (maps.length - 1) - 0.5) : 0, middle = (left + right) / 2;
    return svg("path", {d: `M${left} ${y(i) + shift}C${middle} ${y(i) + shift} ${middle} ${y(j) + shift} ${right} ${y(j) + shift}`,
                        stroke: headColour(map.head), "stroke-width": (0.6 + 2.6 * weight).toFixed(2), "stroke-opacity": Math.min(1, 0.04 + 0.96 * weight).toFixed(3)});
  }

  // Beside every token of the other side its weight, which is the mean of the heads that are drawn.
  function barsOf(key, weights) {
    const x = key === "k" ? right + 4 : 0, strong = colour("accent");
    weights.forEach((weight, place) => {
      const share = weight / most;
      if (share < 0.004) return;
      const long = Math.max(1, side * Math.min(1, share));
      bars.append(svg("rect", {x: key === "k" ? x : side - long, y: y(place) - step / 2 + 1, width: long, height: step - 2, fill: strong, "fill-opacity": 0.22}));
      if (share >= 0.01) bars.append(svg("text", {x: key === "k" ? width - 2 : 2, y: y(place) + 4, "font-size": 11, "text-anchor": key === "k" ? "end" : "start", fill: ink,
                                                  "class": "value"}, number(weight)));
    });
  }
  const mean = (r, c) => maps.reduce((sum, map) => sum + at(map, r, c), 0) / maps.length;

  function redraw() {
    const now = focus(), r = placeOf.q.get(now.q), c = r === undefined ? placeOf.k.get(now.k) : undefined;
    lines.replaceChildren(...chosen(r, c).map(lineOf));
    bars.replaceChildren();
    if (r !== undefined) barsOf("k", columns.map((_, place) => mean(r, place)));
    if (c !== undefined) barsOf("q", rows.map((_, place) => mean(place, c)));
    labels.q.forEach((text, place) => text.setAttribute("font-weight", place === r ? 700 : 400));
    labels.k.forEach((text, place) => text.setAttribute("font-weight", place === c ? 700 : 400));
  }

  image.addEventListener("pointermove", event => {
    const hit = event.target.dataset;
    if (event.pointerType !== "touch") point(hit.hit === "q" ? +hit.i : null, hit.hit === "k" ? +hit.i : null);
  });
  image.addEventListener("pointerleave", () => point(null, null));
  image.addEventListener("click", event => {
    const hit = event.target.dataset;
    if (hit.hit) pin(hit.hit === "q" ? +hit.i : null, hit.hit === "k" ? +hit.i : null);
  });
  box.append(image);
  moves(box, (dx, dy) => {  // up and down: the next token; left and right: the other side
    const key = dx < 0 ? "q" : dx > 0 ? "k" : state.q === null && state.k !== null ? "k" : "q", list = key === "q" ? rows : columns;
    const place = list.indexOf(state.q ?? state.k ?? -1), to = list[Math.min(list.length - 1, Math.max(0, place + dy))];
    pin(key === "q" ? to : null, key === "k" ? to : null);
  });
  return redraw;
}

// The keys of a picture: arrows go to its neighbours, Escape lets go.
function moves(box, go) {
  box.onkeydown = event => {
    const by = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (event.key === "Escape") pin(null, null);
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const before = [state.q, state.k];
    go(...by);
    if (state.q === null && state.k === null && (before[0] ?? before[1]) !== null) pin(...before);  // the edge: it stays
  };
}

function missing(box, exhibit) {
  const gone = state.view !== "head" && !exhibit.exists(state.layer, state.head);
  const here = exhibit.layers.map((at, l) => at.weights ? l : null).filter(l => l !== null);
  box.append(element("p", {class: "missing"}, gone ? `Head ${state.head} of layer ${state.layer} is pruned.`
    : `The page holds layer ${state.layer} in small only (view “All heads”). In full it has layers ${here.join(", ")}: bertlet attention … --layers ${state.layer} chooses.`));
  return () => {};
}
