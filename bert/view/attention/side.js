// What stands beside the pictures: the token that is pointed at or pinned, and the head, in words and numbers.

function fillSide(exhibit) {
  const now = focus(), i = now.q ?? now.k, known = i !== null && i < exhibit.n;
  const masks = [...exhibit.tokens.keys()].filter(at => exhibit.tokens[at].mask).slice(0, 5);
  const parts = known ? [...aboutToken(exhibit, i), ...guesses(exhibit, i, "h3")]
    : masks.flatMap(at => guesses(exhibit, at, "h2"));
  parts.push(...aboutHead(exhibit));
  const help = "Nothing is pinned. Click a token, or use the arrow keys in the picture; Escape lets go.";
  if (!known) parts.push(element("p", {}, help));
  byId("side").replaceChildren(...parts);
}

function listOf(pairs) {
  const line = (name, value) => element("div", {}, element("dt", {}, element("bdi", {}, name)), element("dd", {}, value));
  return element("dl", {class: "list"}, ...pairs.map(([name, value]) => line(name, value)));
}

// The strongest of the row and of the column, in the heads that are shown.
function aboutToken(exhibit, i) {
  const title = element("h2", {}, "Token ", element("bdi", {}, exhibit.tokens[i].text), ` (${i})`);
  const heads = isView("head") ? state.heads : isView("summary") ? [] : [state.head];
  const full = heads.filter(h => exhibit.exists(state.layer, h) && exhibit.isFull(state.layer, h));
  const there = ready(exhibit, full.map(h => [state.layer, h]), state.weights);
  const maps = there.map(([layer, h]) => exhibit.weights(layer, h, state.weights)).filter(Boolean);
  if (!maps.length) return [title];
  const n = exhibit.n, mean = at => maps.reduce((sum, map) => sum + map[at], 0) / maps.length;
  const top = of => listOf([...Array(n).keys()].map(j => [j, mean(of(j))]).sort((a, b) => b[1] - a[1]).slice(0, 5)
    .map(([j, x]) => [tokenName(exhibit, j), number(x)]));
  const several = full.length > 1 ? `mean of heads ${full.join(", ")}` : "head " + full[0];
  const which = full[0] === allHeads ? "mean of the heads" : several;
  return [title, element("p", {}, `in layer ${state.layer}, ${which}`), element("h3", {}, "looks at"), top(j => i * n + j),
          element("h3", {}, "is looked at by"), top(j => j * n + i)];
}

// What a model for masked words would say there.
function guesses(exhibit, i, heading) {
  const list = exhibit.json.guesses[i] ?? [], {mask} = exhibit.tokens[i];
  if (!list.length) return [];
  const title = mask ? `The model's words for ${tokenName(exhibit, i)}` : "The model's words for this place";
  return [element(heading, {}, title), listOf(list.map(([word, p]) => [word, number(p)]))];
}

function aboutHead(exhibit) {
  const several = isView("head") && state.heads.length > 1, statistic = exhibit.statistic(state.layer, state.head);
  if (!statistic || several || isView("token")) return [];
  const title = `Layer ${statistic.layer}, head ${statistic.head}: ${statistic.kind}`;
  return [element("h2", {}, title), listOf(headLines(statistic).slice(1))];
}
