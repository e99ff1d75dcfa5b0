#include "bert/text/vocabulary/vocabulary.h"

#include <algorithm>

#include "bert/io/files/file.h"
#include "bert/text/unicode/utf8.h"
#include "core/real.h"
#include "core/require.h"

namespace bertlet::text {

namespace {

constexpr std::size_t most_remarks = 20;

// Takes the next line, without its end, off the front.
std::string_view next_line(std::string_view& rest, Rules rules) {
  const std::size_t end = std::min(rest.size(), rest.find_first_of(rules == Rules::google ? "\n" : "\r\n"));
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end);
  rest.remove_prefix(rest.starts_with("\r\n") ? 2 : std::min<std::size_t>(1, rest.size()));
  return line;
}

std::string_view stripped(std::string_view text) {
  while (!text.empty() && is_space(decode(text).c, Rules::google)) text.remove_prefix(to_size(decode(text).length));
  while (!text.empty() && is_space(decode_last(text).c, Rules::google))
    text.remove_suffix(to_size(decode_last(text).length));
  return text;
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
  ids_.reserve(tokens_.size());
  std::size_t repeats = 0;
  for (std::size_t id = 0; id < tokens_.size(); ++id) {
    const auto [before, is_new] = ids_.try_emplace(tokens_[id], id);
    if (is_new) continue;
    if (++repeats <= most_remarks)
      remarks_.push_back(fmt::format("line {} repeats line {}: '{}'", id + 1, before->second + 1, tokens_[id]));
    before->second = static_cast<int64_t>(id);
  }
  if (repeats > most_remarks) remarks_.push_back(fmt::format("{} more lines repeat others", repeats - most_remarks));
}

Vocabulary Vocabulary::parse(std::string_view lines, Rules rules) {
  std::vector<std::string> tokens;
  std::vector<std::string> broken;
  while (!lines.empty()) {
    const std::string_view line = next_line(lines, rules);
    tokens.push_back(valid_utf8(rules == Rules::google ? stripped(line) : line));
    if (tokens.back() != line && valid_utf8(line) != line && broken.size() < most_remarks)
      broken.push_back(fmt::format("line {} is not UTF-8", tokens.size()));
  }
  Vocabulary vocabulary(std::move(tokens));
  vocabulary.remarks_.insert(vocabulary.remarks_.end(), broken.begin(), broken.end());
  return vocabulary;
}

Vocabulary Vocabulary::read(const std::filesystem::path& file, Rules rules) {
  const std::string lines = io::read_file(file);
  require(!lines.empty(), "{}: is empty, want one token per line", file.string());
  Vocabulary vocabulary = parse(lines, rules);
  vocabulary.name_ = file.string();
  return vocabulary;
}

void Vocabulary::write(const std::filesystem::path& file) const {
  std::string lines;
  for (const std::string& token : tokens_) lines += token + '\n';
  io::write_file(file, lines);
}

const std::string& Vocabulary::token(int64_t id) const {
  require(id >= 0 && id < size(), "{}: got id {}, want 0 to {}", name_, id, size() - 1);
  return tokens_[to_size(id)];
}

std::optional<int64_t> Vocabulary::find(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

int64_t Vocabulary::id(std::string_view token) const {
  const auto found = find(token);
  require(found.has_value(), "{}: '{}' is not among its {} tokens", name_, token, size());
  return *found;
}

int64_t Vocabulary::add(std::string token) {
  const auto [place, is_new] = ids_.try_emplace(token, size());
  if (is_new) tokens_.push_back(std::move(token));
  return place->second;
}

}  // namespace bertlet::text
