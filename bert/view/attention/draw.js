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

function textAt(to, x, y, text, attributes = {}) {
  return to.appendChild(svg("text", {x, y, fill: colour("ink"), ...attributes}, text));
}
function rectAt(to, x, y, width, height, attributes) {
  return to.appendChild(svg("rect", {x, y, width, height, ...attributes}));
}

// A picture has all its colours in itself, so that it can be saved.
function picture(width, height, title) {
  return svg("svg", {viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title,
                     "font-family": "system-ui, 'Liberation Sans', Arial, sans-serif", "font-size": 12});
}

// --- colours ---------------------------------------------------------------------------------------------------------

const isDark = matchMedia("(prefers-color-scheme: dark)");

// The page's colours by name, read again when they change.
let colours = new Map();
isDark.addEventListener("change", () => { colours = new Map(); });

function colour(name) {
  const read = () => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  if (!colours.has(name)) colours.set(name, read());
  return colours.get(name);
}

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
  const steps = isDark.matches ? [0.74, 0.86, 0.66] : [0.54, 0.47, 0.39];
  return perceived(steps[head % 3], 0.135, 250 + head * 137.508);
}

function mixed(stops, t) {
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1), i = Math.min(stops.length - 2, Math.floor(place));
  return stops[i].map((x, c) => x + (stops[i + 1][c] - x) * (place - i));
}

// 0 … 1, by lightness alone; −1 … 1, orange and blue.
const ramps = {
  light: [[[255, 255, 255], [107, 174, 214], [8, 48, 107]],
          [[166, 77, 0], [243, 178, 104], [250, 250, 250], [120, 178, 220], [0, 76, 140]]],
  dark: [[[27, 30, 33], [45, 108, 160], [205, 232, 252]],
         [[255, 184, 108], [160, 92, 25], [34, 38, 42], [38, 102, 158], [140, 205, 255]]],
};

// 256 colours, and the same as four bytes each, red first.
function tableOf(stops) {
  const table = Array.from({length: 256}, (_, i) => mixed(stops, i / 255));
  table.pixels = new Uint32Array(Uint8ClampedArray.from(table.flatMap(rgb => [...rgb, 255])).buffer);
  return table;
}
const tablesBy = Object.fromEntries(Object.entries(ramps).map(([name, [plain, signed]]) =>
  [name, {plain: tableOf(plain), signed: tableOf(signed)}]));
function tables() { return tablesBy[isDark.matches ? "dark" : "light"]; }

function largest(numbers) {
  let most = 0;
  for (let i = 0; i < numbers.length; ++i) most = Math.max(most, Math.abs(numbers[i]));
  return most || 1;
}

// Places in a table: of what is not below 0 by the root, so that small numbers are seen; of what has a sign as it is.
function shades(numbers, most) {
  const to = new Uint8ClampedArray(numbers.length), by = 255 * 255 / most;
  for (let i = 0; i < to.length; ++i) to[i] = Math.sqrt(numbers[i] * by);
  return to;
}
function signedShades(numbers, most) {
  const to = new Uint8ClampedArray(numbers.length), by = 127.5 / most;
  for (let i = 0; i < to.length; ++i) to[i] = 127.5 + numbers[i] * by;
  return to;
}

// A canvas with a pixel for each place in the table.
function canvasOf(columns, rows, places, table) {
  const canvas = element("canvas", {width: columns, height: rows});
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; ++i) pixels[i] = table.pixels[places[i]];
  context.putImageData(image, 0, 0);
  return canvas;
}

function imageAt(x, y, width, height, canvas) {
  const style = "image-rendering: pixelated";
  return svg("image", {x, y, width, height, href: canvas.toDataURL(), preserveAspectRatio: "none", style});
}

function heat(x, y, width, height, columns, rows, places, table) {
  return imageAt(x, y, width, height, canvasOf(columns, rows, places, table));
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

// All pictures that are shown, side by side in one.
function wholePicture() {
  const grids = [...document.querySelectorAll("#figures .heads")].map(gridPicture), gap = 24;
  const shown = [...grids, ...document.querySelectorAll("#figures svg")], sizes = shown.map(each => each.viewBox.baseVal);
  const width = gap + sizes.reduce((sum, size) => sum + size.width + gap, 0);
  const height = 2 * gap + Math.max(...sizes.map(size => size.height));
  const whole = picture(width, height, document.title);
  rectAt(whole, 0, 0, width, height, {fill: colour("card")});
  let x = gap;
  shown.forEach((each, i) => {
    const copy = whole.appendChild(each.cloneNode(true));
    copy.querySelectorAll("[data-hit]").forEach(hit => hit.remove());
    copy.setAttribute("x", x), copy.setAttribute("y", gap);
    x += sizes[i].width + gap;
  });
  return {text: new XMLSerializer().serializeToString(whole), width, height};
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
