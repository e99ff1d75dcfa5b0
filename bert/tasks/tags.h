#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::tasks {

// How the words of a name are tagged, here one of three words and one of a single word:
//   iob1   I-PER I-PER I-PER  O  I-LOC   B only where a name follows one of its type at once
//   bio    B-PER I-PER I-PER  O  B-LOC
//   bioes  B-PER I-PER E-PER  O  S-LOC
//   bmes   B-PER M-PER E-PER  O  S-LOC
enum class Scheme { iob1, bio, bioes, bmes };
std::string_view name(Scheme scheme);
Scheme scheme_named(std::string_view name);  // an error that says which there are

// The words begin … end - 1 of a sentence are a name of a type.
struct Entity {
  std::size_t begin = 0, end = 0;
  std::string type;
  bool operator==(const Entity&) const = default;
};

// Something a scheme does not allow, such as I-PER behind O in bio.
struct WrongTag {
  std::size_t word = 0;
  std::string why;
};

// The first in a sentence; nothing: all are right.
std::optional<WrongTag> wrong_tag(std::span<const std::string> tags, Scheme scheme);

// The schemes sentences may be tagged by are narrowed down by each; of those left the simplest is meant.
class SchemeDetector {
 public:
  void add(std::span<const std::string> tags);
  std::optional<Scheme> scheme() const;  // nothing: none allows all of them

 private:
  std::vector<Scheme> left_ = {Scheme::bio, Scheme::bioes, Scheme::bmes, Scheme::iob1};
};

// From tags to names and back; wrong tags are an error.
std::vector<Entity> entities_of(std::span<const std::string> tags, Scheme scheme);
std::vector<std::string> tags_of(std::span<const Entity> entities, std::size_t words, Scheme scheme);

}  // namespace bertlet::tasks
