#pragma once
#include "bert/view/run_history.h"

namespace bertlet::view {

// Everything about some runs, at least one, side by side: a page of its own, a text for a terminal, or JSON.
std::string report_page(const std::vector<RunHistory>& runs);
std::string report_text(const std::vector<RunHistory>& runs);
io::Json report_json(const std::vector<RunHistory>& runs);

}  // namespace bertlet::view
