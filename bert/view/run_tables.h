#pragma once
#include "bert/view/run_history.h"

namespace bertlet::view {

// Tables and lists of a page (page.h).
std::string totals_table(const std::vector<RunHistory>& runs);    // steps, tokens, time
std::string measures_table(const std::vector<RunHistory>& runs);  // of each measure the last value and the best
std::string heat_tables(const std::vector<RunHistory>& runs);
std::string options_table(const std::vector<RunHistory>& runs);  // first those in which the runs differ

}  // namespace bertlet::view
