#pragma once
#include "bert/tasks/forms/examples.h"

namespace bertlet::tasks {

// Whether the first of these rows names the columns: it has a well-known name or one that was asked for, or is made of
// words while the rows below have numbers or sentences there.
bool is_header(const std::vector<Row>& rows, const ColumnChoice& asked);

}  // namespace bertlet::tasks
