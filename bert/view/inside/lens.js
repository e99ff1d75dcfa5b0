// The grid's cells say more where the pointer or the keyboard's focus is: the likeliest words of that layer there.
(() => {
  "use strict";
  const lens = JSON.parse(document.getElementById("lens").textContent);
  const grid = document.querySelector(".grid tbody");
  const hint = document.getElementById("hint");

  function line(left, right) {
    const div = document.createElement("div"), name = document.createElement("b"), number = document.createElement("i");
    name.textContent = left;
    number.textContent = right;
    div.append(name, number);
    return div;
  }

  function show(cell) {
    const row = cell.parentElement.rowIndex - 1, column = cell.cellIndex - 1;
    const reading = lens.layers[column].readings[row];
    hint.replaceChildren(
      line(lens.tokens[row].token, "layer " + lens.layers[column].layer),
      line(reading.word, "rank " + reading.rank + ", " + Math.exp(reading.log_probability).toPrecision(3)),
      document.createElement("hr"),
      ...reading.likeliest.map((guess) => line(guess.token, guess.probability.toFixed(4))));
    hint.hidden = false;
    const box = cell.getBoundingClientRect(), width = hint.offsetWidth, height = hint.offsetHeight;
    const below = box.bottom + 6 + height < window.innerHeight;
    hint.style.left = Math.max(4, Math.min(box.left, window.innerWidth - width - 4)) + "px";
    hint.style.top = (below ? box.bottom + 6 : Math.max(4, box.top - 6 - height)) + "px";
  }

  const cell_of = (event) => event.target.closest("td");
  grid.addEventListener("pointerover", (event) => cell_of(event) && show(cell_of(event)));
  grid.addEventListener("pointerleave", () => { hint.hidden = true; });
  grid.addEventListener("focusin", (event) => cell_of(event) && show(cell_of(event)));
  grid.addEventListener("focusout", () => { hint.hidden = true; });

  // One cell is reached by Tab, its neighbours by arrows.
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  grid.addEventListener("keydown", (event) => {
    const step = steps[event.key], cell = cell_of(event);
    if (event.key === "Escape") hint.hidden = true;
    if (!step || !cell) return;
    const row = grid.rows[cell.parentElement.rowIndex - 1 + step[0]];
    const next = row && row.cells[cell.cellIndex + step[1]];
    if (!next || next.tagName !== "TD") return;
    event.preventDefault();
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
})();
