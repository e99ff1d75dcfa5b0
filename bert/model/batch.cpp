#include "bert/model/batch.h"

#include <algorithm>

#include "core/ops/rows.h"
#include "core/ops/shaping.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

void require_size(const char* what, std::size_t got, int64_t want) {
  require(got == 0 || static_cast<int64_t>(got) == want, "batch: got {} {}, want {}", got, what, want);
}

void check(const Padded& padded) {
  const int64_t tokens = padded.sequences * padded.length;
  require(padded.sequences > 0 && padded.length > 0, "batch: got {} sequences of {} tokens, want some",
          padded.sequences, padded.length);
  require(padded.ids.empty() != !padded.embeddings, "batch: got {}, want either ids or embeddings",
          padded.ids.empty() ? "neither" : "both");
  require_size("ids", padded.ids.size(), tokens);
  require_size("token types", padded.token_types.size(), tokens);
  require_size("positions", padded.positions.size(), tokens);
  const Shape flat{padded.sequences, padded.length}, pairs = flat.plus(padded.length);
  require(!padded.mask || padded.mask.shape() == flat || padded.mask.shape() == pairs,
          "batch: got a mask {}, want {} or {}", padded.mask.shape(), flat, pairs);
  if (padded.embeddings) {
    const Shape& got = padded.embeddings.shape();
    require(got.rank() == 3 && got[0] == flat[0] && got[1] == flat[1], "batch: got embeddings {}, want [{}, {}, H]",
            got, flat[0], flat[1]);
  }
}

// How many tokens of a sequence become rows: up to the last real one.
int64_t rows_of(const real* mask, int64_t length) {
  while (length > 0 && mask[length - 1] == 0) --length;
  return length;
}

std::vector<int64_t> picked(const std::vector<int64_t>& from, const std::vector<int64_t>& places) {
  std::vector<int64_t> to;
  to.reserve(places.size());
  for (const int64_t place : places) to.push_back(from[static_cast<std::size_t>(place)]);
  return to;
}

std::vector<int64_t> positions_in(const std::vector<int64_t>& places, int64_t length) {
  std::vector<int64_t> to;
  to.reserve(places.size());
  for (const int64_t place : places) to.push_back(place % length);
  return to;
}

// Which tokens become rows, and which of these are hidden.
void lay_out(Batch& batch, const Padded& padded, Padding padding) {
  const bool masked = padded.mask && padded.mask.shape().rank() == 2;
  std::vector<int64_t> lengths;
  std::vector<real> seen;
  for (int64_t b = 0; b < padded.sequences; ++b) {
    const real* mask = masked ? padded.mask.data() + b * padded.length : nullptr;
    const bool cut = masked && padding == Padding::pack;
    lengths.push_back(cut ? rows_of(mask, padded.length) : padded.length);
    for (int64_t t = 0; t < lengths.back(); ++t) {
      batch.places.push_back(b * padded.length + t);
      seen.push_back(masked && mask[t] == 0 ? 0 : 1);
      batch.counts.push_back(!cut || mask[t] != 0);
    }
  }
  batch.spans = Spans(lengths);
  require(batch.rows() > 0, "batch: got a mask that hides every token");
  if (std::ranges::find(seen, real{0}) != seen.end()) batch.mask.keys = Array::of({batch.rows()}, seen);
}

}  // namespace

Padded side_by_side(std::span<const std::vector<int64_t>> texts, int64_t pad) {
  Padded padded{.sequences = std::ssize(texts)};
  for (const std::vector<int64_t>& text : texts) padded.length = std::max(padded.length, std::ssize(text));
  padded.ids.assign(static_cast<std::size_t>(padded.sequences * padded.length), pad);
  padded.mask = Array::filled({padded.sequences, padded.length}, 0);
  for (int64_t begin = 0; const std::vector<int64_t>& text : texts) {
    std::ranges::copy(text, padded.ids.begin() + begin);
    std::fill_n(padded.mask.data() + begin, text.size(), real{1});
    begin += padded.length;
  }
  return padded;
}

Batch pack(const Padded& padded, Padding padding) {
  check(padded);
  Batch batch;
  batch.length = padded.length;
  lay_out(batch, padded, padding);
  if (!padded.ids.empty()) batch.ids = picked(padded.ids, batch.places);
  if (padded.embeddings) {
    const int64_t tokens = padded.sequences * padded.length;
    batch.embeddings = gather_rows(reshape(padded.embeddings, {tokens, padded.embeddings.shape()[2]}), batch.places);
  }
  batch.token_types = padded.token_types.empty() ? std::vector<int64_t>(batch.places.size(), 0)
                                                 : picked(padded.token_types, batch.places);
  batch.positions =
      padded.positions.empty() ? positions_in(batch.places, padded.length) : picked(padded.positions, batch.places);
  if (padded.mask && padded.mask.shape().rank() == 3) batch.mask.pairs = padded.mask.shaped({padded.mask.size()});
  if (batch.mask.pairs || padding == Padding::keep) batch.mask.unseeing = Unseeing::average;
  return batch;
}

std::vector<int64_t> pack_labels(const Batch& batch, const std::vector<int64_t>& labels, int64_t ignored) {
  const int64_t want = batch.sequences() * batch.length;
  require(static_cast<int64_t>(labels.size()) == want, "labels: got {}, want {}", labels.size(), want);
  std::vector<int64_t> packed = picked(labels, batch.places);
  for (std::size_t row = 0; row < packed.size(); ++row)
    if (!batch.counts[row]) packed[row] = ignored;
  return packed;
}

Array unpack(const Batch& batch, const Array& rows) {
  const int64_t size = rows.shape().without(0).count();
  std::vector<int64_t> axes{batch.sequences(), batch.length};
  axes.insert(axes.end(), rows.shape().begin() + 1, rows.shape().end());
  Array to = Array::filled(Shape(axes), 0);
  for (std::size_t row = 0; row < batch.places.size(); ++row)
    if (batch.counts[row])
      std::copy_n(rows.data() + static_cast<int64_t>(row) * size, size, to.data() + batch.places[row] * size);
  return to;
}

Array unpack_attentions(const Batch& batch, const std::vector<Array>& probabilities, int64_t keys) {
  const int64_t heads = probabilities.at(0).shape()[0];
  Array to = Array::filled({batch.sequences(), heads, batch.length, keys}, 0);
  for (int64_t b = 0; b < batch.sequences(); ++b) {
    const Array& from = probabilities[static_cast<std::size_t>(b)];
    const int64_t rows = from.shape()[1], columns = from.shape()[2];
    for (int64_t a = 0; a < heads; ++a)
      for (int64_t row = 0; row < rows; ++row)
        if (batch.counts[static_cast<std::size_t>(batch.spans.begin(b) + row)])
          std::copy_n(from.data() + (a * rows + row) * columns, columns,
                      to.data() + ((b * heads + a) * batch.length + row) * keys);
  }
  return to;
}

}  // namespace bertlet::bert
