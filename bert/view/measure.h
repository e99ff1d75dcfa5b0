#pragma once
#include <optional>
#include <string>

#include "bert/metrics/measure.h"
#include "bert/view/axis.h"
#include "bert/view/run_history.h"

namespace bertlet::view {

// What is known of a measure by its name: "mlm_accuracy", "lr", …; of names never seen before something sensible.
std::string title(const std::string& name);  // "Hidden words: accuracy"
Scale scale(const std::string& name);
int place(const std::string& name);  // in a report: losses first, what concerns the machine last

struct Best {
  int64_t step;
  double value;
};

std::optional<Best> best(const std::string& name, const Series& series);  // the first one, if there are several

}  // namespace bertlet::view
