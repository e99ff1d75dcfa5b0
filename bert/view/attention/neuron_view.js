// Where one weight comes from: a query against every key, column by column, and what its head makes of their values.

const mostKeys = 96;

function neuronView(box, exhibit) {
  const why = whyNoNeurons(exhibit);
  if (why) return apology(box, why);
  const place = box.appendChild(element("div"));
  let shown = null;
  goesThroughTokens(box, exhibit);
  place.addEventListener("click", event => event.target.dataset.i && pin(+event.target.dataset.i, null));
  return {
    update() {
      const i = pinnedToken(exhibit);
      if (shown !== i) place.replaceChildren(new Neurons(box, exhibit, i).whole());
      shown = i;
    },
  };
}

function whyNoNeurons(exhibit) {
  if (state.head === allHeads) return "A mean over heads has no query and no key: choose a head.";
  if (exhibit.exists(state.layer, state.head) && exhibit.values(state.layer, state.head)) return "";
  const here = exhibit.layers.map((at, l) => at.values ? l : null).filter(l => l !== null).join(", ") || "none";
  return `The page holds no q, k and v of layer ${state.layer}, head ${state.head}; it has those of layers ${here}: ` +
    `bertlet attention … --layers ${state.layer} chooses.`;
}

// One token is pinned, or else it is the first word; arrow keys go on.
function goesThroughTokens(box, exhibit) {
  moves(box, (dx, dy) => pin(Math.min(exhibit.n - 1, Math.max(0, pinnedToken(exhibit) + dy + dx)), null));
}
function pinnedToken(exhibit) { return Math.min(state.q ?? state.k ?? 1, exhibit.n - 1); }

class Neurons {
  constructor(box, exhibit, i) {
    Object.assign(this, {exhibit, i, n: exhibit.n, size: exhibit.size}, exhibit.values(state.layer, state.head));
    const alpha = exhibit.alpha(state.layer, state.head);
    this.alpha = alpha.subarray(i * this.n, (i + 1) * this.n);
    this.norms = exhibit.weights(state.layer, state.head, "norm").subarray(i * this.n, (i + 1) * this.n);
    this.apart = exhibit.distances(state.layer, state.head)?.subarray(i * this.n, (i + 1) * this.n);
    this.keys = this.shownKeys();
    this.compute();
    this.measure(box);
    this.draw();
  }

  // All, or the strongest of many, in the text's order.
  shownKeys() {
    const keys = [...this.alpha.keys()];
    if (this.n <= mostKeys) return keys;
    return keys.sort((a, b) => this.alpha[b] - this.alpha[a]).slice(0, mostKeys).sort((a, b) => a - b);
  }

  // q ∘ k / √D and α v of every key that is shown, the scores, and the head's output, which is of all keys.
  compute() {
    const {q, k, v, i, size, alpha} = this;
    const count = this.keys.length * size, key = p => this.keys[Math.floor(p / size)];
    const each = f => Float32Array.from({length: count}, (_, p) => f(key(p), p % size));
    this.products = each((j, d) => q[i * size + d] * k[j * size + d] / Math.sqrt(size));
    this.parts = each((j, d) => alpha[j] * v[j * size + d]);
    this.sums = this.keys.map((_, r) => this.products.subarray(r * size, (r + 1) * size).reduce((a, b) => a + b, 0));
    this.scores = this.sums.map((sum, r) => sum + (this.apart ? this.apart[this.keys[r]] : 0));
    const all = [0, ...this.scores, ...this.sums, ...this.keys.map(j => this.apart?.[j] ?? 0)];
    this.range = [Math.min(...all), Math.max(...all)];
    this.context = new Float32Array(size);
    for (let j = 0; j < this.n; ++j)
      for (let d = 0; d < size; ++d) this.context[d] += alpha[j] * v[j * size + d];
  }

  measure(box) {
    const label = 104, bar = 78, gap = 14, bars = this.apart ? 5 : 3;
    const room = Math.max(640, box.clientWidth) - label - bars * bar - (bars + 3) * gap;
    this.wide = this.size * Math.max(2, 150 / this.size, Math.min(230 / this.size, Math.floor(room / (3 * this.size))));
    this.label = label - 8, this.bar = bar, this.step = 17, this.top = 66;
    this.x = {key: label, product: label + this.wide + gap, sum: label + 2 * (this.wide + gap)};
    this.x.apart = this.x.sum + bar + gap;
    this.x.score = this.apart ? this.x.apart + bar + gap : this.x.sum;
    this.x.alpha = this.x.score + bar + gap;
    this.x.value = this.x.alpha + bar + gap;
    this.x.norm = this.x.value + this.wide + gap;
    this.high = this.keys.length * this.step;
  }

  draw() {
    const title = `Layer ${state.layer}, head ${state.head}: how ${this.exhibit.tokens[this.i].text} weighs its keys`;
    this.image = picture(this.x.norm + this.bar + 4, this.top + this.high + 44, title);
    this.image.dataset.query = this.i;
    this.drawTitles();
    this.drawQuery();
    this.drawStrips();
    this.keys.forEach((j, r) => this.drawKey(j, r));
    this.drawOutput();
  }

  drawTitles() {
    const soft = {fill: colour("soft"), "font-size": 11}, y = this.top - 8;
    textAt(this.image, this.label, y, "key", {...soft, "text-anchor": "end"});
    const sums = this.apart ? {sum: "sum", apart: "+ distance", score: "= score"} : {score: "sum: score"};
    const titles = {key: "k", product: "q ∘ k / √d", ...sums, alpha: "softmax: α", value: "α v", norm: "‖α f(x)‖"};
    for (const [name, text] of Object.entries(titles)) textAt(this.image, this.x[name], y, text, soft);
  }

  drawQuery() {
    textAt(this.image, this.label, 22, short(this.exhibit.tokens[this.i].text, 13), {"text-anchor": "end", "font-weight": 700});
    textAt(this.image, this.x.key, 9, "q", {fill: colour("soft"), "font-size": 11});
    this.strip(this.x.key, 13, 8, this.q.subarray(this.i * this.size, (this.i + 1) * this.size));
  }

  // Rows of numbers, blue above 0 and orange below, by the largest of them.
  strip(x, y, high, numbers, most = largest(numbers)) {
    const rows = numbers.length / this.size, places = signedShades(numbers, most);
    this.image.append(heat(x, y, this.wide, high, this.size, rows, places, tables().signed));
  }

  drawStrips() {
    const keys = Float32Array.from({length: this.products.length},
                                   (_, p) => this.k[this.keys[Math.floor(p / this.size)] * this.size + p % this.size]);
    this.strip(this.x.key, this.top, this.high, keys);
    this.strip(this.x.product, this.top, this.high, this.products);
    this.strip(this.x.value, this.top, this.high, this.parts, this.mostValue());
    for (const x of [this.x.key, this.x.product, this.x.value])
      for (let r = 1; r < this.keys.length; ++r)
        rectAt(this.image, x, this.top + r * this.step - 1, this.wide, 2, {fill: colour("card")});
  }
  mostValue() { return Math.max(largest(this.parts), largest(this.context)); }

  drawKey(j, r) {
    const y = this.top + r * this.step, inner = this.step - 6, name = short(this.exhibit.tokens[j].text, 13);
    textAt(this.image, this.label, y + 12, name, {"text-anchor": "end", "font-weight": j === this.i ? 700 : 400});
    if (this.apart) {
      this.drawSigned(this.x.sum, r, this.sums[r], "sum");
      this.drawSigned(this.x.apart, r, this.apart[j], "apart");
    }
    this.drawSigned(this.x.score, r, this.scores[r], "score");
    rectAt(this.image, this.x.alpha, y + 3, this.alpha[j] * this.bar * 0.6, inner, {fill: colour("accent")});
    textAt(this.image, this.x.alpha + this.bar, y + 12, number(this.alpha[j]), {"text-anchor": "end", "font-size": 11, class: "value"});
    rectAt(this.image, this.x.norm, y + 3, this.norms[j] / largest(this.norms) * this.bar * 0.6, inner, {fill: colour("accent")});
    textAt(this.image, this.x.norm + this.bar, y + 12, number(this.norms[j]), {"text-anchor": "end", "font-size": 11, class: "norm"});
    rectAt(this.image, 0, y, this.label + 8, this.step, {fill: "transparent", "data-hit": "key", "data-i": j});
  }

  // A bar from 0 to the left or to the right, by the scale of scores and their parts.
  drawSigned(x, r, weight, name) {
    const [low, high] = this.range, by = this.bar * 0.62 / (high - low || 1), y = this.top + r * this.step;
    const zero = x - by * low, long = by * Math.abs(weight), fill = colour(weight < 0 ? "minus" : "plus");
    rectAt(this.image, weight < 0 ? zero - long : zero, y + 3, long, this.step - 6, {fill});
    textAt(this.image, x + this.bar, y + 12, weight.toFixed(2).replace("-", "−"), {"text-anchor": "end", "font-size": 11, class: name});
  }

  drawOutput() {
    const y = this.top + this.high + 18, soft = {fill: colour("soft"), "font-size": 11, "text-anchor": "end"};
    textAt(this.image, this.x.value - 8, y + 8, "sum: the head's output", soft);
    this.strip(this.x.value, y, 9, this.context, this.mostValue());
    const scale = {table: tables().signed, marks: [[0, "−"], [0.5, "0"], [1, "+"]]};
    drawLegend(this.image, this.x.key, y - 4, Math.min(180, this.wide), scale);
  }

  whole() {
    const whole = element("div", {}, this.image), note = text => whole.append(element("p", {class: "note"}, text));
    if (this.keys.length < this.n) note(`Of ${this.n} keys the ${this.keys.length} with the largest weights.`);
    if (this.apart) note("This model's positions are relative: what a query makes of the distance to each key adds to the score.");
    return whole;
  }
}
