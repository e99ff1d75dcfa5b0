// One token through all layers: where it looks, who looks at it, and which inputs its state may come from.

function tokenView(box, exhibit) {
  const view = new TokenView(box, exhibit);
  box.append(view.image);
  goesThroughTokens(box, exhibit);
  return view;
}

// Three blocks with a row for each token and a column for each layer.
class TokenView {
  constructor(box, exhibit) {
    this.exhibit = exhibit, this.n = exhibit.n, this.layers = exhibit.layers.length;
    this.blocks = [{title: "looks at"}, {title: "looked at by"}];
    if (exhibit.hasRollout()) this.blocks.push({title: "rollout"});
    this.measure(box);
    this.image = picture(this.x(this.blocks.length), this.y(this.n) + 40, "");
    this.labels = exhibit.tokens.map((token, j) => this.drawToken(token, j));
    this.blocks.forEach((block, b) => this.drawFrame(block, b));
    this.legend = this.image.appendChild(svg("g"));
    const hit = rectAt(this.image, 0, this.y(0), this.label, this.n * this.step, {fill: "transparent", "data-hit": "token"});
    hit.addEventListener("click", event => pin(placeIn(hit, event.clientY, this.n), null));
  }

  again() { return !(this.i = null); }

  update() {
    const i = pinnedToken(this.exhibit);
    if (i === this.i) return;
    this.labels[this.i ?? i].setAttribute("font-weight", 400);
    this.labels[i].setAttribute("font-weight", 700);
    this.i = i;
    this.image.setAttribute("aria-label", `${this.exhibit.tokens[i].text} in every layer`);
    this.image.dataset.token = i;
    this.take();
    this.blocks.forEach((block, b) => this.drawBlock(block, b));
    this.legend.replaceChildren();
    const wide = Math.max(160, Math.min(200, this.wide));
    drawLegend(this.legend, this.label, this.y(this.n) + 12, wide, plainScale(this.blocks[0].most));
  }

  // Of each block and layer a number for each token, null where the page has none.
  take() {
    const {exhibit, i, n} = this, {head, weights} = state, all = exhibit.layers.map((_, layer) => layer);
    const full = all.filter(layer => exhibit.isFull(layer, head)).map(layer => [layer, head]);
    const known = new Set(ready(exhibit, full, weights).map(([layer]) => layer));
    const maps = all.map(layer => known.has(layer) ? exhibit.weights(layer, head, weights) : null);
    const [to, from, rollout] = this.blocks;
    to.by = maps.map(map => map && map.subarray(i * n, (i + 1) * n));
    from.by = maps.map(map => map && Float32Array.from({length: n}, (_, j) => map[j * n + i]));
    to.most = from.most = weights === "alpha" ? 1 : Math.max(1e-9, ...[...to.by, ...from.by].filter(Boolean).map(largest));
    if (!rollout) return;
    const there = ready(exhibit, all.map(layer => [layer, allHeads]), "alpha").length === this.layers;
    rollout.by = there ? exhibit.rollout(i) : all.map(() => null);
    rollout.most = 1;
  }

  measure(box) {
    const narrow = box.clientWidth < 500;
    this.step = this.n <= 40 ? 19 : 15, this.label = narrow ? 84 : 112, this.gap = narrow ? 12 : 22;
    const room = Math.max(300, Math.min(box.clientWidth, 1100)) - this.label - this.gap * this.blocks.length;
    const cell = Math.floor(room / (this.layers * this.blocks.length));
    this.cell = Math.max(9, (narrow ? 72 : 90) / this.layers, Math.min(26, cell)), this.wide = this.cell * this.layers;
  }
  x(block) { return this.label + block * (this.wide + this.gap); }
  y(token) { return 52 + token * this.step; }

  drawToken(token, j) {
    const text = short(token.text, Math.floor(this.label / 8));
    return textAt(this.image, this.label - 8, this.y(j) + this.step * 0.7, text, {"text-anchor": "end"});
  }

  drawFrame(block, b) {
    const high = this.n * this.step, x = this.x(b), area = [x, this.y(0), this.wide, high];
    textAt(this.image, x, 14, block.title, {"font-weight": 600});
    textAt(this.image, x, 31, "layer", {fill: colour("soft"), "font-size": 10});
    for (let layer = 0; layer < this.layers; ++layer) this.nameLayer(x, layer);
    block.heat = this.image.appendChild(svg("g"));
    rectAt(this.image, ...area, {fill: "none", stroke: colour("line")});
    this.listen(rectAt(this.image, ...area, {fill: "transparent", "data-hit": "cell"}), block);
  }

  drawBlock(block, b) {
    const {n, layers} = this, numbers = new Float32Array(n * layers);
    block.by.forEach((column, layer) => { for (let j = 0; column && j < n; ++j) numbers[j * layers + layer] = column[j]; });
    const area = [this.x(b), this.y(0), this.wide, n * this.step];
    block.heat.replaceChildren(heat(...area, layers, n, shades(numbers, block.most), tables().plain));
  }

  nameLayer(x, layer) {
    if (this.cell < 13 && layer % 2 === 1) return;
    textAt(this.image, x + (layer + 0.5) * this.cell, 46, layer, {"text-anchor": "middle", "font-size": 10, fill: colour("soft")});
  }

  listen(hit, block) {
    hit.addEventListener("pointermove", event => {
      const area = hit.getBoundingClientRect(), j = Math.floor((event.clientY - area.top) / area.height * this.n);
      const layer = Math.floor((event.clientX - area.left) / area.width * this.layers);
      if (!(layer in block.by) || !(j in this.exhibit.tokens)) return;
      const weight = block.by[layer] ? block.by[layer][j] : null;
      showHint(event, [[`layer ${layer}`, block.title], ["token", tokenName(this.exhibit, j)], ["", number(weight)]]);
    });
    hit.addEventListener("pointerleave", () => showHint(null, null));
  }
}
