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
    this.cache = new Map();
  }

  get name() { return this.json.text + (this.json.text_b ? " | " + this.json.text_b : ""); }
  statistic(layer, head) { return this.statistics.get(layer + " " + head); }
  exists(layer, head) { return head === allHeads || this.layers[layer].heads.includes(head); }
  isFull(layer, head) {
    const at = this.layers[layer];
    return head === allHeads ? Boolean(at.mean || at.weights) : Boolean(at.weights) && at.kept.includes(head);
  }

  cached(key, make) {
    if (this.cache.has(key)) return this.cache.get(key);
    if (this.cache.size > (this.n > 128 ? 200 : 4000)) this.cache.delete(this.cache.keys().next().value);
    const made = make();
    this.cache.set(key, made);
    return made;
  }

  // Of the texts of a layer that hold `each` codes for every kept head, the part of one head.
  part(layer, head, streams, each, columns, name) {
    const at = this.layers[layer], place = at.kept.indexOf(head), first = place - place % at.in_one;
    const heads = Math.min(at.in_one, at.kept.length - first);
    const codes = this.cached(`${name} ${layer} ${first}`,
                              () => unpacked(streams[first / at.in_one], heads * each, columns));
    return codes.subarray((place - first) * each, (place - first + 1) * each);
  }

  square(json, name) {  // [T, T]
    return this.cached(name, () => decoded(unpacked(json.codes, this.n * this.n, this.n), fromCode, json.largest));
  }

  norms(layer) {  // [A, T]
    const at = this.layers[layer];
    return this.cached("norms " + layer, () =>
      decoded(unpacked(at.norms.codes, at.heads.length * this.n, this.n), fromCode, at.norms.largest));
  }

  alpha(layer, head) {
    return this.cached(`alpha ${layer} ${head}`, () => {
      if (head === allHeads) return this.mean(layer);
      const codes = this.part(layer, head, this.layers[layer].weights, this.n * this.n, this.n, "codes");
      return decoded(codes, fromCode);
    });
  }

  mean(layer) {
    const at = this.layers[layer];
    if (at.mean) return this.square(at.mean, "mean " + layer);
    const sum = new Float32Array(this.n * this.n);
    for (const head of at.heads) {
      const codes = this.part(layer, head, at.weights, this.n * this.n, this.n, "codes");
      for (let i = 0; i < sum.length; ++i) sum[i] += fromCode[codes[i]] / at.heads.length;
    }
    return sum;
  }

  // α, or ‖α f(x)‖ for the kind "norm": [T, T].
  weights(layer, head, kind) {
    if (kind === "alpha") return this.alpha(layer, head);
    const at = this.layers[layer];
    if (head === allHeads) return at.together ? this.square(at.together, "together " + layer) : null;
    return this.cached(`norm ${layer} ${head}`, () => {
      const to = this.alpha(layer, head).slice(), norms = this.norms(layer), first = at.heads.indexOf(head) * this.n;
      for (let i = 0; i < to.length; ++i) to[i] *= norms[first + i % this.n];
      return to;
    });
  }

  // Codes of a small picture of the head, [size, size].
  thumbnail(layer, head, kind) {
    const at = this.layers[layer];
    if (!at.thumbnails) {
      const x = this.weights(layer, head, kind), most = kind === "alpha" ? 1 : x.reduce((a, b) => Math.max(a, b), 0);
      return {size: this.n, shade: i => Math.sqrt(x[i] / (most || 1))};
    }
    const size = at.thumbnails.size, each = size * size, first = at.heads.indexOf(head) * each;
    const codes = this.cached(`thumbnails ${layer} ${kind}`, () => unpacked(at.thumbnails[kind], at.heads.length * each, size));
    return {size, shade: i => codes[first + i] / 255};
  }

  // q, k and v, each [T, D]; null where the page has none.
  values(layer, head) {
    const at = this.layers[layer];
    if (!at.values || !at.kept.includes(head)) return null;
    return this.cached(`values ${layer} ${head}`, () => {
      const each = this.n * this.size, codes = this.part(layer, head, at.values.streams, 3 * each, this.size, "q, k, v");
      const first = at.kept.indexOf(head) * 3;
      const [q, k, v] = [0, 1, 2].map(i =>
        decoded(codes.subarray(i * each, (i + 1) * each), fromSigned, at.values.largest[first + i]));
      return {q, k, v};
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
      return {rows, columns, values, most: kind === "alpha" || renorm ? 1 : values.reduce((a, b) => Math.max(a, b), 0) || 1};
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
    if (!this.layers.every((_, l) => this.isFull(l, allHeads))) return null;
    return this.cached("rollout " + i, () => this.layers.map((_, top) => {
      let row = new Float32Array(this.n);
      row[i] = 1;
      for (let l = top; l >= 0; --l) {
        const mean = this.alpha(l, allHeads), next = new Float32Array(this.n);
        for (let from = 0; from < this.n; ++from) {
          const half = row[from] / 2, first = from * this.n;
          next[from] += half;
          for (let to = 0; to < this.n; ++to) next[to] += half * mean[first + to];
        }
        row = next;
      }
      return row;
    }));
  }
}
