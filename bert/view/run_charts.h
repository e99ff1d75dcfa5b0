#pragma once
#include "bert/view/run_history.h"

namespace bertlet::view {

// Charts as figures of a page (page.h), each on its own measure, all runs in it.
std::string line_figures(const std::vector<RunHistory>& runs);
std::string histogram_figures(const std::vector<RunHistory>& runs);

}  // namespace bertlet::view
