// For scripts that drive the page: the program's numbers, and the reader's hand.

const wrong = [];
let checks = 0;

function check(holds, what) {
  ++checks;
  if (!holds && wrong.length < 5) wrong.push(what);
}
function near(got, want, tolerance, what) { check(Math.abs(got - want) <= tolerance, `${what}: got ${got}, want ${want}`); }

function done(more = "") {
  if (faults.length) wrong.push("faults: " + faults.join(", "));
  const asked = performance.getEntriesByType("resource").map(each => each.name).filter(name => !name.startsWith("data:"));
  if (asked.length) wrong.push("asked for " + asked.join(", "));
  document.title = wrong.length ? wrong.join(" | ") : `all right: ${checks} checks ${more}`;
}

// A file of safetensors: {name: {shape, at(...indices)}}.
function numbersOf(base64) {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0)), length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))), to = {};
  for (const [name, {shape, data_offsets: [begin, end]}] of Object.entries(header).filter(([name]) => name !== "__metadata__")) {
    const values = new Float32Array(bytes.buffer.slice(8 + length + begin, 8 + length + end));
    to[name] = {shape, at: (...index) => values[index.reduce((whole, i, axis) => whole * shape[axis] + i, 0)]};
  }
  return to;
}
const numbers = numbersOf(document.getElementById("numbers").textContent);

const all = selector => [...document.querySelectorAll(selector)];
const one = selector => document.querySelector(selector);
function clickAt(target, x, y) {  // x and y: shares of its area
  const area = target.getBoundingClientRect();
  target.dispatchEvent(new MouseEvent("click", {bubbles: true, clientX: area.left + x * area.width, clientY: area.top + y * area.height}));
}
const click = target => clickAt(target, 0.5, 0.5);
const press = key => one("#figures .box").dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const choose = (id, value) => { one("#" + id).value = value; one("#" + id).dispatchEvent(new Event("change")); };
const open = view => click(one("#view-" + view));
const texts = selector => all(selector).map(text => text.textContent);
const asNumber = text => Number(text.replace("−", "-").replace("e−", "e-"));
function pointAt(target, x, y) {  // x and y: shares of its area
  const area = target.getBoundingClientRect();
  target.dispatchEvent(new PointerEvent("pointermove", {bubbles: true, clientX: area.left + x * area.width, clientY: area.top + y * area.height}));
}
const hintValue = () => asNumber(one("#hint div:last-child b").textContent);
