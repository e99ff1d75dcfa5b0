#pragma once
#include <optional>
#include <string>

#include "bert/view/axis.h"
#include "bert/view/run_history.h"

namespace bertlet::view {

// What is known of a measure by its name: "mlm_accuracy", "lr", …; of names never seen before something sensible.
enum class Better { smaller, larger, neither };

Better better(const std::string& name);
std::string title(const std::string& name);  // "Hidden words: accuracy"
Scale scale(const std::string& name);
int place(const std::string& name);  // in a report: losses first, what concerns the machine last

struct Best {
  int64_t step;
  double value;
};

std::optional<Best> best(const std::string& name, const Series& series);  // the first one, if there are several

}  // namespace bertlet::view
