// Two models with two texts each: 4 exhibits.

check(all("#text option").length === 4, "want 4 texts to choose from");
open("matrix");
choose("beside", 2);
check(all("#figures figure").length === 3, `got ${all("#figures figure").length} pictures, want two and their difference`);
choose("layer", 0);
click(one('[aria-label="head 1"]'));
const alpha = (text, i, j) => numbers[`text.${text}.layer.0.probabilities`].at(1, i, j);
const size = numbers["text.0.layer.0.probabilities"].shape[1], areas = all("[data-hit=cell]");
for (const [i, j] of [[0, 0], [2, 3]]) {
  const read = area => { pointAt(area, (j + 0.5) / size, (i + 0.5) / size); return hintValue(); };
  near(read(areas[0]), alpha(0, i, j), 0.006, `first ${i} ${j}`);
  near(read(areas[1]), alpha(2, i, j), 0.006, `second ${i} ${j}`);
  near(read(areas[2]), alpha(2, i, j) - alpha(0, i, j), 0.012, `difference ${i} ${j}`);
}
choose("text", 1);
check(all("#figures figure").length === 1, "another text is still beside something");
check(!one("#filter-label").hidden, "a pair has no filter");
for (const view of ["head", "model", "neuron", "token", "summary"]) {
  open(view);
  choose("beside", 3);
  check(all("#figures figure").length === 2, `${view}: not two pictures`);
}
done();
