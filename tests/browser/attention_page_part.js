// A page that holds layer 3, head 1 of a model of 12 layers and 12 heads in full.

const n = numbers["layer.0.probabilities"].shape[1];
check(location.hash === "" && one('[aria-label="head 1"]').getAttribute("aria-pressed") === "true", "it does not begin where something is");
open("model");
check(all("#figures .heads button").length === 144, "not all heads are there in small");
click(one('[data-cell="5 2"]'));
check(/layer 5 in small only.*layers 3:.*--layers 5/.test(one(".missing").textContent), "it is not said what is missing");
location.hash = "view=matrix&layer=3&head=1";
dispatchEvent(new HashChangeEvent("hashchange"));
for (const [i, j] of [[0, 0], [2, 4]]) {
  pointAt(one("[data-hit=cell]"), (j + 0.5) / n, (i + 0.5) / n);
  near(hintValue(), numbers["layer.3.probabilities"].at(1, i, j), 0.006, `α ${i} ${j}`);
}
open("token");
const rollout = all("#figures [data-hit=cell]").at(-1);
for (const [l, j] of [[0, 2], [11, 1]]) {
  pointAt(rollout, (l + 0.5) / 12, (j + 0.5) / n);
  near(hintValue(), numbers[`layer.${l}.rollout`].at(1, j), 0.02, `rollout ${l} ${j}`);
}
done();
