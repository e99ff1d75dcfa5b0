#pragma once
#include <span>
#include <string_view>

// The names that columns have in well-known data sets, the likelier ones first.
namespace bertlet::tasks::well_known {

std::span<const std::string_view> texts();  // the text, or a pair's first one
std::span<const std::string_view> second_texts();
std::span<const std::string_view> labels();
std::span<const std::string_view> words();
std::span<const std::string_view> tags();

// In whatever case.
bool is_column(std::string_view name);      // any of these, or others that headers have
bool is_tag_column(std::string_view name);  // of words or tags

}  // namespace bertlet::tasks::well_known
