// All layers and heads at once, in small; the chosen one beside them, large.

function modelView(box, exhibit) { return new ModelView(box, exhibit); }

class ModelView {
  constructor(box, exhibit) {
    this.box = box, this.exhibit = exhibit;
    const both = box.appendChild(element("div", {class: "both"})), left = both.appendChild(element("div"));
    left.append(element("p", {class: "axis"}, "head →"));
    this.grid = left.appendChild(headGrid(exhibit));
    this.large = both.appendChild(element("div", {class: "large"}));
    this.again();
  }

  again() {
    const {weights, filter, renorm, layer, head} = state, look = `${weights} ${filter} ${renorm}`;
    if (look !== this.look) drawThumbnails(this.grid.querySelector("canvas"), this.exhibit);
    this.look = look;
    choose(this.grid, layer, head);
    const kind = this.exhibit.statistic(layer, head)?.kind, name = head === allHeads ? "mean of its heads" : "head " + head;
    const title = element("h2", {}, `Layer ${layer}, ${name}${kind ? ": " + kind : ""}`), place = element("div");
    this.large.replaceChildren(title, place);
    this.matrix = matrixView(place, this.exhibit);
    return true;
  }
  update() { this.matrix.update(); }
}

// One canvas has all thumbnails; on it lie buttons.
function headGrid(exhibit) {
  const heads = exhibit.heads, layers = exhibit.layers.length, at = (row, column) => `grid-area: ${row + 2} / ${column + 2}`;
  const grid = element("div", {class: "heads", style: `--heads: ${heads}; --layers: ${layers}`}, element("canvas"));
  for (let head = 0; head < heads; ++head) {
    const label = grid.appendChild(element("span", {style: at(-1, head)}, head));
    label.style.color = headColour(head);
  }
  for (let layer = 0; layer < layers; ++layer) {
    grid.append(element("span", {style: at(layer, -1)}, layer));
    for (let head = 0; head < heads; ++head) {
      const cell = grid.appendChild(cellOf(exhibit, layer, head));
      cell.style.cssText = at(layer, head);
    }
  }
  grid.onkeydown = walk;
  return grid;
}

function cellOf(exhibit, layer, head) {
  if (!exhibit.exists(layer, head)) return element("span", {class: "pruned", title: "pruned"});
  const statistic = exhibit.statistic(layer, head), label = `layer ${layer}, head ${head}: ${statistic.kind}`;
  const button = element("button", {type: "button", "aria-label": label, tabindex: -1, "aria-pressed": false,
                                    "data-cell": `${layer} ${head}`});
  button.onclick = () => change({layer, head, heads: [head]});
  button.onpointerenter = event => showHint(event, headLines(statistic));
  button.onpointerleave = () => showHint(null, null);
  return button;
}

// Which of the cells is pressed, and which the Tab key goes to.
function choose(grid, layer, head) {
  for (const before of grid.querySelectorAll("[aria-pressed=true], [tabindex='0']"))
    before.setAttribute("aria-pressed", false), before.tabIndex = -1;
  const chosen = grid.querySelector(`[data-cell="${layer} ${head}"]`);
  chosen?.setAttribute("aria-pressed", true);
  (chosen ?? grid.querySelector("button")).tabIndex = 0;
}

// A thumbnail and the gap behind it take so many pixels.
function cellPixels(exhibit) {
  const size = exhibit.layers.find(at => at.thumbnails)?.thumbnails.size ?? exhibit.n, high = size * Math.ceil(48 / size);
  return {high, step: high + Math.ceil(high / 16)};
}

function drawThumbnails(canvas, exhibit) {
  const {high, step} = cellPixels(exhibit), table = tables().plain;
  canvas.width = step * exhibit.heads, canvas.height = step * exhibit.layers.length;
  const context = canvas.getContext("2d"), image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (const {layer, head} of exhibit.statistics.values()) {
    const small = thumbnail(exhibit, layer, head), place = x => Math.floor(x / high * small.columns);
    const columns = Array.from({length: high}, (_, x) => place(x)), first = layer * step * canvas.width + head * step;
    for (let y = 0; y < high; ++y) {
      const row = Math.floor(y / high * small.rows) * small.columns, to = first + y * canvas.width;
      for (let x = 0; x < high; ++x) pixels[to + x] = table.pixels[small.places[row + columns[x]]];
    }
  }
  context.putImageData(image, 0, 0);
}

function thumbnail(exhibit, layer, head) {
  const {filter, weights} = state;
  if (filter !== "all" && exhibit.n <= 64 && exhibit.isFull(layer, head)) {
    const {rows, columns, values, most} = shownSliceOf(exhibit, layer, head);
    return {rows: rows.length, columns: columns.length, places: shades(values, most)};
  }
  const {size, places} = exhibit.thumbnail(layer, head, weights);
  if (filter === "all") return {rows: size, columns: size, places};
  return cutThumbnail(exhibit.sides(filter), exhibit.n, {size, places});
}

// Its pixels whose middle is of these tokens.
function cutThumbnail({rows, columns}, n, {size, places}) {
  const pixels = list => [...Array(size).keys()].filter(at => list.includes(Math.floor((at + 0.5) * n / size)));
  const down = pixels(rows), across = pixels(columns);
  return {rows: down.length, columns: across.length, places: down.flatMap(r => across.map(c => places[r * size + c]))};
}

// Arrow keys in the grid.
function walk(event) {
  const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
  if (!by) return;
  event.preventDefault();
  const [layer, head] = event.target.dataset.cell.split(" ").map(Number);
  const next = this.querySelector(`[data-cell="${layer + by[0]} ${head + by[1]}"]`);
  if (!next) return;
  event.target.tabIndex = -1, next.tabIndex = 0;
  next.focus();
}

// The grid as it is saved.
function gridPicture(grid) {
  const canvas = grid.querySelector("canvas"), step = 47;
  const [heads, layers] = ["--heads", "--layers"].map(name => +grid.style.getPropertyValue(name));
  const left = 28, top = 24, middle = {"text-anchor": "middle"};
  const image = picture(left + heads * step, top + layers * step, "All heads");
  for (let head = 0; head < heads; ++head) textAt(image, left + (head + 0.5) * step, 15, head, middle);
  for (let layer = 0; layer < layers; ++layer) textAt(image, 12, top + (layer + 0.5) * step + 4, layer, middle);
  image.append(imageAt(left, top, heads * step, layers * step, canvas));
  return image;
}
