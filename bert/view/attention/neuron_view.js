// Where one weight comes from: a query against every key, column by column, and what its head makes of their values.

const mostKeys = 96;

function neuronView(box, exhibit) {
  if (state.head === allHeads) {
    box.append(element("p", {class: "missing"}, "A mean over heads has no query and no key: choose a head."));
    return () => {};
  }
  const values = exhibit.exists(state.layer, state.head) && exhibit.values(state.layer, state.head);
  if (!values) {
    const here = exhibit.layers.map((at, l) => at.values ? l : null).filter(l => l !== null);
    box.append(element("p", {class: "missing"}, `The page holds no q, k and v of layer ${state.layer}, head ${state.head}; it has those of layers ${here.join(", ") || "none"}: bertlet attention … --layers ${state.layer} chooses.`));
    return () => {};
  }
  const place = element("div");
  const query = () => focusedQuery(exhibit);
  box.append(place);
  moves(box, (dx, dy) => pin(Math.min(exhibit.n - 1, Math.max(0, query() + dy + dx)), null));
  let shown = null;
  return () => {
    const i = state.q !== null && state.q < exhibit.n ? state.q : Math.min(state.k ?? firstWord(exhibit), exhibit.n - 1);
    if (shown === i) return;
    shown = i;
    place.replaceChildren(neurons(box, exhibit, values, i));
  };
}

function firstWord(exhibit) { return Math.min(1, exhibit.n - 1); }
function focusedQuery(exhibit) { return Math.min(state.q ?? state.k ?? firstWord(exhibit), exhibit.n - 1); }

// Which keys are shown: all, or the strongest of many, in the text's order.
function shownKeys(alpha, i, n) {
  const keys = Array.from({length: n}, (_, j) => j);
  return n <= mostKeys ? keys : keys.sort((a, b) => alpha[i * n + b] - alpha[i * n + a]).slice(0, mostKeys).sort((a, b) => a - b);
}

function neurons(box, exhibit, {q, k, v}, i) {
  const n = exhibit.n, size = exhibit.size, alpha = exhibit.alpha(state.layer, state.head), keys = shownKeys(alpha, i, n);
  const scores = keys.map(j => dot(q, i, k, j, size) / Math.sqrt(size)), context = new Float32Array(size);
  for (let j = 0; j < n; ++j) for (let d = 0; d < size; ++d) context[d] += alpha[i * n + j] * v[j * size + d];

  const label = 104, bar = 78, gap = 14, step = 17, head = 66;
  const cell = Math.max(2, 150 / size, Math.min(230 / size, Math.floor((Math.max(640, box.clientWidth) - label - 2 * bar - 5 * gap) / (3 * size)))), wide = cell * size;
  const x = {k: label};
  x.product = x.k + wide + gap, x.score = x.product + wide + gap, x.alpha = x.score + bar + gap, x.value = x.alpha + bar + gap;
  const width = x.value + wide + 4, height = head + keys.length * step + 44;
  const image = picture(width, height, `Layer ${state.layer}, head ${state.head}: how ${exhibit.tokens[i].text} weighs its keys`);
  const ink = colour("ink"), soft = colour("soft"), accent = colour("accent"), signed = tables().signed;
  const text = (at, y, what, more = {}) => image.appendChild(svg("text", {x: at, y, fill: ink, ...more}, what));
  const strip = (at, y, high, rows, from, most) => image.append(heat(at, y, wide, high, size, rows, p => 0.5 + from(p) / most / 2, signed));
  const largest = list => list.reduce((most, each) => Math.max(most, Math.abs(each)), 0) || 1;

  const titles = {fill: soft, "font-size": 11};
  text(label - 8, 18, short(exhibit.tokens[i].text, 13), {"text-anchor": "end", "font-weight": 700});
  text(x.k, 9, "q", titles);
  const most = {q: largest(q.subarray(i * size, (i + 1) * size)), k: largest(k), product: 0, value: 0};
  const products = [], parts = [];
  for (const j of keys)
    for (let d = 0; d < size; ++d) {
      products.push(q[i * size + d] * k[j * size + d] / Math.sqrt(size));
      parts.push(alpha[i * n + j] * v[j * size + d]);
    }
  most.product = largest(products), most.value = Math.max(largest(parts), largest(context));
  strip(x.k, 13, 8, 1, p => q[i * size + p], most.q);
  for (const [at, title] of [[x.k, "k"], [x.product, "q ∘ k / √d"], [x.score, "sum: score"], [x.alpha, "softmax: α"], [x.value, "α v"]])
    text(at, head - 8, title, titles);
  text(label - 8, head - 8, "key", {...titles, "text-anchor": "end"});

  const high = keys.length * step;
  strip(x.k, head, high, keys.length, p => k[keys[Math.floor(p / size)] * size + p % size], most.k);
  strip(x.product, head, high, keys.length, p => products[p], most.product);
  strip(x.value, head, high, keys.length, p => parts[p], most.value);
  for (const at of [x.k, x.product, x.value])
    for (let r = 1; r < keys.length; ++r) image.append(svg("path", {d: `M${at} ${head + r * step}h${wide}`, stroke: colour("card"), "stroke-width": 2}));

  const low = Math.min(0, ...scores), up = Math.max(0, ...scores), zero = x.score + bar * 0.62 * -low / (up - low || 1);
  keys.forEach((j, r) => {
    const y = head + r * step, weight = alpha[i * n + j], long = bar * 0.62 * Math.abs(scores[r]) / (up - low || 1);
    text(label - 8, y + 12, short(exhibit.tokens[j].text, 13), {"text-anchor": "end", "font-weight": j === i ? 700 : 400});
    image.append(svg("rect", {x: scores[r] < 0 ? zero - long : zero, y: y + 3, width: Math.max(0.5, long), height: step - 6, fill: scores[r] < 0 ? colour("minus") : colour("plus")}));
    text(x.score + bar, y + 12, scores[r].toFixed(2).replace("-", "−"), {"text-anchor": "end", "font-size": 11, "class": "score"});
    image.append(svg("rect", {x: x.alpha, y: y + 3, width: Math.max(0.5, weight * bar * 0.6), height: step - 6, fill: accent}));
    text(x.alpha + bar, y + 12, number(weight), {"text-anchor": "end", "font-size": 11, "class": "value"});
    image.append(svg("rect", {x: 0, y, width: label, height: step, fill: "transparent", "data-hit": "key", "data-i": j}));
  });
  const bottom = head + high + 18;
  text(x.value - 8, bottom + 8, "sum: the head's output", {...titles, "text-anchor": "end"});
  strip(x.value, bottom, 9, 1, p => context[p], most.value);
  drawLegend(image, x.k, bottom - 4, Math.min(180, wide), {marks: [[0, "−"], [0.5, "0"], [1, "+"]], table: signed});
  image.addEventListener("click", event => event.target.dataset.hit && pin(+event.target.dataset.i, null));
  image.dataset.query = i;
  const scroll = element("div", {class: "scroll"});
  scroll.append(image);
  if (keys.length < n) scroll.append(element("p", {class: "note"}, `Of ${n} keys the ${keys.length} with the largest weights.`));
  return scroll;
}

function dot(q, i, k, j, size) {
  let sum = 0;
  for (let d = 0; d < size; ++d) sum += q[i * size + d] * k[j * size + d];
  return sum;
}
