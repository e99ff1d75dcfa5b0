// All layers and heads at once, in small; the chosen one beside them, large.

function modelView(box, exhibit) {
  const table = tables().plain, grid = element("table", {class: "grid"}), cells = [];
  const head = grid.appendChild(element("tr"));
  head.append(element("td"));
  for (let h = 0; h < exhibit.heads; ++h) {
    const label = element("th", {scope: "col"}, String(h));
    label.style.color = headColour(h);
    head.append(label);
  }
  exhibit.layers.forEach((_, layer) => {
    const row = grid.appendChild(element("tr"));
    row.append(element("th", {scope: "row"}, String(layer)));
    for (let h = 0; h < exhibit.heads; ++h) row.append(cellOf(layer, h));
  });

  function cellOf(layer, h) {
    const cell = element("td");
    if (!exhibit.exists(layer, h)) {
      cell.append(element("span", {class: "pruned", title: "pruned"}));
      return cell;
    }
    const statistic = exhibit.statistic(layer, h), name = `layer ${layer}, head ${h}: ${statistic.kind}`;
    const chosen = layer === state.layer && h === state.head;
    const button = element("button", {type: "button", "aria-label": name, tabindex: chosen ? 0 : -1, "aria-pressed": chosen, "data-cell": `${layer} ${h}`});
    button.append(draw(element("canvas"), layer, h));
    button.onclick = () => change({layer, head: h, heads: [h]});
    button.onpointerenter = event => showHint(event, [[`layer ${layer}, head ${h}`, statistic.kind], ["entropy", number(statistic.entropy)], ["distance", number(statistic.distance)]]);
    button.onpointerleave = () => showHint(null, null);
    cells.push(button);
    cell.append(button);
    return cell;
  }

  function draw(canvas, layer, h) {
    if (state.filter !== "all" && exhibit.isFull(layer, h)) {
      const map = exhibit.slice(layer, h, state.weights, state.filter, state.renorm);
      return canvasOf(map.columns.length, map.rows.length, i => Math.sqrt(map.values[i] / map.most), table, canvas);
    }
    const small = exhibit.thumbnail(layer, h, state.weights);
    return canvasOf(small.size, small.size, small.shade, table, canvas);
  }

  grid.onkeydown = event => {
    const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!by) return;
    event.preventDefault();
    const [layer, h] = event.target.dataset.cell.split(" ").map(Number);
    const next = grid.querySelector(`[data-cell="${layer + by[0]} ${h + by[1]}"]`);
    if (next) event.target.tabIndex = -1, next.tabIndex = 0, next.focus();
  };
  if (!cells.some(cell => cell.tabIndex === 0) && cells.length) cells[0].tabIndex = 0;
  const both = element("div", {class: "both"}), frame = element("div", {class: "scroll"}, grid), large = element("div", {class: "large"});
  frame.prepend(element("p", {class: "axis"}, "head →"));
  both.append(frame, large);
  box.append(both);
  const kind = exhibit.statistic(state.layer, state.head)?.kind;
  large.append(element("h3", {}, `Layer ${state.layer}, ${state.head === allHeads ? "mean of its heads" : "head " + state.head}${kind ? ": " + kind : ""}`));
  const place = large.appendChild(element("div", {class: "scroll"}));
  return matrixView(place, exhibit);
}

// The grid as it is saved.
function gridPicture(grid) {
  const rows = [...grid.rows].slice(1), heads = grid.rows[0].cells.length - 1, cell = 44, step = cell + 3, left = 28, top = 24;
  const image = picture(left + heads * step, top + rows.length * step, "All heads"), text = {"text-anchor": "middle", fill: colour("ink")};
  for (let h = 0; h < heads; ++h) image.append(svg("text", {x: left + h * step + cell / 2, y: 15, ...text}, h));
  rows.forEach((row, layer) => {
    image.append(svg("text", {x: 12, y: top + layer * step + cell / 2 + 4, ...text}, layer));
    [...row.cells].slice(1).forEach((each, h) => {
      const canvas = each.querySelector("canvas");
      if (canvas) image.append(svg("image", {x: left + h * step, y: top + layer * step, width: cell, height: cell, preserveAspectRatio: "none",
                                             style: "image-rendering: pixelated", href: canvas.toDataURL()}));
    });
  });
  return image;
}
