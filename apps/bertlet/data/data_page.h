#pragma once
#include "bert/tasks/tables/data_report.h"

namespace apps {

// A report on data as a page of one file: its text, and how long texts are and how frequent labels.
std::string data_page(const bertlet::tasks::DataReport& report);

}  // namespace apps
