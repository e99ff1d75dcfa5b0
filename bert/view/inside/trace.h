#pragma once
#include "bert/inside/traced_text.h"

// A trace as text, as JSON and as a page.
namespace bertlet::view {

struct TraceForm {
  std::optional<int64_t> layer = {};  // only this one, with more of its numbers
};
std::string trace_text(const inside::TracedText& traced, const TraceForm& form);
io::Json trace_json(const inside::TracedText& traced, const TraceForm& form);
std::string trace_page(const inside::TracedText& traced, const std::string& title);

}  // namespace bertlet::view
