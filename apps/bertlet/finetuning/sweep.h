#pragma once
#include "apps/bertlet/finetuning/options.h"

// Several fine-tunings that differ in a few options, one after another.
namespace apps {

struct FinetuneOutcome {
  bertlet::train::Ending ending = bertlet::train::Ending::done;
  bertlet::metrics::Measures measures = {};  // of the best model on dev, what it was best in first; none without dev
};
using FinetuneOnce = std::function<FinetuneOutcome(FinetuneOptions options)>;

bool is_sweep(const FinetuneOptions& options);

// Each in a run's directory of its own in RUN; a table with a line for each choice of --grid, over its seeds and folds.
// RUN/best becomes the best model of the choice that was best on average. Returns the exit code.
int sweep(const FinetuneOptions& options, const FinetuneOnce& once);

}  // namespace apps
