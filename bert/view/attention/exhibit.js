// A text and what a model does with it: the numbers, decoded when they are asked for.

const allHeads = -1;  // the mean over a layer's heads; of ‖α f(x)‖ the length of the heads' sum

class Exhibit {
  constructor(json) {
    this.json = json;
    this.tokens = json.tokens;
    this.n = json.tokens.length;
    this.size = json.head_size;
    this.layers = json.layers;
    this.heads = json.heads;
    this.statistics = new Map(json.statistics.map(each => [each.layer + " " + each.head, each]));
    this.pairs = this.tokens.some(token => token.segment === 1);
    this.codes = new Map();  // of each stream that is unpacked
    this.cache = new Map();  // numbers made of them
  }

  get name() { return this.json.text + (this.json.text_b ? " | " + this.json.text_b : ""); }
  statistic(layer, head) { return this.statistics.get(layer + " " + head); }
  exists(layer, head) { return head === allHeads || this.layers[layer].heads.includes(head); }
  isFull(layer, head) {
    const at = this.layers[layer];
    return head === allHeads ? Boolean(at.mean || at.weights) : Boolean(at.weights) && at.kept.includes(head);
  }

  cached(key, make) {
    const made = this.cache.has(key) ? this.cache.get(key) : make();
    this.cache.delete(key);
    this.cache.set(key, made);
    if (this.cache.size > (this.n > 128 ? 64 : 4000)) this.cache.delete(this.cache.keys().next().value);
    return made;
  }

  // --- what is packed ------------------------------------------------------------------------------------------------

  // The stream that holds a head's weights, and perhaps its neighbours'; or the mean over the layer's heads, or their sum.
  // Null where the page has none.
  streamOf(layer, head, kind = "alpha") {
    const at = this.layers[layer], each = this.n * this.n;
    const whole = head !== allHeads ? null : kind === "norm" ? at.together : at.mean;
    if (whole) return {name: `${kind} ${layer}`, text: whole.codes, count: each, columns: this.n};
    if (!at.weights || (head === allHeads && kind === "norm")) return null;
    return this.partOf(layer, Math.max(0, at.kept.indexOf(head)), at.weights, each, this.n, "weights");
  }

  partOf(layer, place, streams, each, columns, name) {
    const at = this.layers[layer], nth = Math.floor(place / at.in_one);
    const heads = Math.min(at.in_one, at.kept.length - nth * at.in_one);
    return {name: `${name} ${layer} ${nth}`, text: streams[nth], count: heads * each, columns};
  }

  isUnpacked(stream) { return this.codes.has(stream.name); }
  unpack({name, text, count, columns}) {
    if (!this.codes.has(name)) this.codes.set(name, unpacked(text, count, columns));
    return this.codes.get(name);
  }

  // The codes of one head, in the stream that holds them.
  part(layer, head, streams, each, columns, name) {
    const at = this.layers[layer], place = at.kept.indexOf(head), first = place % at.in_one;
    return this.unpack(this.partOf(layer, place, streams, each, columns, name)).subarray(first * each, (first + 1) * each);
  }

  // --- numbers -------------------------------------------------------------------------------------------------------

  norms(layer) {  // [A, T]
    const at = this.layers[layer];
    return this.cached("norms " + layer, () =>
      decoded(unpacked(at.norms.codes, at.heads.length * this.n, this.n), fromCode, at.norms.largest));
  }

  // α, or ‖α f(x)‖ for the kind "norm": [T, T].
  weights(layer, head, kind) {
    if (head === allHeads && kind === "norm" && !this.layers[layer].together) return null;
    return this.cached(`${kind} ${layer} ${head}`, () => {
      if (head === allHeads) return this.mean(layer, kind);
      return kind === "norm" ? this.weighted(layer, head) : decoded(this.codesOf(layer, head), fromCode);
    });
  }
  alpha(layer, head) { return this.weights(layer, head, "alpha"); }
  codesOf(layer, head) { return this.part(layer, head, this.layers[layer].weights, this.n * this.n, this.n, "weights"); }

  mean(layer, kind) {
    const at = this.layers[layer], whole = kind === "norm" ? at.together : at.mean;
    if (whole) return decoded(this.unpack(this.streamOf(layer, allHeads, kind)), fromCode, whole.largest);
    const sum = new Float32Array(this.n * this.n);
    for (const head of at.heads) {
      const codes = this.codesOf(layer, head);
      for (let i = 0; i < sum.length; ++i) sum[i] += fromCode[codes[i]] / at.heads.length;
    }
    return sum;
  }

  weighted(layer, head) {
    const codes = this.codesOf(layer, head), to = new Float32Array(codes.length), norms = this.norms(layer), n = this.n;
    const first = this.layers[layer].heads.indexOf(head) * n;
    for (let row = 0; row < to.length; row += n)
      for (let j = 0; j < n; ++j) to[row + j] = fromCode[codes[row + j]] * norms[first + j];
    return to;
  }

  // A small picture of the head: {size, places}, of a table of shades.
  thumbnail(layer, head, kind) {
    const at = this.layers[layer];
    if (!at.thumbnails) {
      const x = this.weights(layer, head, kind);
      return {size: this.n, places: shades(x, kind === "alpha" ? 1 : largest(x))};
    }
    const size = at.thumbnails.size, each = size * size, first = at.heads.indexOf(head) * each;
    const codes = this.unpack(this.thumbnailsOf(layer, kind));
    return {size, places: codes.subarray(first, first + each)};
  }

  thumbnailsOf(layer, kind) {
    const {heads, thumbnails: {size, [kind]: text}} = this.layers[layer];
    return {name: `thumbnails ${layer} ${kind}`, text, count: heads.length * size * size, columns: size};
  }

  // q, k and v, each [T, D]; null where the page has none.
  values(layer, head) {
    const at = this.layers[layer];
    if (!at.values || !at.kept.includes(head)) return null;
    return this.cached(`values ${layer} ${head}`, () => {
      const each = this.n * this.size, codes = this.part(layer, head, at.values.streams, 3 * each, this.size, "values");
      const first = at.kept.indexOf(head) * 3;
      const [q, k, v] = [0, 1, 2].map(i =>
        decoded(codes.subarray(i * each, (i + 1) * each), fromSigned, at.values.largest[first + i]));
      return {q, k, v};
    });
  }

  // What the distance between query and key adds to the scores, [T, T]; null where positions are not relative.
  distances(layer, head) {
    const at = this.layers[layer];
    if (!at.distances) return null;
    return this.cached(`distances ${layer} ${head}`, () => {
      const codes = this.part(layer, head, at.distances.streams, this.n * this.n, this.n, "distances");
      return decoded(codes, fromSigned, at.distances.largest[at.kept.indexOf(head)]);
    });
  }

  // Which tokens a filter leaves on either side.
  sides(filter) {
    const all = this.tokens.map((_, i) => i);
    const of = segment => all.filter(i => this.tokens[i].segment === segment);
    if (filter === "all" || !this.pairs) return {rows: all, columns: all};
    return {rows: of(filter[0] === "a" ? 0 : 1), columns: of(filter[1] === "a" ? 0 : 1)};
  }

  // The part of a head's weights that a filter leaves; its rows sum to 1 again if `renorm`.
  slice(layer, head, kind, filter, renorm) {
    const from = this.weights(layer, head, kind);
    return from && this.cached(`slice ${layer} ${head} ${kind} ${filter} ${renorm}`, () => {
      const {rows, columns} = this.sides(filter), whole = rows.length === this.n && columns.length === this.n;
      const values = whole && !renorm ? from : this.cut(from, rows, columns, renorm);
      return {rows, columns, values, most: kind === "alpha" || renorm ? 1 : largest(values)};
    });
  }

  cut(from, rows, columns, renorm) {
    const values = new Float32Array(rows.length * columns.length);
    rows.forEach((i, r) => {
      const sum = columns.reduce((all, j) => all + from[i * this.n + j], 0), by = renorm && sum > 0 ? 1 / sum : 1;
      columns.forEach((j, c) => { values[r * columns.length + c] = from[i * this.n + j] * by; });
    });
    return values;
  }

  // Row i of the rollout after each layer: its row of ½ (A + I), times that of the layer below, and so on.
  rollout(i) {
    return this.cached("rollout " + i, () => {
      const rows = this.layers.map(() => Float64Array.from({length: this.n}, (_, j) => j === i ? 1 : 0));
      for (let l = this.layers.length - 1; l >= 0; --l) {
        const mean = this.alpha(l, allHeads);
        for (let top = l; top < rows.length; ++top) rows[top] = this.below(rows[top], mean);
      }
      return rows;
    });
  }
  hasRollout() { return this.layers.every((_, l) => this.isFull(l, allHeads)); }

  // row · ½ (A + I), four rows of A at a time.
  below(row, mean) {
    const n = this.n, next = row.map(x => x / 2);
    for (let from = 0; from < n; from += 4) {
      const [a, b = 0, c = 0, d = 0] = row.subarray(from, from + 4), first = from * n;
      if (a + b + c + d === 0) continue;
      const second = Math.min(from + 1, n - 1) * n, third = Math.min(from + 2, n - 1) * n, fourth = Math.min(from + 3, n - 1) * n;
      for (let to = 0; to < n; ++to)
        next[to] += 0.5 * (a * mean[first + to] + b * mean[second + to] + c * mean[third + to] + d * mean[fourth + to]);
    }
    return next;
  }
}
