// One token through all layers: where it looks, who looks at it, and which inputs its state may come from.

function tokenView(box, exhibit) { return tokenPictures(box, exhibit, i => new TokenPicture(box, exhibit, i).image); }

// Three blocks with a row for each token and a column for each layer.
class TokenPicture {
  constructor(box, exhibit, i) {
    this.exhibit = exhibit, this.i = i, this.n = exhibit.n, this.layers = exhibit.layers.length;
    this.blocks = [
      {title: "looks at", by: this.weights(j => i * this.n + j)},
      {title: "looked at by", by: this.weights(j => j * this.n + i)},
      {title: "rollout", by: exhibit.rollout(i), sums: true},
    ].filter(block => block.by);
    this.measure(box);
    this.image = picture(this.x(this.blocks.length), this.y(this.n) + 40, `${exhibit.tokens[i].text} in every layer`);
    this.image.dataset.token = i;
    exhibit.tokens.forEach((token, j) => this.drawToken(token, j));
    this.blocks.forEach((block, b) => this.drawBlock(block, b));
    drawLegend(this.image, this.label, this.y(this.n) + 12, Math.max(160, Math.min(200, this.wide)), plainScale(this.blocks[0].most));
  }

  // Of each layer the weights at these places, a number for each token; null where the page has none.
  weights(of) {
    return this.exhibit.layers.map((_, layer) => {
      const {head, weights} = state, all = this.exhibit.isFull(layer, head) && this.exhibit.weights(layer, head, weights);
      return all && Float32Array.from({length: this.n}, (_, j) => all[of(j)]);
    });
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
    const style = {"text-anchor": "end", "font-weight": j === this.i ? 700 : 400};
    textAt(this.image, this.label - 8, this.y(j) + this.step * 0.7, short(token.text, Math.floor(this.label / 8)), style);
    rectAt(this.image, 0, this.y(j), this.label, this.step, {fill: "transparent", "data-hit": "token", "data-i": j});
  }

  drawBlock(block, b) {
    const known = block.by.filter(Boolean), high = this.n * this.step, x = this.x(b);
    block.most = block.sums || state.weights === "alpha" ? 1 : Math.max(1e-9, ...known.map(largest));
    const at = p => (block.by[p % this.layers] || [])[Math.floor(p / this.layers)] ?? 0;
    const shade = p => Math.sqrt(at(p) / block.most);
    textAt(this.image, x, 14, block.title, {"font-weight": 600});
    textAt(this.image, x, 31, "layer", {fill: colour("soft"), "font-size": 10});
    for (let layer = 0; layer < this.layers; ++layer) this.nameLayer(x, layer);
    this.image.append(heat(x, this.y(0), this.wide, high, this.layers, this.n, shade, tables().plain));
    rectAt(this.image, x, this.y(0), this.wide, high, {fill: "none", stroke: colour("line")});
    this.listen(rectAt(this.image, x, this.y(0), this.wide, high, {fill: "transparent", "data-hit": "cell"}), block);
  }

  nameLayer(x, layer) {
    if (this.cell < 13 && layer % 2 === 1) return;
    const style = layer === state.layer ? {"font-weight": 700} : {fill: colour("soft")};
    textAt(this.image, x + (layer + 0.5) * this.cell, 46, layer, {"text-anchor": "middle", "font-size": 10, ...style});
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
