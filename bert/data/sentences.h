#pragma once
#include <string_view>
#include <vector>

namespace bertlet::data {

bool is_blank(std::string_view line);
std::string_view trimmed(std::string_view text);  // no spaces on either side

// Prose cut into sentences, each trimmed. A sentence ends at . ! ? or …, with the quotes and brackets that close there,
// if a space and no small letter follows; after Mr., e.g. and the like, and after an initial, it goes on. It ends
// at 。！？ in any case.
//
//   split_sentences("Mr. Bell left. \"Why?\" she asked.");    // Mr. Bell left. | "Why?" she asked.
std::vector<std::string_view> split_sentences(std::string_view text);

}  // namespace bertlet::data
