#include "bert/data/records.h"

#include <algorithm>

#include "core/real.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

constexpr std::size_t block = std::size_t{1} << 20, longest_title = std::size_t{1} << 16;
constexpr std::uint64_t word_size = 8, tail_size = 3 * word_size;
constexpr std::string_view seal = "bertlet\n";

std::string title_of(const std::string& kind) { return "bertlet " + kind + " 1 "; }

}  // namespace

int64_t bytes_of(int64_t number) {
  int64_t bytes = 1;
  for (; number >= 128; number >>= 7) ++bytes;
  return bytes;
}

RecordWriter::RecordWriter(const std::filesystem::path& path, const std::string& kind, const std::string& made_by)
    : file_(path), waiting_(title_of(kind) + made_by + '\n') {}

void RecordWriter::flush() {
  file_.write(waiting_);
  written_ += waiting_.size();
  waiting_.clear();
}

void RecordWriter::add(std::span<const int64_t> numbers) {
  places_.push_back(written_ + waiting_.size());
  for (const int64_t number : numbers) {
    auto rest = static_cast<std::uint64_t>(number);
    for (; rest >= 128; rest >>= 7) waiting_ += static_cast<char>(rest | 128);
    waiting_ += static_cast<char>(rest);
  }
  if (waiting_.size() >= block) flush();
}

void RecordWriter::word(std::uint64_t x) {
  for (std::uint64_t i = 0; i < word_size; ++i) waiting_ += static_cast<char>(x >> (8 * i));
  if (waiting_.size() >= block) flush();
}

void RecordWriter::commit() {
  const std::uint64_t end = written_ + waiting_.size();
  for (const std::uint64_t place : places_) word(place);
  word(places_.size());
  word(end);
  waiting_ += seal;
  flush();
  file_.commit();
}

Records::Records(const std::filesystem::path& path, const std::string& kind) : file_(path) {
  const std::string title = title_of(kind);
  const std::string_view front = file_.text(0, std::min(file_.size(), longest_title));
  require(front.starts_with(title), "{}: is not a file of {} that this version of bertlet wrote", name(), kind);
  const std::size_t line = front.find('\n');
  require(line != std::string_view::npos && file_.size() >= line + 1 + tail_size &&
              file_.text(file_.size() - word_size, word_size) == seal,
          "{}: is cut short", name());
  made_by_ = front.substr(title.size(), line - title.size());
  begin_ = line + 1;
  count_ = word(file_.size() - tail_size);
  end_ = word(file_.size() - tail_size + word_size);
  const std::uint64_t tail = file_.size() - tail_size;
  require(begin_ <= end_ && end_ <= tail && (tail - end_) % word_size == 0 && (tail - end_) / word_size == count_,
          "{}: got a table of {} records at byte {} of {}, which does not fit", name(), count_, end_, file_.size());
}

std::uint64_t Records::word(std::uint64_t place) const {
  const std::string_view bytes = file_.text(place, word_size);
  std::uint64_t x = 0;
  for (std::uint64_t i = 0; i < word_size; ++i) x |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return x;
}

Records::Reader::Reader(const Records& records, int64_t record) : records_(&records), record_(record) {
  require(0 <= record && record < records.size(), "{}: got record {}, want one of {}", records.name(), record,
          records.size());
  const std::uint64_t place = records.word(records.end_ + word_size * static_cast<std::uint64_t>(record));
  if (place < records.begin_ || place > records.end_) refuse();
  bytes_ = records.file_.text(place, records.end_ - place);
}

int64_t Records::Reader::number(int64_t most) {
  std::uint64_t x = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    if (bytes_.empty()) refuse();
    const auto digit = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    x |= std::uint64_t{digit & 127U} << shift;
    if (digit >= 128) continue;
    if (x > static_cast<std::uint64_t>(most)) refuse();
    return static_cast<int64_t>(x);
  }
  refuse();
}

// A number takes a byte at least, so that no broken count reserves more than the file is large.
std::vector<int64_t> Records::Reader::numbers(int64_t count, int64_t most) {
  if (static_cast<std::uint64_t>(count) > bytes_.size()) refuse();
  std::vector<int64_t> numbers(to_size(count));
  for (int64_t& x : numbers) x = number(most);
  return numbers;
}

std::vector<int64_t> Records::Reader::numbers_in(int64_t bytes, int64_t most) {
  if (static_cast<std::uint64_t>(bytes) > bytes_.size()) refuse();
  const std::size_t after = bytes_.size() - to_size(bytes);
  std::vector<int64_t> numbers;
  while (bytes_.size() > after) numbers.push_back(number(most));
  if (bytes_.size() < after) refuse();
  return numbers;
}

void Records::Reader::skip(int64_t bytes) {
  if (static_cast<std::uint64_t>(bytes) > bytes_.size()) refuse();
  bytes_.remove_prefix(to_size(bytes));
}

void Records::Reader::refuse() const {
  fail("{}: record {} is broken", fmt::make_format_args(records_->name(), record_));
}

}  // namespace bertlet::data
