// A model whose positions are relative: a score is the sum of products and a part for the distance.

const n = numbers["layer.1.scores"].shape[1], scores = numbers["layer.1.scores"];
location.hash = "view=neuron&layer=1&head=1&q=3";
dispatchEvent(new HashChangeEvent("hashchange"));
const read = name => texts("#figures ." + name).map(asNumber);
const sums = read("sum"), apart = read("apart"), whole = read("score");
check(whole.length === n && apart.length === n, "not every key has a score and its parts");
check(Math.max(...apart.map(Math.abs)) > 0.05, "the distances add nothing");
whole.forEach((score, j) => {
  near(score, scores.at(1, 3, j), 0.1, `score ${j}`);
  near(sums[j] + apart[j], score, 0.021, `parts of score ${j}`);
});
check(/relative/.test(one("#figures .note").textContent), "it is not said what the distances are");
done();
