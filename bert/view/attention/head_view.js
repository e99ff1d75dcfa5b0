// One layer: each line goes from a token that looks to one that is looked at.

const mostLines = 600;

function headView(box, exhibit) {
  if (!shownHeads(exhibit).length) return missing(box, exhibit);
  const view = new HeadView(box, exhibit);
  box.append(view.image);
  moves(box, (dx, dy) => view.move(dx, dy));
  return view;
}

function shownHeads(exhibit) {
  return state.heads.filter(head => exhibit.exists(state.layer, head) && exhibit.isFull(state.layer, head));
}

class HeadView {
  constructor(box, exhibit) {
    this.exhibit = exhibit;
    this.take(shownHeads(exhibit));
    this.rows = this.maps[0].rows, this.columns = this.maps[0].columns;
    this.placeOf = {q: new Map(this.rows.map((i, r) => [i, r])), k: new Map(this.columns.map((i, c) => [i, c]))};
    this.labels = {q: [], k: []};
    this.measure(box);
    this.image = picture(this.width, this.y(this.longest), "");
    this.name();
    this.bars = this.image.appendChild(svg("g"));
    this.lines = this.image.appendChild(svg("g", {fill: "none"}));
    this.nameSide("q", this.rows, this.left - 8, "end");
    this.nameSide("k", this.columns, this.right + 8, "start");
    this.listen();
  }

  take(heads) {
    const {layer, weights} = state;
    this.heads = heads;
    this.maps = ready(this.exhibit, heads.map(head => [layer, head]), weights)
      .map(([, head]) => ({head, ...shownSlice(this.exhibit, head)}));
    this.most = Math.max(...this.maps.map(map => map.most));
  }
  name() { this.image.setAttribute("aria-label", `Layer ${state.layer}, heads ${this.heads.join(", ")}: where tokens look`); }

  // The same tokens, another layer or other heads.
  again() {
    const heads = shownHeads(this.exhibit);
    if (!heads.length) return false;
    this.take(heads);
    this.name();
    return true;
  }

  measure(box) {
    this.longest = Math.max(this.rows.length, this.columns.length);
    this.step = this.longest <= 40 ? 21 : this.longest <= 128 ? 17 : 14;
    this.width = Math.max(300, Math.min(720, box.clientWidth));
    this.side = Math.min(190, this.width * 0.33);  // what the tokens of a side take
    this.left = this.side + 4, this.right = this.width - this.side - 4;
  }
  y(place) { return 34 + (place + 0.5) * this.step; }

  nameSide(key, list, x, anchor) {
    const titles = this.width < 500 ? {q: "query", k: "key"} : {q: "query: looks", k: "key: is looked at"};
    textAt(this.image, x, 16, titles[key], {"text-anchor": anchor, fill: colour("soft")});
    list.forEach((i, place) => {
      const text = short(this.exhibit.tokens[i].text, Math.floor((this.side - 12) / 7));
      this.labels[key].push(textAt(this.image, x, this.y(place) + 4, text, {"text-anchor": anchor}));
    });
    const high = list.length * this.step, style = {fill: "transparent", "data-hit": key};
    rectAt(this.image, key === "q" ? 0 : this.right, this.y(-0.5), this.side + 4, high, style);
  }

  listen() {
    const to = (event, f) => {
      const key = event.target.dataset.hit, list = key === "q" ? this.rows : this.columns;
      const token = key && list[placeIn(event.target, event.clientY, list.length)];
      f(key === "q" ? token : null, key === "k" ? token : null);
    };
    this.image.addEventListener("pointermove", event => event.pointerType !== "touch" && to(event, point));
    this.image.addEventListener("pointerleave", () => point(null, null));
    this.image.addEventListener("click", event => event.target.dataset.hit && to(event, pin));
  }

  // Up and down: the next token; left and right: the other side.
  move(dx, dy) {
    const onKeys = dx > 0 || (dx === 0 && state.q === null && state.k !== null), list = onKeys ? this.columns : this.rows;
    const place = list.indexOf(state.q ?? state.k ?? -1) + dy, to = list[Math.min(list.length - 1, Math.max(0, place))];
    pin(onKeys ? null : to, onKeys ? to : null);
  }

  // The lines of the token that is pointed at or pinned, or the strongest of all.
  update() {
    const now = focus(), r = this.placeOf.q.get(now.q), c = r === undefined ? this.placeOf.k.get(now.k) : undefined;
    this.lines.replaceChildren(...this.chosen(r, c).map(line => this.lineOf(line)));
    this.bars.replaceChildren();
    if (r !== undefined) this.columns.forEach((_, place) => this.bar("k", place, this.mean(r, place)));
    if (c !== undefined) this.rows.forEach((_, place) => this.bar("q", place, this.mean(place, c)));
    this.labels.q.forEach((text, place) => text.setAttribute("font-weight", place === r ? 700 : 400));
    this.labels.k.forEach((text, place) => text.setAttribute("font-weight", place === c ? 700 : 400));
  }

  at(map, r, c) { return map.values[r * this.columns.length + c]; }
  mean(r, c) { return this.maps.reduce((sum, map) => sum + this.at(map, r, c), 0) / this.maps.length; }

  chosen(r, c) {
    const floor = r === undefined && c === undefined ? this.strongest() : 0.002 * this.most, found = [];
    this.maps.forEach((map, nth) => {
      for (let i = r ?? 0; i <= (r ?? this.rows.length - 1); ++i)
        for (let j = c ?? 0; j <= (c ?? this.columns.length - 1); ++j)
          if (this.at(map, i, j) >= floor) found.push({map, nth, i, j, weight: this.at(map, i, j) / this.most});
    });
    return found.sort((a, b) => a.weight - b.weight).slice(-4 * mostLines);
  }

  // The least weight that leaves no more than so many lines, and is not next to nothing.
  strongest() {
    const counts = new Uint32Array(1001);
    for (const map of this.maps)
      for (const x of map.values) ++counts[Math.floor(1000 * Math.min(1, x / this.most))];
    let floor = 1000;
    for (let lines = counts[1000]; floor > 20 && lines + counts[floor - 1] <= mostLines; --floor)
      lines += counts[floor - 1];
    return floor / 1000 * this.most;
  }

  // Heads begin and end a little apart, so that none hides another.
  lineOf({map, nth, i, j, weight}) {
    const spread = Math.min(this.step * 0.7, 2.2 * (this.maps.length - 1));
    const shift = spread && spread * (nth / (this.maps.length - 1) - 0.5), middle = (this.left + this.right) / 2;
    const from = this.y(i) + shift, to = this.y(j) + shift;
    return svg("path", {d: `M${this.left} ${from}C${middle} ${from} ${middle} ${to} ${this.right} ${to}`,
                        stroke: headColour(map.head), "stroke-width": (0.6 + 2.6 * weight).toFixed(2),
                        "stroke-opacity": Math.min(1, weight ** 0.8).toFixed(3)});
  }

  // Beside a token its weight, which is the mean of the heads that are drawn.
  bar(key, place, weight) {
    const share = Math.min(1, weight / this.most), long = this.side * share, y = this.y(place);
    if (share < 0.004) return;
    rectAt(this.bars, key === "k" ? this.right + 4 : this.side - long, y - this.step / 2 + 1, long, this.step - 2,
           {fill: colour("accent"), "fill-opacity": 0.22});
    if (share >= 0.01)
      textAt(this.bars, key === "k" ? this.width - 2 : 2, y + 4, number(weight),
             {"font-size": 11, "text-anchor": key === "k" ? "end" : "start", class: "value"});
  }
}
