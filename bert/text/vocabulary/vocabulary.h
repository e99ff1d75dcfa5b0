#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bert/text/unicode/character.h"

namespace bertlet::text {

// Tokens and their ids, 0, 1, 2, …: a token's id is its line in vocab.txt.
class Vocabulary {
 public:
  explicit Vocabulary(std::vector<std::string> tokens = {});

  // Hugging Face takes lines as they are, ended by LF, CR LF or CR; Google's lines end at LF and are stripped of spaces
  // on both sides. An empty line is a token in both, and of two equal tokens the later id counts; see remarks().
  static Vocabulary read(const std::filesystem::path& file, Rules rules = Rules::huggingface);
  static Vocabulary parse(std::string_view lines, Rules rules = Rules::huggingface);
  void write(const std::filesystem::path& file) const;

  int64_t size() const { return static_cast<int64_t>(tokens_.size()); }
  const std::string& token(int64_t id) const;
  std::optional<int64_t> find(std::string_view token) const;
  int64_t id(std::string_view token) const;  // an error if it is not there
  const std::vector<std::string>& tokens() const { return tokens_; }

  int64_t add(std::string token);  // at the end, unless it is there; returns its id

  // What looks like a mistake, such as "line 7 repeats line 3: 'the'".
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, int64_t, Hash, std::equal_to<>> ids_;
  std::vector<std::string> remarks_;
  std::string name_ = "vocabulary";  // of the file, for errors
};

}  // namespace bertlet::text
