// Over a chart: a cursor, and what each line is at the nearest step.
(function () {
  const hint = document.getElementById("hint");
  const parse = text => text.split(",").map(pair => pair.split(" "));
  function nearest(points, x) {
    let low = 0, high = points.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (+points[middle][0] < x) low = middle; else high = middle;
    }
    return Math.abs(points[low][0] - x) <= Math.abs(points[high][0] - x) ? points[low] : points[high];
  }
  for (const svg of document.querySelectorAll("svg[data-x]")) {
    const lines = [...svg.querySelectorAll(".line")].filter(line => line.dataset.points)
      .map(line => ({line, name: line.dataset.name, points: parse(line.dataset.points)}));
    if (!lines.length) continue;
    const [low, high] = svg.dataset.x.split(" ").map(Number);
    const [left, right, top, bottom] = svg.dataset.plot.split(" ").map(Number);
    const cursor = document.createElementNS(svg.namespaceURI, "path");
    cursor.setAttribute("class", "cursor");
    svg.append(cursor);
    svg.addEventListener("pointermove", event => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const x = low + (high - low) * Math.min(1, Math.max(0, (at.x - left) / (right - left)));
      const shown = lines.filter(each => getComputedStyle(each.line).display !== "none");
      if (!shown.length) return;
      const found = shown.map(each => nearest(each.points, x));
      const step = found.reduce((a, b) => Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a)[0];
      cursor.setAttribute("d", `M${left + (right - left) * (step - low) / (high - low || 1)} ${top}V${bottom}`);
      hint.replaceChildren(document.createElement("b"));
      hint.firstChild.textContent = "step " + step;
      shown.forEach((each, i) => {
        const row = document.createElement("div"), name = document.createElement("span"), value = document.createElement("b");
        name.textContent = each.name;
        value.textContent = found[i][0] === step ? found[i][1] : `${found[i][1]} (step ${found[i][0]})`;
        row.className = each.line.classList[1];
        row.append(name, value);
        hint.append(row);
      });
      hint.hidden = false;
      hint.style.left = Math.min(event.clientX + 14, innerWidth - hint.offsetWidth - 8) + "px";
      hint.style.top = Math.min(event.clientY + 14, innerHeight - hint.offsetHeight - 8) + "px";
    });
    svg.addEventListener("pointerleave", () => { hint.hidden = true; cursor.removeAttribute("d"); });
  }
})();
