// Charts: a cursor with what each line is at the nearest step, and parts of them large, in all charts the same steps.
(function () {
  "use strict";
  const hint = document.getElementById("hint");
  const charts = [...document.querySelectorAll("svg[data-x]")].map(chartOf).filter(chart => chart.lines.length);
  let range = null;  // the steps that are shown; all

  // --- what a chart is made of ---------------------------------------------------------------------------------------

  function chartOf(svg) {
    const numbers = text => text.split(" ").filter(word => word !== "log").map(Number);
    const [left, right, top, bottom] = numbers(svg.dataset.plot), [low, high] = numbers(svg.dataset.x);
    const lines = [...svg.querySelectorAll(".line")].filter(line => line.dataset.points).map(line =>
      ({line, name: line.dataset.name, points: line.dataset.points.split(",").map(pair => pair.split(" "))}));
    const marks = [...svg.querySelectorAll(".line [d], .line circle, .reference, .name")].map(markOf);
    const x_name = svg.querySelector(".axis + text")?.textContent;
    return {svg, left, right, top, bottom, low, high, y: numbers(svg.dataset.y), log: svg.dataset.y.endsWith("log"), lines, marks,
            x_name, ticks: svg.querySelector(".ticks"), whole: svg.querySelector(".ticks").innerHTML};
  }

  // Something that is drawn, and where it was.
  function markOf(mark) {
    const number = name => mark.hasAttribute(name) ? Number(mark.getAttribute(name)) : null;
    return {mark, d: mark.getAttribute("d"), cx: number("cx"), cy: number("cy"), y: number("y")};
  }

  function placeOf(chart, y) {  // 0 at the bottom, 1 at the top
    const [low, high] = chart.y;
    return chart.log ? Math.log(y / low) / Math.log(high / low) : (y - low) / (high - low);
  }
  function valueAt(chart, place) {
    const [low, high] = chart.y;
    return chart.log ? low * (high / low) ** place : low + (high - low) * place;
  }

  function isShown(each) { return getComputedStyle(each.line).display !== "none"; }

  // --- a part of it --------------------------------------------------------------------------------------------------

  // The places that the shown lines take between these steps.
  function heights(chart, from, to) {
    const places = chart.lines.filter(isShown).flatMap(each => each.points)
      .filter(([x, y]) => +x >= from && +x <= to && Number.isFinite(+y)).map(([, y]) => placeOf(chart, +y));
    const low = Math.min(...places), high = Math.max(...places), edge = (high - low) * 0.05;
    return places.length > 1 && high - low > 1e-9 ? [low - edge, high + edge] : [0, 1];
  }

  function draw(chart) {
    const {left, right, top, bottom, low, high} = chart, [from, to] = range ?? [low, high];
    const [under, over] = range ? heights(chart, from, to) : [0, 1];
    const step = x => low + (high - low) * (x - left) / (right - left);
    const map = {x: x => range ? left + (right - left) * (step(x) - from) / (to - from) : x,
                 y: y => range ? bottom - (bottom - top) * ((bottom - y) / (bottom - top) - under) / (over - under) : y};
    clip(chart);
    for (const mark of chart.marks) move(mark, map, chart);
    chart.ticks.innerHTML = chart.whole;
    if (range) drawTicks(chart, [from, to], [under, over], map);
  }

  function move({mark, d, cx, cy, y}, map, {left, right, top, bottom}) {
    const inside = (x, y) => x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1;
    if (cx !== null) {
      mark.setAttribute("cx", map.x(cx)), mark.setAttribute("cy", map.y(cy));
      mark.style.display = inside(map.x(cx), map.y(cy)) ? "" : "none";
    } else if (mark.matches(".reference, .name")) {
      const from = y ?? Number(d.split(" ")[1].split("H")[0]), to = map.y(from);
      if (y === null) mark.setAttribute("d", d.replace(/ [\d.-]+H/, ` ${to}H`)); else mark.setAttribute("y", to);
      mark.style.display = inside(left, to) ? "" : "none";
    } else if (mark.matches(".cross")) {
      const x = map.x(Number(d.slice(1).split(" ")[0]));
      mark.setAttribute("d", d.replace(/^M[\d.-]+/, `M${x}`));
      mark.style.display = inside(x, top) ? "" : "none";
    } else {
      mark.setAttribute("d", d.replace(/([ML])([\d.-]+) ([\d.-]+)/g, (_, to, x, y) => `${to}${map.x(+x).toFixed(1)} ${map.y(+y).toFixed(1)}`));
    }
  }

  function clip(chart) {
    if (chart.svg.querySelector("clipPath")) return;
    const id = "plot" + charts.indexOf(chart), {left, right, top, bottom} = chart;
    const path = make("clipPath", {id}), rect = make("rect", {x: left, y: top - 4, width: right - left, height: bottom - top + 8});
    path.append(rect);
    chart.svg.append(path);
    for (const each of chart.svg.querySelectorAll(".line")) each.setAttribute("clip-path", `url(#${id})`);
  }

  function make(tag, attributes, text = "") {
    const to = document.createElementNS(document.querySelector("svg").namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) to.setAttribute(name, value);
    to.textContent = text;
    return to;
  }

  // Round numbers in a range, at most so many.
  function round(low, high, most) {
    const least = (high - low) / most, power = 10 ** Math.floor(Math.log10(least));
    const by = power * ([1, 2, 5, 10].find(factor => factor * power >= least * (1 - 1e-9)));
    const first = Math.ceil(low / by - 1e-9), last = Math.floor(high / by + 1e-9);
    return Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * by).toPrecision(12)));
  }

  function drawTicks(chart, [from, to], [under, over], map) {
    const {left, right, bottom, top} = chart, low = valueAt(chart, under), high = valueAt(chart, over), ticks = [];
    for (const y of round(low, high, 6)) {
      const at = map.y(bottom - (bottom - top) * placeOf(chart, y));
      ticks.push(make("path", {class: "grid", d: `M${left} ${at}H${right}`}),
                 make("text", {class: "tick end", x: left - 6, y: at + 3.5}, Number(y.toPrecision(4))));
    }
    for (const x of round(from, to, 5)) {
      const at = left + (right - left) * (x - from) / (to - from);
      ticks.push(make("path", {class: "notch", d: `M${at} ${bottom}v4`}), make("text", {class: "tick middle", x: at, y: bottom + 16}, x));
    }
    chart.ticks.replaceChildren(...ticks);
  }

  function show(next) {
    const [from, to] = next ?? [0, 0];
    range = next && to - from > 1e-9 ? next : null;
    charts.forEach(draw);
    if (reset) reset.hidden = range === null;
  }

  // --- the cursor ----------------------------------------------------------------------------------------------------

  function nearest(points, x) {
    return points.reduce((best, each) => Math.abs(each[0] - x) < Math.abs(best[0] - x) ? each : best);
  }

  function edges(chart) { return range ?? [chart.low, chart.high]; }

  function read(chart, x, clientX, clientY) {
    const shown = chart.lines.filter(isShown), [from, to] = edges(chart), {left, right, top, bottom} = chart;
    if (!shown.length) return;
    const found = shown.map(each => nearest(each.points, x)), step = +nearest(found, x)[0];
    chart.step = step;
    chart.cursor.setAttribute("d", `M${left + (right - left) * (step - from) / (to - from || 1)} ${top}V${bottom}`);
    const title = document.createElement("b");
    title.textContent = chart.x_name + " " + step;
    hint.replaceChildren(title, ...shown.map((each, i) => row(each, found[i], step)));
    hint.hidden = false;
    hint.style.left = Math.max(4, Math.min(clientX + 14, innerWidth - hint.offsetWidth - 8)) + "px";
    hint.style.top = Math.max(4, Math.min(clientY + 14, innerHeight - hint.offsetHeight - 8)) + "px";
  }

  function row({line, name}, [x, y], step) {
    const to = document.createElement("div"), key = document.createElement("span"), value = document.createElement("b");
    key.textContent = name;
    value.textContent = +x === step ? y : `${y} (${x})`;
    to.className = line.classList[1];
    to.append(key, value);
    return to;
  }

  function leave(chart) {
    hint.hidden = true;
    chart.cursor.removeAttribute("d");
  }

  // --- hands ---------------------------------------------------------------------------------------------------------

  function stepAt(chart, event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.svg.getScreenCTM().inverse());
    const [from, to] = edges(chart), share = (at.x - chart.left) / (chart.right - chart.left);
    return from + (to - from) * Math.min(1, Math.max(0, share));
  }

  function drag(chart, event) {
    const [from, to] = edges(chart), x = step => chart.left + (chart.right - chart.left) * (step - from) / (to - from);
    const [a, b] = [chart.begin, stepAt(chart, event)].sort((one, other) => one - other);
    chart.chosen = x(b) - x(a) > 8 ? [a, b] : null;
    const attributes = chart.chosen ? {x: x(a), y: chart.top, width: x(b) - x(a), height: chart.bottom - chart.top} : {width: 0};
    for (const [name, value] of Object.entries(attributes)) chart.area.setAttribute(name, value);
  }

  function listen(chart) {
    const {svg} = chart;
    svg.tabIndex = 0;
    chart.cursor = make("path", {class: "cursor"}), chart.area = make("rect", {class: "range"});
    svg.append(chart.area, chart.cursor);
    svg.addEventListener("pointerdown", event => { chart.begin = stepAt(chart, event), chart.chosen = null; });
    svg.addEventListener("pointermove", event => {
      if (chart.begin !== undefined && event.buttons) drag(chart, event);
      read(chart, stepAt(chart, event), event.clientX, event.clientY);
    });
    svg.addEventListener("pointerup", () => {
      if (chart.chosen) show(chart.chosen);
      chart.area.setAttribute("width", 0), chart.begin = undefined;
    });
    svg.addEventListener("pointerleave", () => { leave(chart), chart.area.setAttribute("width", 0), chart.begin = undefined; });
    svg.addEventListener("blur", () => leave(chart));
    svg.addEventListener("dblclick", () => show(null));
    svg.addEventListener("keydown", event => type(chart, event));
  }

  // Arrows go from step to step, + and − take half and twice the steps around the cursor, 0 and Escape all.
  function type(chart, event) {
    const [from, to] = edges(chart), steps = [...new Set(chart.lines.flatMap(each => each.points.map(([x]) => +x)))].sort((a, b) => a - b)
      .filter(x => x >= from && x <= to);
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key], times = {"+": 0.5, "-": 2}[event.key], here = chart.step ?? steps[0];
    if (by) {
      const next = steps[Math.min(steps.length - 1, Math.max(0, steps.indexOf(here) + by))] ?? from, box = chart.svg.getBoundingClientRect();
      read(chart, next, box.left + box.width / 2, box.top + box.height / 2);
    } else if (times) {
      const half = (to - from) * times / 2, low = Math.max(chart.low, here - half), high = Math.min(chart.high, low + 2 * half);
      show(low <= chart.low && high >= chart.high ? null : [low, high]);
    } else if (event.key === "0" || event.key === "Escape") {
      show(null), leave(chart);
    }
    if (by || times) event.preventDefault();
  }

  const keys = document.querySelector(".legend .keys"), reset = keys && document.createElement("button");
  if (reset) {
    reset.type = "button", reset.textContent = "all steps", reset.hidden = true;
    reset.addEventListener("click", () => show(null));
    keys.append(reset);
  }
  charts.forEach(listen);
  for (const box of document.querySelectorAll(".legend input")) box.addEventListener("change", () => range && charts.forEach(draw));
})();
