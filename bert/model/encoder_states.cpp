#include "bert/model/encoder_states.h"

#include "core/ops.h"
#include "core/require.h"

namespace bertlet::bert {

EncoderStates select(const EncoderStates& memory, std::span<const int64_t> sequences) {
  require(!memory.mask.pairs && !memory.mask.bias, "memory: got a mask of pairs, want one of states, [B, S]");
  std::vector<int64_t> rows, lengths;
  for (const int64_t from : sequences) {
    require(0 <= from && from < memory.spans.count(), "memory: got sequence {}, want 0 … {}", from,
            memory.spans.count() - 1);
    lengths.push_back(memory.spans.length(from));
    for (int64_t row = memory.spans.begin(from); row < memory.spans.end(from); ++row) rows.push_back(row);
  }
  EncoderStates some{gather_rows(memory.states, rows), Spans(lengths), memory.mask};
  const Array& keys = memory.mask.keys;
  if (keys) some.mask.keys = gathered("memory", keys.shaped({keys.size(), 1}), rows).shaped({std::ssize(rows)});
  return some;
}

}  // namespace bertlet::bert
