#include "nn/attention/key_value_cache.h"

#include <algorithm>
#include <numeric>

#include "core/require.h"

namespace bertlet {

namespace {

constexpr int64_t first_room = 16;

void copy_rows(const Array& from, int64_t row, int64_t count, Array& to, int64_t to_row) {
  const int64_t columns = from.shape()[1];
  std::copy_n(from.data() + row * columns, count * columns, to.data() + to_row * columns);
}

}  // namespace

void KeyValueCache::append(const Array& keys, const Array& values, const Spans& spans) {
  require(keys.shape().rank() == 2 && values.shape().rank() == 2 && keys.shape()[0] == spans.rows() &&
              values.shape()[0] == spans.rows(),
          "KeyValueCache: got keys {} and values {} for {} rows", keys.shape(), values.shape(), spans.rows());
  if (!keys_) {
    keys_ = Array({0, keys.shape()[1]});
    values_ = Array({0, values.shape()[1]});
    rows_.resize(to_size(spans.count()));
  }
  require(spans.count() == count() && keys.shape()[1] == keys_.shape()[1] && values.shape()[1] == values_.shape()[1],
          "KeyValueCache: got keys {} and values {} of {} sequences, want {} and {} columns of {}", keys.shape(),
          values.shape(), spans.count(), keys_.shape()[1], values_.shape()[1], count());
  make_room(spans);
  for (int64_t i = 0; i < count(); ++i) {
    RowRange& of = rows_[to_size(i)];
    copy_rows(keys, spans.begin(i), spans.length(i), keys_, of.begin + of.count);
    copy_rows(values, spans.begin(i), spans.length(i), values_, of.begin + of.count);
    of.count += spans.length(i);
  }
}

void KeyValueCache::make_room(const Spans& spans) {
  int64_t longest = 0;
  for (int64_t i = 0; i < count(); ++i) longest = std::max(longest, length(i) + spans.length(i));
  if (longest <= room_) return;
  std::vector<int64_t> all(rows_.size());
  std::iota(all.begin(), all.end(), 0);
  rearrange(all, std::max({longest, 2 * room_, first_room}));
}

void KeyValueCache::select(std::span<const int64_t> sequences) {
  for (const int64_t from : sequences)
    require(0 <= from && from < count(), "KeyValueCache: got sequence {}, want 0 … {}", from, count() - 1);
  if (keys_) rearrange(sequences, room_);
}

Array KeyValueCache::part(const Array& of, int64_t i) const {
  const RowRange at = rows_[to_size(i)];
  return of.rows(at.begin, at.begin + at.count);
}

void KeyValueCache::rearrange(std::span<const int64_t> sequences, int64_t room) {
  const auto n = static_cast<int64_t>(sequences.size());
  Array keys({n * room, keys_.shape()[1]}, "KeyValueCache"), values({n * room, values_.shape()[1]}, "KeyValueCache");
  std::vector<RowRange> rows;
  for (const int64_t from : sequences) {
    const RowRange old = rows_[to_size(from)];
    const RowRange now{static_cast<int64_t>(rows.size()) * room, old.count};
    copy_rows(keys_, old.begin, old.count, keys, now.begin);
    copy_rows(values_, old.begin, old.count, values, now.begin);
    rows.push_back(now);
  }
  keys_ = std::move(keys);
  values_ = std::move(values);
  rows_ = std::move(rows);
  room_ = room;
}

}  // namespace bertlet
