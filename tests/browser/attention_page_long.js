// 512 tokens: how soon the page is there, and how long a reader waits after a click. The bounds leave room for a machine
// that has other things to do; the title says what it took.

const times = [];
function time(what, most, f) {
  const begin = performance.now();
  f();
  document.body.getBoundingClientRect();
  const took = Math.round(performance.now() - begin);
  check(took < 5 * most, `${what} took ${took} ms, want less than ${5 * most}`);
  times.push(`${what} ${took} ms`);
}
check(all("[data-hit=q]").length === 512, "not all tokens are there");
time("a token", 400, () => click(one('[data-hit=q][data-i="200"]')));
time("another head", 600, () => click(one('[aria-label="head 5"]')));
time("the matrix", 600, () => open("matrix"));
time("a pair", 400, () => pointAt(one("[data-hit=cell]"), 0.5, 0.5));
time("all heads", 3000, () => open("model"));
time("neurons", 1000, () => open("neuron"));
time("a token's layers", 3000, () => open("token"));
time("another token", 1000, () => press("ArrowDown"));
time("the summary", 1000, () => open("summary"));
done(times.join(", "));
