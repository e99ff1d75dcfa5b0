// Points say what they are, where the pointer is or the arrow keys lead; the legend hides and shows labels.
(() => {
  "use strict";
  const hint = document.getElementById("hint");
  hint.setAttribute("role", "status");
  const reach = 26;  // pixels from a point at which it is still meant

  function line(text, tag) {
    const div = document.createElement("div"), inner = document.createElement(tag);
    inner.textContent = text;
    inner.dir = "auto";
    div.append(inner);
    return div;
  }

  function watch(svg) {
    const told = JSON.parse(document.getElementById(svg.dataset.points).textContent);
    const marks = [...svg.querySelectorAll(".mark")], ring = svg.querySelector(".pointed");
    const places = marks.map((mark) => { const at = mark.transform.baseVal[0].matrix; return [at.e, at.f]; });
    let current = -1;

    function hide() {
      hint.hidden = true;
      ring.setAttribute("visibility", "hidden");
    }

    function show(i) {
      current = i;
      const [x, y] = places[i], at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
      ring.setAttribute("transform", `translate(${x} ${y})`);
      ring.setAttribute("visibility", "visible");
      hint.replaceChildren(line(told[i].text, "span"));
      if (told[i].label) hint.append(line(told[i].label, "b"));
      hint.hidden = false;
      const width = hint.offsetWidth, height = hint.offsetHeight;
      hint.style.left = Math.max(4, Math.min(at.x + 14, innerWidth - width - 4)) + "px";
      hint.style.top = (at.y + 14 + height < innerHeight ? at.y + 14 : Math.max(4, at.y - 14 - height)) + "px";
    }

    const is_shown = (i) => !marks[i].classList.contains("off");

    // The point for which this is least; below the limit.
    function least(measure, limit) {
      let best = -1;
      for (let i = 0; i < marks.length; i++) {
        const size = is_shown(i) ? measure(places[i], i) : Infinity;
        if (size < limit) { limit = size; best = i; }
      }
      return best;
    }

    function at_pointer(event) {
      const scale = svg.getScreenCTM(), at = new DOMPoint(event.clientX, event.clientY).matrixTransform(scale.inverse());
      const found = least(([x, y]) => Math.hypot(x - at.x, y - at.y) * scale.a, reach);
      found < 0 ? hide() : show(found);
    }
    svg.addEventListener("pointermove", at_pointer);
    svg.addEventListener("pointerdown", at_pointer);
    svg.addEventListener("pointerleave", () => document.activeElement === svg && current >= 0 && is_shown(current) ? show(current) : hide());

    // The nearest point that lies more that way than to the side.
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    svg.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return hide();
      const way = ways[event.key];
      if (!way && event.key !== "Home" && event.key !== "End") return;
      event.preventDefault();
      if (!way || current < 0 || !is_shown(current)) {
        const first = least((place, i) => event.key === "End" ? -i : i, Infinity);
        return first >= 0 && show(first);
      }
      const [x, y] = places[current];
      const next = least(([u, v], i) => {
        const along = (u - x) * way[0] + (v - y) * way[1], aside = Math.abs((u - x) * way[1]) + Math.abs((v - y) * way[0]);
        const is_that_way = i !== current && (along > 0 ? along >= aside : false);
        return is_that_way ? along + 2 * aside : Infinity;
      }, Infinity);
      if (next >= 0) show(next);
    });
    svg.addEventListener("focus", () => svg.matches(":focus-visible") && marks.length && show(current >= 0 && is_shown(current) ? current : Math.max(0, least((place, i) => i, Infinity))));
    svg.addEventListener("blur", hide);
  }
  document.querySelectorAll("svg.scatter").forEach(watch);

  for (const button of document.querySelectorAll("button.label"))
    button.addEventListener("click", () => {
      const shows = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!shows));
      for (const mark of document.querySelectorAll(`.scatter .mark[data-label="${button.dataset.label}"]`))
        mark.classList.toggle("off", shows);
    });
})();
