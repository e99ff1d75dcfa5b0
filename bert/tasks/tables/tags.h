#pragma once
#include "bert/metrics/tags.h"

// Tags as files have them: whether they keep to a scheme, which scheme that is, and from one to another.
namespace bertlet::tasks {

using metrics::Entity;
using metrics::Scheme;

Scheme scheme_named(std::string_view name);  // an error that says which there are

// Something a scheme does not allow, such as I-PER behind O in BIO.
struct WrongTag {
  std::size_t word = 0;
  std::string why;
};

// The first in a sentence; nothing: all are right.
std::optional<WrongTag> wrong_tag(std::span<const std::string> tags, Scheme scheme);

// From tags to names and back; wrong tags are an error.
std::vector<Entity> entities_of(std::span<const std::string> tags, Scheme scheme);
std::vector<std::string> tags_of(std::span<const Entity> entities, std::size_t words, Scheme scheme);

}  // namespace bertlet::tasks
