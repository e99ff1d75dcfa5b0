// What all pictures are made with: elements, colours, the hint beside the pointer, files to keep.

const byId = id => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const to = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) to.setAttribute(name, value);
  to.append(...children);
  return to;
}

// The colour of a text is a style, since the page's own style for texts would outdo an attribute.
function svg(tag, attributes = {}, text) {
  const to = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes))
    if (tag === "text" && name === "fill") to.style.fill = value; else to.setAttribute(name, value);
  if (text !== undefined) to.textContent = text;
  return to;
}

// An image has all its colours in itself, so that it can be saved.
function picture(width, height, title) {
  return svg("svg", {xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title,
                     "font-family": "system-ui, 'Liberation Sans', Arial, sans-serif", "font-size": 12});
}

// --- colours ---------------------------------------------------------------------------------------------------------

const isDark = matchMedia("(prefers-color-scheme: dark)");

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

function hex(rgb) { return "#" + rgb.map(x => Math.round(Math.min(255, Math.max(0, x))).toString(16).padStart(2, "0")).join(""); }

// Lightness, chroma and hue as people see them (Ottosson's OKLCH) in sRGB.
function perceived(lightness, chroma, hue) {
  const a = chroma * Math.cos(hue * Math.PI / 180), b = chroma * Math.sin(hue * Math.PI / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
                  -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s];
  return hex(linear.map(x => 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055)));
}

// Each head its own: neighbours differ in hue by more than a third of the circle and in lightness too.
function headColour(head) {
  if (head === allHeads) return colour("ink");
  const steps = isDark.matches ? [0.74, 0.86, 0.66] : [0.52, 0.64, 0.42];
  return perceived(steps[head % 3], 0.135, 250 + head * 137.508);
}

function mixed(stops, t) {
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1), i = Math.min(stops.length - 2, Math.floor(place));
  return stops[i].map((x, c) => x + (stops[i + 1][c] - x) * (place - i));
}

// 0 … 1, by lightness alone; −1 … 1, orange and blue.
const ramps = {
  light: [[[255, 255, 255], [107, 174, 214], [8, 48, 107]], [[166, 77, 0], [243, 178, 104], [250, 250, 250], [120, 178, 220], [0, 76, 140]]],
  dark: [[[27, 30, 33], [45, 108, 160], [205, 232, 252]], [[255, 184, 108], [160, 92, 25], [34, 38, 42], [38, 102, 158], [140, 205, 255]]],
};
function tables() {
  const [plain, signed] = ramps[isDark.matches ? "dark" : "light"];
  return {plain: Array.from({length: 256}, (_, i) => mixed(plain, i / 255)), signed: Array.from({length: 256}, (_, i) => mixed(signed, i / 255))};
}

// A canvas with a pixel for each number, which `shade` gives from 0 to 1.
function canvasOf(columns, rows, shade, table, canvas = document.createElement("canvas")) {
  canvas.width = columns, canvas.height = rows;
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows);
  for (let i = 0; i < columns * rows; ++i) {
    const rgb = table[Math.round(255 * Math.min(1, Math.max(0, shade(i))))];
    image.data[4 * i] = rgb[0], image.data[4 * i + 1] = rgb[1], image.data[4 * i + 2] = rgb[2], image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function heat(x, y, width, height, columns, rows, shade, table) {
  const image = svg("image", {x, y, width, height, preserveAspectRatio: "none", style: "image-rendering: pixelated"});
  if (columns && rows) image.setAttribute("href", canvasOf(columns, rows, shade, table).toDataURL());
  return image;
}

// --- text ------------------------------------------------------------------------------------------------------------

function short(text, most) {
  const characters = [...text];
  return characters.length <= most ? text : characters.slice(0, most - 1).join("") + "…";
}

function number(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  return x !== 0 && Math.abs(x) < 0.0095 ? x.toExponential(0).replace("e-", "e−") : x.toFixed(2);
}

function tokenName(exhibit, i) { return `${exhibit.tokens[i].text} (${i})`; }

function showHint(event, lines) {
  const hint = byId("hint");
  if (!lines) return void (hint.hidden = true);
  hint.replaceChildren(...lines.map(line => {
    const row = element("div"), [name, value] = [].concat(line);
    row.append(element("span", {}, name));
    if (value !== undefined) row.append(element("b", {}, value));
    return row;
  }));
  hint.hidden = false;
  const x = event.clientX ?? 0, y = event.clientY ?? 0;
  hint.style.left = Math.max(4, Math.min(x + 14, innerWidth - hint.offsetWidth - 8)) + "px";
  hint.style.top = Math.max(4, y + 14 + hint.offsetHeight > innerHeight ? y - hint.offsetHeight - 10 : y + 14) + "px";
}

function say(text) { byId("said").textContent = text; }

// --- files to keep ---------------------------------------------------------------------------------------------------

// All pictures that are shown, in one.
function wholePicture() {
  const grids = [...document.querySelectorAll("#figures table.grid")].map(gridPicture);
  const shown = [...grids, ...document.querySelectorAll("#figures svg")], gap = 24;
  let x = gap, height = 0;
  const whole = picture(1, 1, document.title), paper = whole.appendChild(svg("rect", {fill: colour("card")}));
  for (const each of shown) {
    const copy = each.cloneNode(true), box = each.viewBox.baseVal;
    copy.querySelectorAll("[data-hit]").forEach(hit => hit.remove());
    for (const [name, value] of Object.entries({x, y: gap, width: box.width, height: box.height})) copy.setAttribute(name, value);
    whole.append(copy);
    x += box.width + gap, height = Math.max(height, box.height);
  }
  const size = {width: x, height: height + 2 * gap};
  for (const [name, value] of Object.entries(size)) whole.setAttribute(name, value), paper.setAttribute(name, value);
  whole.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  return {text: new XMLSerializer().serializeToString(whole), ...size};
}

function keep(href, extension) {
  element("a", {href, download: `attention-${state.view}-layer${state.layer}.${extension}`}).click();
}

function asFile(text) { return "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text); }

function pixels(whole) {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas"), by = Math.min(2, 16000 / whole.width, 16000 / whole.height);
      canvas.width = whole.width * by, canvas.height = whole.height * by;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      done(canvas.toDataURL("image/png"));
    };
    image.onerror = failed;
    image.src = asFile(whole.text);
  });
}
