#include "apps/bertlet/training/options.h"

namespace apps {

namespace train = bertlet::train;
using options::Affects;

void RunOptions::visit(const options::Visitor& f) {
  f({"out", &out, "The run's directory; required, but for --inspect", {.type = "RUN", .affects = Affects::nothing}});
  f({"resume", &resume, "Go on with the run that is there", {.affects = Affects::nothing}});
  f({"force", &force, "Replace it", {.affects = Affects::nothing}});
}

train::RunDirectory run_directory(const RunOptions& options) {
  return {options.out, options.resume  ? train::IfThere::resume
                       : options.force ? train::IfThere::replace
                                       : train::IfThere::refuse};
}

}  // namespace apps
