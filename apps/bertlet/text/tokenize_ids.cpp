#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "apps/bertlet/text/tokenize.h"
#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "core/require.h"

namespace apps {

namespace {

namespace io = bertlet::io;
namespace text = bertlet::text;

using Ids = std::vector<int64_t>;

void put_line(std::string line) {
  line += '\n';
  const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
  bertlet::require(written, "stdout: {}", std::strerror(errno));
}

// Calls f with each line and its number, from 1.
template <class F>
void for_each_line(const std::string& input, const F& f) {
  io::LineBlocks blocks(input);
  int64_t number = 0;
  for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next())
    for (const std::string_view line : *lines) f(line, ++number);
}

io::Json rows_of(const std::vector<text::Encoding>& encodings, Ids text::Encoding::*member) {
  io::Json rows = io::Json::array();
  for (const text::Encoding& encoding : encodings) rows.push_back(encoding.*member);
  return rows;
}

// [101, 7592], or an object with "ids" or "input_ids"
Ids ids_from_json(std::string_view line, const std::string& name) {
  const io::JsonDocument document = io::parse_json(line, name);
  io::JsonPlace place = document.root();
  for (const char* key : {"ids", "input_ids"})
    if (place.is_object() && place.has(key)) place = place[key];
  if (!place.is_array()) place.refuse("a list of ids, or an object with \"ids\"");
  Ids ids;
  for (std::size_t i = 0; i < place.size(); ++i) ids.push_back(place[i].integer());
  return ids;
}

// 101 7592, or 101,7592
Ids ids_from_words(std::string_view line, const std::string& name) {
  constexpr std::string_view between = " \t,\r";
  Ids ids;
  for (std::size_t at = line.find_first_not_of(between); at != std::string_view::npos;
       at = line.find_first_not_of(between, at)) {
    const std::size_t end = std::min(line.size(), line.find_first_of(between, at));
    const std::string_view word = line.substr(at, end - at);
    const auto read = std::from_chars(word.data(), word.data() + word.size(), ids.emplace_back());
    bertlet::require(read.ec == std::errc() && read.ptr == word.data() + word.size(), "{}: got '{}', want ids", name,
                     word);
    at = end;
  }
  return ids;
}

Ids ids_from(std::string_view line, const std::string& name) {
  const std::size_t first = line.find_first_not_of(" \t");
  const bool json = first != std::string_view::npos && (line[first] == '[' || line[first] == '{');
  return json ? ids_from_json(line, name) : ids_from_words(line, name);
}

}  // namespace

std::pair<std::string_view, std::string_view> halves(std::string_view line) {
  const std::size_t tab = std::min(line.size(), line.find('\t'));
  return {line.substr(0, tab), line.substr(std::min(line.size(), tab + 1))};
}

void write_padded(const TokenizeOptions& options, const text::Tokenizer& tokenizer) {
  text::EncodeOptions how = options.encode();
  how.keep = text::Keep::ids;
  std::vector<text::Encoding> encodings;
  for_each_line(options.input, [&](std::string_view line, int64_t) {
    const auto [first, second] = halves(line);
    encodings.push_back(options.pair ? tokenizer.encode(first, second, how) : tokenizer.encode(line, how));
  });
  bertlet::require(!encodings.empty(), "tokenize: got no lines, want some");
  text::pad(encodings, {.id = tokenizer.pad_id()});
  put_line(io::Json{{"input_ids", rows_of(encodings, &text::Encoding::ids)},
                    {"attention_mask", rows_of(encodings, &text::Encoding::mask)},
                    {"token_type_ids", rows_of(encodings, &text::Encoding::types)}}
               .dump());
}

void write_decoded(const TokenizeOptions& options, const text::Tokenizer& tokenizer) {
  const std::string file = options.input == "-" ? "stdin" : options.input;
  for_each_line(options.input, [&](std::string_view line, int64_t number) {
    const std::string name = fmt::format("{}: line {}", file, number);
    const Ids ids = ids_from(line, name);
    for (const int64_t id : ids)
      bertlet::require(0 <= id && id < tokenizer.vocabulary().size(), "{}: got id {}, want 0 to {}", name, id,
                       tokenizer.vocabulary().size() - 1);
    put_line(tokenizer.decode(ids, {.special = !options.skip_special}));
  });
}

}  // namespace apps
