// One token through all layers: where it looks, who looks at it, and which inputs its state may come from.

function tokenView(box, exhibit) {
  const place = element("div", {class: "scroll"});
  box.append(place);
  moves(box, (dx, dy) => pin(Math.min(exhibit.n - 1, Math.max(0, focusedQuery(exhibit) + dy + dx)), null));
  let shown = null;
  return () => {
    const i = focusedQuery(exhibit);
    if (shown === i) return;
    shown = i;
    place.replaceChildren(tokenPicture(box, exhibit, i));
  };
}

// [T, L] of one column of squares: a function of token and layer.
function layersOf(exhibit, of) {
  return exhibit.layers.map((_, layer) => {
    const x = exhibit.isFull(layer, state.head) ? exhibit.weights(layer, state.head, state.weights) : null;
    return x && Float32Array.from({length: exhibit.n}, (_, j) => x[of(j)]);
  });
}

function tokenPicture(box, exhibit, i) {
  const n = exhibit.n, layers = exhibit.layers.length, step = n <= 40 ? 19 : 15, label = 112, head = 52, gap = 22;
  const blocks = [
    {title: "looks at", by: layersOf(exhibit, j => i * n + j)},
    {title: "looked at by", by: layersOf(exhibit, j => j * n + i)},
    {title: "rollout", by: exhibit.rollout(i), plain: true},
  ].filter(block => block.by);
  const cell = Math.max(9, 90 / layers, Math.min(26, Math.floor((Math.max(300, Math.min(box.clientWidth, 1100)) - label - gap * blocks.length) / (layers * blocks.length))));
  const wide = cell * layers, width = label + blocks.length * (wide + gap), image = picture(width, head + n * step + 40, `${exhibit.tokens[i].text} in every layer`);
  const ink = colour("ink"), soft = colour("soft"), table = tables().plain;
  const x = b => label + b * (wide + gap);
  exhibit.tokens.forEach((token, j) => {
    image.append(svg("text", {x: label - 8, y: head + j * step + step * 0.7, "text-anchor": "end", fill: ink, "font-weight": j === i ? 700 : 400}, short(token.text, 14)),
                 svg("rect", {x: 0, y: head + j * step, width: label, height: step, fill: "transparent", "data-hit": "token", "data-i": j}));
  });
  blocks.forEach((block, b) => {
    const known = block.by.filter(Boolean), most = block.plain || state.weights === "alpha" ? 1 : Math.max(1e-9, ...known.map(row => row.reduce((m, w) => Math.max(m, w), 0)));
    block.most = most;
    image.append(svg("text", {x: x(b), y: 14, fill: ink, "font-weight": 600}, block.title),
                 heat(x(b), head, wide, n * step, layers, n, p => Math.sqrt((block.by[p % layers]?.[Math.floor(p / layers)] ?? 0) / most), table),
                 svg("rect", {x: x(b), y: head, width: wide, height: n * step, fill: "none", stroke: colour("line")}));
    for (let layer = 0; layer < layers; ++layer)
      if (cell >= 13 || layer % 2 === 0)
        image.append(svg("text", {x: x(b) + (layer + 0.5) * cell, y: head - 6, "text-anchor": "middle", fill: layer === state.layer ? ink : soft, "font-size": 10, "font-weight": layer === state.layer ? 700 : 400}, layer));
    image.append(svg("text", {x: x(b), y: 31, fill: soft, "font-size": 10}, "layer"));
    const hit = image.appendChild(svg("rect", {x: x(b), y: head, width: wide, height: n * step, fill: "transparent", "data-hit": "cell", "data-block": b}));
    hit.addEventListener("pointermove", event => {
      const area = hit.getBoundingClientRect(), layer = Math.floor((event.clientX - area.left) / area.width * layers), j = Math.floor((event.clientY - area.top) / area.height * n);
      if (layer < 0 || layer >= layers || j < 0 || j >= n) return;
      showHint(event, [[`layer ${layer}`, block.title], ["token", tokenName(exhibit, j)], ["", number(block.by[layer]?.[j])]]);
    });
    hit.addEventListener("pointerleave", () => showHint(null, null));
  });
  drawLegend(image, label, head + n * step + 12, Math.max(160, Math.min(200, wide)), plainLegend(blocks[0].most));
  image.addEventListener("click", event => event.target.dataset.hit === "token" && pin(+event.target.dataset.i, null));
  image.dataset.token = i;
  return image;
}
