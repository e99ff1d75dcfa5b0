// One head as a matrix: a row for each token that looks, a column for each that is looked at.

function matrixView(box, exhibit) {
  if (!exhibit.exists(state.layer, state.head) || !exhibit.isFull(state.layer, state.head)) return missing(box, exhibit);
  const map = shownSlice(exhibit, state.head);
  if (!map) return missing(box, exhibit);
  const title = `Layer ${state.layer}, ${state.head === allHeads ? "mean of the heads" : "head " + state.head}`;
  return shownMatrix(box, exhibit, map, {title, places: shades(map.values, map.most), ...plainScale(map.most)});
}

// What the second exhibit has more of, where both have the same number of tokens.
function differenceView(box, exhibit, other) {
  const a = shownSlice(exhibit, state.head), b = shownSlice(other, state.head), values = b.values.map((x, i) => x - a.values[i]);
  const most = values.reduce((m, x) => Math.max(m, Math.abs(x)), 0) || 1;
  const look = {title: "Difference", places: signedShades(values, most), ...signedScale(number(most))};
  return shownMatrix(box, exhibit, {...a, values}, look);
}

function shownMatrix(box, exhibit, map, look) {
  const view = new Matrix(box, exhibit, map, look);
  box.append(view.image);
  moves(box, (dx, dy) => view.move(dx, dy));
  return view;
}

// Shades are by the root of a weight, so that small ones are seen; the legend says so by its marks.
function plainScale(most) {
  return {table: tables().plain, marks: [0, 0.1, 0.25, 0.5, 1].map(x => [Math.sqrt(x), number(x * most)])};
}
function signedScale(most) { return {table: tables().signed, marks: [[0, "−" + most], [0.5, "0"], [1, "+" + most]]}; }

// Whether black is read better on it than white.
function isLight(rgb) {
  const [r, g, b] = rgb.map(x => (x / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18;
}

class Matrix {
  constructor(box, exhibit, map, look) {
    this.exhibit = exhibit, this.look = look;
    this.rows = map.rows, this.columns = map.columns, this.values = map.values;
    this.measure(box);
    this.image = picture(Math.max(this.left + this.wide + 8, 250), this.bottom + 52, look.title + ": rows look at columns");
    const soft = {fill: colour("soft"), "font-size": 11};
    textAt(this.image, this.left, 12, "key, who is looked at →", soft);
    textAt(this.image, this.left - 8, 12, "query ↓", {...soft, "text-anchor": "end"});
    const area = [this.left, this.top, this.wide, this.high];
    this.image.append(heat(...area, this.columns.length, this.rows.length, look.places, look.table));
    rectAt(this.image, ...area, {stroke: colour("line"), fill: "none"});
    if (this.cell >= 8) this.nameAll();
    if (this.cell >= 25) this.values.forEach((_, i) => this.writeValue(i));
    drawLegend(this.image, this.left, this.bottom + 16, Math.min(200, Math.max(160, this.wide)), look);
    this.marks = this.image.appendChild(svg("g", {fill: "none", "pointer-events": "none"}));
    this.hit = rectAt(this.image, ...area, {fill: "transparent", "data-hit": "cell"});
    this.listen();
  }

  measure(box) {
    const longest = Math.max(this.rows.length, this.columns.length), shown = [...this.rows, ...this.columns];
    const letters = Math.max(...shown.map(i => Math.min(12, [...this.exhibit.tokens[i].text].length)));
    const labels = Math.min(96, 14 + 7 * letters), room = Math.max(260, Math.min(820, box.clientWidth)) - labels - 14;
    this.cell = Math.max(longest > 200 ? 2 : 3, Math.min(34, room / longest));
    this.top = labels + 20, this.left = labels + 4;
    this.wide = this.cell * this.columns.length, this.high = this.cell * this.rows.length;
    this.bottom = this.top + this.high;
    this.font = Math.min(12, Math.max(8, this.cell - 1));
  }
  x(c) { return this.left + (c + 0.5) * this.cell; }
  y(r) { return this.top + (r + 0.5) * this.cell; }
  text(i) { return short(this.exhibit.tokens[i].text, 12); }

  nameAll() {
    this.rows.forEach((_, r) => this.nameRow(this.image, r, 400));
    this.columns.forEach((_, c) => this.nameColumn(this.image, c, 400));
  }
  nameRow(to, r, weight) {
    textAt(to, this.left - 5, this.y(r) + this.font * 0.35, this.text(this.rows[r]),
           {"text-anchor": "end", "font-size": this.font, "font-weight": weight});
  }
  nameColumn(to, c, weight) {
    const turned = `translate(${this.x(c) + this.font * 0.35} ${this.top - 5}) rotate(-90)`;
    textAt(to, 0, 0, this.text(this.columns[c]), {transform: turned, "font-size": this.font, "font-weight": weight});
  }

  writeValue(i) {
    const x = this.values[i], r = Math.floor(i / this.columns.length), c = i % this.columns.length;
    if (Math.abs(x) < 0.005) return;
    const fill = isLight(this.look.table[this.look.places[i]]) ? "#111" : "#fff";
    textAt(this.image, this.x(c), this.y(r) + 3.5, x.toFixed(2).replace(/^(-?)0\./, "$1."),
           {"text-anchor": "middle", "font-size": 10, fill, class: "value"});
  }

  // The tokens under the pointer.
  pairAt(event) {
    const area = this.hit.getBoundingClientRect();
    const c = Math.floor((event.clientX - area.left) / area.width * this.columns.length);
    const r = Math.floor((event.clientY - area.top) / area.height * this.rows.length);
    return r in this.rows && c in this.columns ? {r, c, q: this.rows[r], k: this.columns[c]} : null;
  }

  listen() {
    this.hit.addEventListener("pointermove", event => {
      const at = this.pairAt(event);
      if (!at || event.pointerType === "touch") return;
      point(at.q, at.k);
      showHint(event, [["query", tokenName(this.exhibit, at.q)], ["key", tokenName(this.exhibit, at.k)],
                       [kinds[state.weights], number(this.values[at.r * this.columns.length + at.c])]]);
    });
    this.hit.addEventListener("pointerleave", () => { point(null, null); showHint(null, null); });
    this.hit.addEventListener("click", event => {
      const at = this.pairAt(event);
      if (at) pin(at.q, at.k);
    });
  }

  move(dx, dy) {
    const next = (list, i, by) => list[Math.min(list.length - 1, Math.max(0, list.indexOf(i ?? list[0]) + by))];
    pin(next(this.rows, state.q, dy), next(this.columns, state.k, dx));
  }

  // A frame around the row and the column, their names, and the weight where they meet.
  update() {
    const now = focus(), r = this.rows.indexOf(now.q), c = this.columns.indexOf(now.k), card = {fill: colour("card")};
    const frame = {stroke: colour("mark"), "stroke-width": 1.5}, {cell, font} = this;
    this.marks.replaceChildren();
    if (r >= 0) {
      rectAt(this.marks, this.left - 0.5, this.top + r * cell - 0.5, this.wide + 1, cell + 1, frame);
      rectAt(this.marks, 0, this.y(r) - font * 0.7, this.left - 2, font * 1.4, card);
      this.nameRow(this.marks, r, 700);
    }
    if (c >= 0) {
      rectAt(this.marks, this.left + c * cell - 0.5, this.top - 0.5, cell + 1, this.high + 1, frame);
      rectAt(this.marks, this.x(c) - font * 0.7, 18, font * 1.4, this.top - 20, card);
      this.nameColumn(this.marks, c, 700);
    }
    if (r < 0 || c < 0) return;
    const pair = `${this.text(this.rows[r])} → ${this.text(this.columns[c])}`, weight = this.values[r * this.columns.length + c];
    textAt(this.marks, this.left, this.bottom + 48, `${pair}  ${number(weight)}`, {"font-weight": 700, class: "reading"});
  }
}

function drawLegend(image, x, y, width, {marks, table}) {
  image.append(heat(x, y, width, 7, 64, 1, Uint8Array.from({length: 64}, (_, i) => i * 255 / 63), table));
  for (const [at, name] of marks) {
    const anchor = at === 0 ? "start" : at === 1 ? "end" : "middle";
    textAt(image, x + at * width, y + 18, name, {"text-anchor": anchor, fill: colour("soft"), "font-size": 10});
  }
}
