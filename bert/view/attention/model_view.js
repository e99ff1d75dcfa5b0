// All layers and heads at once, in small; the chosen one beside them, large.

function modelView(box, exhibit) {
  const grid = headGrid(exhibit), both = box.appendChild(element("div", {class: "both"}));
  both.append(element("div", {}, element("p", {class: "axis"}, "head →"), grid));
  const large = both.appendChild(element("div", {class: "large"})), kind = exhibit.statistic(state.layer, state.head)?.kind;
  const name = state.head === allHeads ? "mean of its heads" : "head " + state.head;
  large.append(element("h2", {}, `Layer ${state.layer}, ${name}${kind ? ": " + kind : ""}`));
  return matrixView(large.appendChild(element("div")), exhibit);
}

function headGrid(exhibit) {
  const grid = element("table", {class: "grid"}), first = grid.appendChild(element("tr")), table = tables().plain;
  first.append(element("td"));
  for (let head = 0; head < exhibit.heads; ++head) {
    const label = first.appendChild(element("th", {scope: "col"}, head));
    label.style.color = headColour(head);
  }
  exhibit.layers.forEach((_, layer) => {
    const row = grid.appendChild(element("tr"));
    row.append(element("th", {scope: "row"}, layer));
    for (let head = 0; head < exhibit.heads; ++head) row.append(element("td", {}, cellOf(exhibit, layer, head, table)));
  });
  const entry = grid.querySelector("[aria-pressed=true]") ?? grid.querySelector("button");
  if (entry) entry.tabIndex = 0;
  grid.onkeydown = walk;
  return grid;
}

function cellOf(exhibit, layer, head, table) {
  if (!exhibit.exists(layer, head)) return element("span", {class: "pruned", title: "pruned"});
  const statistic = exhibit.statistic(layer, head), chosen = layer === state.layer && head === state.head;
  const label = `layer ${layer}, head ${head}: ${statistic.kind}`;
  const button = element("button", {type: "button", "aria-label": label, tabindex: -1, "aria-pressed": chosen,
                                    "data-cell": `${layer} ${head}`});
  button.append(thumbnail(exhibit, layer, head, table));
  button.onclick = () => change({layer, head, heads: [head]});
  button.onpointerenter = event => showHint(event, headLines(statistic));
  button.onpointerleave = () => showHint(null, null);
  return button;
}

function thumbnail(exhibit, layer, head, table) {
  if (state.filter !== "all" && exhibit.isFull(layer, head)) {
    const {rows, columns, values, most} = exhibit.slice(layer, head, state.weights, state.filter, state.renorm);
    return canvasOf(columns.length, rows.length, i => Math.sqrt(values[i] / most), table);
  }
  const {size, shade} = exhibit.thumbnail(layer, head, state.weights);
  return canvasOf(size, size, shade, table);
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
  const rows = [...grid.rows].slice(1), heads = grid.rows[0].cells.length - 1, cell = 44, step = cell + 3;
  const left = 28, top = 24;
  const image = picture(left + heads * step, top + rows.length * step, "All heads"), middle = {"text-anchor": "middle"};
  for (let head = 0; head < heads; ++head) textAt(image, left + head * step + cell / 2, 15, head, middle);
  rows.forEach((row, layer) => {
    const y = top + layer * step;
    textAt(image, 12, y + cell / 2 + 4, layer, middle);
    row.querySelectorAll("[data-cell]").forEach(each => {
      const x = left + each.dataset.cell.split(" ")[1] * step;
      image.append(imageAt(x, y, cell, cell, each.firstChild));
    });
  });
  return image;
}
