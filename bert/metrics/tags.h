#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Entities as tags of tokens: B-PER I-PER O.
//
//   spans_of({"B-PER", "I-PER", "O", "B-LOC"});  // PER 0 to 2, LOC 3 to 4
namespace bertlet::metrics {

using Tags = std::vector<std::string>;  // of one sentence

struct Tag {
  char prefix;            // O, B, I, E, S; in BMES M for I, in BILOU L for E and U for S
  std::string_view type;  // "_" if there is none, "O" outside
};
bool is_tag(std::string_view text);  // O, or a prefix and perhaps a type
Tag parse_tag(std::string_view tag);

struct Entity {
  std::string type;
  int64_t begin = 0, end = 0;  // tokens
  auto operator<=>(const Entity&) const = default;
};

// As conlleval reads tags of any scheme: an entity begins wherever one can, so that I-PER after O begins one too.
std::vector<Entity> spans_of(std::span<const std::string> tags);

// How tags are meant; below, of an entity of three tokens, one outside, and an entity of one. Read so, what breaks the
// rules is no entity, and a prefix of another scheme is an error.
enum class Scheme {
  iob1,   // I I I O I; B only where an entity follows another of its type at once
  iob2,   // B I I O B, also called BIO
  ioe1,   // I I I O I; E only where another of its type follows at once
  ioe2,   // I I E O E
  iobes,  // B I E O S, also called BIOES
  bilou,  // B I L O U
  bmes,   // B M E O S
};
std::string_view name(Scheme scheme);
std::optional<Scheme> find_scheme(std::string_view name);  // "IOB2", or "bio"
bool is_tag(std::string_view text, Scheme scheme);         // has a prefix of the scheme
std::vector<Entity> spans_of(std::span<const std::string> tags, Scheme scheme);

// The first of iob2, ioe2, iobes, bilou and bmes that has all prefixes of a data set's tags; iob1 instead of iob2 where
// a type has I and no B. Nothing: no scheme has them.
std::optional<Scheme> scheme_of(std::span<const std::string> labels);

// What a scheme says of a tag that follows another.
struct Transition {
  bool starts, goes_on, ends;  // `ends`: the entity ends before the tag, and was whole
  bool operator==(const Transition&) const = default;
};
Transition transition(Tag previous, Tag tag, Scheme scheme);

}  // namespace bertlet::metrics
