#include "nn/dense/embedding.h"

#include "core/kernels/arithmetic.h"
#include "core/ops.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet {

Tensor embedding(const Tensor& table, std::vector<int64_t> ids, const EmbeddingOptions& options) {
  require(table.shape().rank() == 2, "embedding: got a table {}, want [V, H]", table.shape());
  require_ids("embedding", ids, table.shape()[0]);
  require(!options.padding || (0 <= *options.padding && *options.padding < table.shape()[0]),
          "embedding: got padding id {}, want 0 … {}", options.padding.value_or(-1), table.shape()[0] - 1);
  Array y = gathered("embedding", table.value(), ids);
  return record<"embedding">(
      y, {table}, [ids = std::move(ids), skipped = options.padding.value_or(-1)](Array dy, Into dtable) {
        const Into::Slot to = dtable.open();
        if (to.beta == 0)
          parallel_for(dtable.shape().count(), 1 << 16,
                       [&](int64_t begin, int64_t end) { arithmetic().fill(0, to.data + begin, end - begin); });
        add_rows(dy, ids, to.data, skipped);
      });
}

}  // namespace bertlet
