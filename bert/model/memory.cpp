#include "bert/model/memory.h"

#include <algorithm>

#include "core/ops/rows.h"
#include "core/ops/shaping.h"
#include "core/require.h"

namespace bertlet::bert {

Memory pack_memory(const Batch& batch, const Tensor& states, const Array& mask) {
  const Shape& shape = states.shape();
  require(shape.rank() == 3 && shape[0] == batch.sequences(), "memory: got states {}, want [{}, S, H]", shape,
          batch.sequences());
  const int64_t sequences = shape[0], length = shape[1];
  const Shape flat{sequences, length}, pairs{sequences, batch.length, length};
  require(!mask || mask.shape() == flat || mask.shape() == pairs, "memory: got a mask {}, want {} or {}", mask.shape(),
          flat, pairs);
  Memory memory{reshape(states, {sequences * length, shape[2]}),
                Spans(std::vector<int64_t>(static_cast<std::size_t>(sequences), length))};
  memory.mask.unseeing = Unseeing::average;
  if (mask && mask.shape() == flat) memory.mask.keys = mask.shaped({mask.size()});
  if (mask && mask.shape() == pairs)
    memory.mask.pairs = gathered("memory", mask.shaped({sequences * batch.length, length}), batch.places);
  return memory;
}

Memory select(const Memory& memory, std::span<const int64_t> sequences) {
  require(!memory.mask.pairs && !memory.mask.bias, "memory: got a mask of pairs, want one of states, [B, S]");
  std::vector<int64_t> rows, lengths;
  for (const int64_t from : sequences) {
    require(0 <= from && from < memory.spans.count(), "memory: got sequence {}, want 0 … {}", from,
            memory.spans.count() - 1);
    lengths.push_back(memory.spans.length(from));
    for (int64_t row = memory.spans.begin(from); row < memory.spans.end(from); ++row) rows.push_back(row);
  }
  Memory some{gather_rows(memory.states, rows), Spans(lengths), memory.mask};
  const Array& keys = memory.mask.keys;
  if (keys) some.mask.keys = gathered("memory", keys.shaped({keys.size(), 1}), rows).shaped({std::ssize(rows)});
  return some;
}

}  // namespace bertlet::bert
