// One head as a matrix: a row for each token that looks, a column for each that is looked at.

function matrixView(box, exhibit) {
  if (!exhibit.exists(state.layer, state.head) || !exhibit.isFull(state.layer, state.head)) return missing(box, exhibit);
  const map = exhibit.slice(state.layer, state.head, state.weights, state.filter, state.renorm);
  if (!map) return missing(box, exhibit);
  return squares(box, exhibit, map, {shade: i => Math.sqrt(map.values[i] / map.most), table: tables().plain, legend: plainLegend(map.most),
                                     title: `Layer ${state.layer}, ${state.head === allHeads ? "mean of the heads" : "head " + state.head}`});
}

// What the second exhibit has more of, where both have the same number of tokens.
function differenceView(box, exhibit, other) {
  const a = exhibit.slice(state.layer, state.head, state.weights, state.filter, state.renorm);
  const b = other.slice(state.layer, state.head, state.weights, state.filter, state.renorm);
  const values = b.values.map((x, i) => x - a.values[i]), most = values.reduce((m, x) => Math.max(m, Math.abs(x)), 0) || 1;
  return squares(box, exhibit, {...a, values, most}, {shade: i => 0.5 + values[i] / most / 2, table: tables().signed, legend: signedLegend(most), title: "Difference"});
}

function plainLegend(most) {
  return {from: 0, to: 1, marks: [0, 0.1, 0.25, 0.5, 1].map(x => [Math.sqrt(x), number(x * most)]), table: tables().plain};
}
function signedLegend(most) {
  return {from: 0, to: 1, marks: [[0, "−" + number(most)], [0.5, "0"], [1, "+" + number(most)]], table: tables().signed};
}

function squares(box, exhibit, map, {shade, table, legend, title}) {
  const {rows, columns, values} = map, longest = Math.max(rows.length, columns.length), labels = Math.min(96, 14 + 7 * Math.max(...[...rows, ...columns].map(i => Math.min(12, [...exhibit.tokens[i].text].length))));
  const room = Math.max(260, Math.min(820, box.clientWidth)) - labels - 14, cell = Math.max(longest > 200 ? 2 : 3, Math.min(34, room / longest));
  const named = cell >= 8, top = labels + 20, left = labels + 4, wide = cell * columns.length, high = cell * rows.length;
  const width = Math.max(left + wide + 8, 250), image = picture(width, top + high + 52, title + ": rows look at columns");
  const ink = colour("ink"), soft = colour("soft"), font = Math.min(12, Math.max(8, cell - 1));
  image.append(svg("text", {x: left, y: 12, fill: soft, "font-size": 11}, "key, who is looked at →"),
               svg("text", {x: left - 8, y: 12, "text-anchor": "end", fill: soft, "font-size": 11}, "query ↓"));
  image.append(heat(left, top, wide, high, columns.length, rows.length, shade, table));
  const frame = {stroke: colour("line"), fill: "none"};
  image.append(svg("rect", {x: left, y: top, width: wide, height: high, ...frame}));
  const xOf = c => left + (c + 0.5) * cell, yOf = r => top + (r + 0.5) * cell;
  const rowName = (r, weight) => svg("text", {x: left - 5, y: yOf(r) + font * 0.35, "text-anchor": "end", fill: ink, "font-size": font, "font-weight": weight}, short(exhibit.tokens[rows[r]].text, 12));
  const columnName = (c, weight) => svg("text", {transform: `translate(${xOf(c) + font * 0.35} ${top - 5}) rotate(-90)`, fill: ink, "font-size": font, "font-weight": weight}, short(exhibit.tokens[columns[c]].text, 12));
  if (named) {
    rows.forEach((_, r) => image.append(rowName(r, 400)));
    columns.forEach((_, c) => image.append(columnName(c, 400)));
  }
  if (cell >= 25) values.forEach((x, i) => {
    const r = Math.floor(i / columns.length), c = i % columns.length, rgb = table[Math.round(255 * Math.min(1, Math.max(0, shade(i))))];
    const light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 140;
    if (Math.abs(x) >= 0.005) image.append(svg("text", {x: xOf(c), y: yOf(r) + 3.5, "text-anchor": "middle", "font-size": 10, fill: light ? "#111" : "#fff", "class": "value"}, x.toFixed(2).replace(/^(-?)0\./, "$1.")));
  });
  drawLegend(image, left, top + high + 16, Math.min(200, Math.max(160, wide)), legend);
  const marks = image.appendChild(svg("g", {fill: "none", "pointer-events": "none"}));
  const hit = image.appendChild(svg("rect", {x: left, y: top, width: wide, height: high, fill: "transparent", "data-hit": "cell"}));

  const cellAt = event => {
    const area = hit.getBoundingClientRect();
    const c = Math.floor((event.clientX - area.left) / area.width * columns.length), r = Math.floor((event.clientY - area.top) / area.height * rows.length);
    return r >= 0 && c >= 0 && r < rows.length && c < columns.length ? [r, c] : null;
  };
  const valueAt = (r, c) => values[r * columns.length + c];
  hit.addEventListener("pointermove", event => {
    const at = cellAt(event);
    if (!at || event.pointerType === "touch") return;
    point(rows[at[0]], columns[at[1]]);
    showHint(event, [["query", tokenName(exhibit, rows[at[0]])], ["key", tokenName(exhibit, columns[at[1]])], [kinds[state.weights], number(valueAt(...at))]]);
  });
  hit.addEventListener("pointerleave", () => { point(null, null); showHint(null, null); });
  hit.addEventListener("click", event => {
    const at = cellAt(event);
    if (at) pin(rows[at[0]], columns[at[1]]);
  });
  box.append(image);
  moves(box, (dx, dy) => {
    const clamp = (x, list) => list[Math.min(list.length - 1, Math.max(0, x))];
    pin(clamp(rows.indexOf(state.q ?? rows[0]) + dy, rows), clamp(columns.indexOf(state.k ?? columns[0]) + dx, columns));
  });

  return () => {
    const now = focus(), r = rows.indexOf(now.q), c = columns.indexOf(now.k);
    marks.replaceChildren();
    const strong = {stroke: colour("mark"), "stroke-width": 1.5};
    if (r >= 0) marks.append(svg("rect", {x: left - 0.5, y: top + r * cell - 0.5, width: wide + 1, height: cell + 1, ...strong}));
    if (c >= 0) marks.append(svg("rect", {x: left + c * cell - 0.5, y: top - 0.5, width: cell + 1, height: high + 1, ...strong}));
    if (r >= 0) marks.append(backed(rowName(r, 700), 0, yOf(r) - font * 0.7, left - 2, font * 1.4));
    if (c >= 0) marks.append(backed(columnName(c, 700), xOf(c) - font * 0.7, 18, font * 1.4, top - 20));
    if (r >= 0 && c >= 0) marks.append(svg("text", {x: left + wide, y: top + high + 46, "text-anchor": "end", fill: ink, "font-weight": 700, "class": "reading"},
      `${short(exhibit.tokens[rows[r]].text, 14)} → ${short(exhibit.tokens[columns[c]].text, 14)}  ${number(valueAt(r, c))}`));
  };
}

function backed(text, x, y, width, height) {
  const group = svg("g");
  group.append(svg("rect", {x, y, width, height, fill: colour("card")}), text);
  return group;
}

function drawLegend(image, x, y, width, {marks, table}) {
  image.append(heat(x, y, width, 7, 64, 1, i => i / 63, table));
  const text = {fill: colour("soft"), "font-size": 10};
  for (const [at, name] of marks)
    image.append(svg("text", {x: x + at * width, y: y + 18, "text-anchor": at === 0 ? "start" : at === 1 ? "end" : "middle", ...text}, name));
}
