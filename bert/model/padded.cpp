#include "bert/model/padded.h"

#include <algorithm>

#include "core/mapped.h"
#include "core/ops.h"
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
  for (const int64_t place : places) to.push_back(from[to_size(place)]);
  return to;
}

std::vector<int64_t> positions_in(const std::vector<int64_t>& places, int64_t length) {
  std::vector<int64_t> to;
  to.reserve(places.size());
  for (const int64_t place : places) to.push_back(place % length);
  return to;
}

// How many tokens of each sequence become rows.
std::vector<int64_t> lengths_of(const Padded& padded, PadRows pads) {
  const bool cut = padded.mask && padded.mask.shape().rank() == 2 && pads == PadRows::pack;
  std::vector<int64_t> lengths;
  for (int64_t b = 0; b < padded.sequences; ++b)
    lengths.push_back(cut ? rows_of(padded.mask.data() + b * padded.length, padded.length) : padded.length);
  return lengths;
}

// Where each row stands in [B, T].
std::vector<int64_t> places_of(const Spans& spans, int64_t length) {
  require(spans.longest() <= length, "batch: got a sequence of {} rows, want at most {}", spans.longest(), length);
  std::vector<int64_t> places;
  for (int64_t b = 0; b < spans.count(); ++b)
    for (int64_t t = 0; t < spans.length(b); ++t) places.push_back(b * length + t);
  return places;
}

// 0 at rows that are hidden; nothing if none is.
Array seen_of(const Padded& padded, const std::vector<int64_t>& places) {
  if (!padded.mask || padded.mask.shape().rank() == 3) return {};
  const auto seen = mapped(places, [&](int64_t place) { return real(padded.mask[place] == 0 ? 0 : 1); });
  return std::ranges::find(seen, real{0}) == seen.end() ? Array() : Array::of({std::ssize(seen)}, seen);
}

}  // namespace

Batch pack(const Padded& padded, PadRows pads) {
  check(padded);
  Batch batch;
  batch.spans = Spans(lengths_of(padded, pads));
  require(batch.rows() > 0, "batch: got a mask that hides every token");
  const std::vector<int64_t> places = places_of(batch.spans, padded.length);
  batch.mask.keys = seen_of(padded, places);
  if (!padded.ids.empty()) batch.ids = picked(padded.ids, places);
  if (padded.embeddings) {
    const int64_t tokens = padded.sequences * padded.length;
    batch.embeddings = gather_rows(reshape(padded.embeddings, {tokens, padded.embeddings.shape()[2]}), places);
  }
  batch.token_types =
      padded.token_types.empty() ? std::vector<int64_t>(places.size(), 0) : picked(padded.token_types, places);
  batch.positions = padded.positions.empty() ? positions_in(places, padded.length) : picked(padded.positions, places);
  if (padded.mask && padded.mask.shape().rank() == 3) batch.mask.pairs = padded.mask.shaped({padded.mask.size()});
  if (batch.mask.pairs || pads == PadRows::keep) batch.mask.fully_masked = FullyMasked::average;
  return batch;
}

std::vector<int64_t> pack_labels(const Batch& batch, const std::vector<int64_t>& labels, int64_t length) {
  const int64_t want = batch.sequences() * length;
  require(static_cast<int64_t>(labels.size()) == want, "labels: got {}, want {}", labels.size(), want);
  std::vector<int64_t> packed = picked(labels, places_of(batch.spans, length));
  for (int64_t row = 0; row < batch.rows(); ++row)
    if (!batch.counts(row)) packed[to_size(row)] = no_label;
  return packed;
}

Array unpack(const Batch& batch, const Array& rows, int64_t length) {
  const int64_t size = rows.shape().without(0).count();
  std::vector<int64_t> axes{batch.sequences(), length};
  axes.insert(axes.end(), rows.shape().begin() + 1, rows.shape().end());
  Array to = Array::filled(Shape(axes), 0);
  const real* from = rows.data();
  for (int64_t row = 0; const int64_t place : places_of(batch.spans, length)) {
    if (batch.counts(row++)) std::copy_n(from, size, to.data() + place * size);
    from += size;
  }
  return to;
}

Array unpack_attentions(const Batch& batch, const std::vector<Array>& probabilities, int64_t length, int64_t keys) {
  const int64_t heads = probabilities.at(0).shape()[0];
  Array to = Array::filled({batch.sequences(), heads, length, keys}, 0);
  for (int64_t b = 0; b < batch.sequences(); ++b) {
    const Array& from = probabilities[to_size(b)];
    const int64_t rows = from.shape()[1], columns = from.shape()[2];
    for (int64_t a = 0; a < heads; ++a)
      for (int64_t row = 0; row < rows; ++row)
        if (batch.counts(batch.spans.begin(b) + row))
          std::copy_n(from.data() + (a * rows + row) * columns, columns,
                      to.data() + ((b * heads + a) * length + row) * keys);
  }
  return to;
}

EncoderStates pack_encoder_states(const Batch& batch, const Tensor& states, const Array& mask) {
  const Shape& shape = states.shape();
  require(shape.rank() == 3 && shape[0] == batch.sequences(), "memory: got states {}, want [{}, S, H]", shape,
          batch.sequences());
  const int64_t sequences = shape[0], length = shape[1];
  const int64_t queries = mask && mask.shape().rank() == 3 ? mask.shape()[1] : batch.spans.longest();  // T
  const Shape flat{sequences, length}, pairs{sequences, queries, length};
  require(!mask || mask.shape() == flat || mask.shape() == pairs, "memory: got a mask {}, want {} or {}", mask.shape(),
          flat, pairs);
  EncoderStates memory{reshape(states, {sequences * length, shape[2]}),
                       Spans(std::vector<int64_t>(to_size(sequences), length))};
  memory.mask.fully_masked = FullyMasked::average;
  if (mask && mask.shape() == flat) memory.mask.keys = mask.shaped({mask.size()});
  if (mask && mask.shape() == pairs)
    memory.mask.pairs = gathered("memory", mask.shaped({sequences * queries, length}), places_of(batch.spans, queries));
  return memory;
}

}  // namespace bertlet::bert
